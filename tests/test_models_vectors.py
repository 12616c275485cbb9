from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.conftest import MakeModel, real_data
from w2vcli.models import vectors as vectors_module
from w2vcli.models.directory import open_model_directory
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors
from w2vcli.models.vectors import Vectors, VectorsWriter
from w2vcli.reporting import SILENT

any_float = st.floats(width=32, allow_subnormal=True)
half = st.floats(width=16, allow_subnormal=True)
bits = st.integers(0, 0xFFFF)
blocks = st.lists(
    st.one_of(
        hnp.arrays(np.float32, (2, 3), elements=any_float),
        hnp.arrays(np.float16, (2, 3), elements=half).map(lambda block: block.astype(np.float32)),
        hnp.arrays(np.uint32, (2, 3), elements=bits).map(lambda block: (block << 16).view(np.float32)),
    ),
    max_size=4,
)


def written(path: Path, parts: list[npt.NDArray[np.float32]]) -> Vectors:
    writer = VectorsWriter(path, 3)
    for part in parts:
        writer.append(part)
    writer.close()
    return Vectors(np.load(path), writer.dtype)


@given(blocks, st.integers(1, 3))
def test_every_bit_comes_back_whatever_the_type(
    tmp_path_factory: pytest.TempPathFactory, parts: list[npt.NDArray[np.float32]], rows_a_block: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors_module, "_BLOCK_BYTES", 12 * rows_a_block)
        stored = written(tmp_path_factory.mktemp("v") / "vectors.npy", parts)
        expected = np.concatenate([np.zeros((0, 3), dtype=np.float32), *parts])
        assert stored[:].tobytes() == expected.tobytes()
        assert b"".join(block.tobytes() for _, block in stored.blocks()) == expected.tobytes()


def test_the_smallest_type_is_taken(tmp_path: Path) -> None:
    exact = np.array([[1, -2, 0.5]], dtype=np.float32)
    fine = np.array([[1.0009765625, 0, 0]], dtype=np.float32)  # 1 + 2**-10: a float16, no bfloat16
    huge = np.array([[2.0**100, 0, 0]], dtype=np.float32)  # a bfloat16, no float16
    third = np.array([[1 / 3, 0, 0]], dtype=np.float32)
    assert written(tmp_path / "a", [exact]).dtype == "bfloat16"
    assert written(tmp_path / "b", [exact, fine]).dtype == "float16"
    assert written(tmp_path / "c", [exact, fine, huge]).dtype == "float32"
    assert written(tmp_path / "d", [exact, third]).dtype == "float32"


def test_google_s_vectors_take_half_their_bytes(tmp_path: Path) -> None:
    source = real_data("googlenews/GoogleNews-subset-negative300.bin.gz")
    facts = load_vectors(source, tmp_path / "g.w2v", ReadOptions(), SILENT, force=False).facts
    assert facts.dtype == "bfloat16"
    assert (tmp_path / "g.w2v" / "vectors.npy").stat().st_size == 128 + 2 * 8214 * 300
    from tests.gensim_oracle import KeyedVectors

    theirs = KeyedVectors.load_word2vec_format(str(source), binary=True)
    assert open_model_directory(tmp_path / "g.w2v").vectors[:].tobytes() == theirs.vectors.tobytes()


def test_rows_by_number_and_by_slice(make_model: MakeModel) -> None:
    model = make_model(["a", "b", "c"], [[1, 2], [3, 4], [5, 6]])
    assert model.vectors[[2, 0]].tolist() == [[5, 6], [1, 2]]
    assert model.vectors[1:].tolist() == [[3, 4], [5, 6]]
    assert len(model.vectors) == 3
