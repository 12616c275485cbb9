from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest

from w2vcli.errors import BadModel
from w2vcli.models.arrays import map_array, save_array


@pytest.mark.parametrize("dtype", ["<f4", "<f2", "<u2", "<i8", "|i1", "<u4"])
@pytest.mark.parametrize("shape", [(0,), (5,), (2, 3), (0, 3)])
def test_arrays_come_back_whether_numpy_wrote_them_or_this_program(
    tmp_path: Path, dtype: str, shape: tuple[int, ...]
) -> None:
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    save_array(tmp_path / "ours.npy", array)
    np.save(tmp_path / "numpys.npy", array)
    for name in ("ours.npy", "numpys.npy"):
        found = map_array(tmp_path / name, dtype, shape)
        np.testing.assert_array_equal(found, array)
        assert not found.size or not found.flags.writeable


def test_headers_of_later_versions_are_read(tmp_path: Path) -> None:
    array = np.arange(4, dtype="<f4")
    with open(tmp_path / "a.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=(2, 0))
    np.testing.assert_array_equal(map_array(tmp_path / "a.npy", "<f4", (4,)), array)


def _with_header(text: bytes, length: int | None = None) -> bytes:
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text) if length is None else length) + text


GOOD = b"{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }\n"


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "it is no array of numpy's"),
        (b"\x93NUMPY\x01", "it is no array of numpy's"),
        (b"\x93NUMPY\x01\x00\xff", "its header is none"),
        (_with_header(GOOD, 60_000) + bytes(16), "its header is none"),
        (_with_header(b"(" * 9000) + bytes(16), "its header is none"),
        (_with_header(b"{'descr': '|O', 'fortran_order': False, 'shape': (4,), }\n") + bytes(32), "its header is none"),
        (_with_header(GOOD.replace(b"4,", b"-4,")) + bytes(16), "its header is none"),
        (_with_header(GOOD.replace(b"4,", b"9" * 18 + b",")) + bytes(16), "expected float32"),
        (_with_header(GOOD.replace(b"<f4", b"<f1")) + bytes(4), "its header is none of an array of numbers: <f1"),
        (_with_header(GOOD.replace(b"<f4", b"<f8")) + bytes(32), "expected float32"),
        (_with_header(GOOD) + bytes(15), "expected 84 bytes, found 83"),
        (_with_header(GOOD) + bytes(17), "expected 84 bytes, found 85"),
    ],
)
def test_a_damaged_array_is_refused_in_one_line(tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "a.npy").write_bytes(data)
    with pytest.raises(BadModel, match=f"a.npy is damaged: {fault}"):
        map_array(tmp_path / "a.npy", "<f4", (4,))


def test_an_archive_of_arrays_and_a_pickle_are_no_array(tmp_path: Path) -> None:
    archive = io.BytesIO()
    np.savez(archive, a=np.zeros(4, dtype="<f4"))
    for data in (archive.getvalue(), b"\x80\x04N."):
        (tmp_path / "a.npy").write_bytes(data)
        with pytest.raises(BadModel, match="it is no array"):
            map_array(tmp_path / "a.npy", "<f4", (4,))
