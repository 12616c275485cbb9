"""A command whose libraries are missing says so before it reads: what it would read here is damaged or not there."""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

import pytest

from tests.conftest import W2v
from w2vcli.errors import MissingExtra
from w2vcli.neural.keras_files import load_network

_FIND = Distribution.from_name


def forget(monkeypatch: pytest.MonkeyPatch, *packages: str) -> None:
    """Make packages look as if they were not installed."""

    def find(name: str) -> Distribution:
        if name in packages:
            raise PackageNotFoundError(name)
        return _FIND(name)

    for package in packages:
        for module in [name for name in sys.modules if name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, module)
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr(Distribution, "from_name", find)


@pytest.fixture
def damaged() -> str:
    """The name of a file that no reader gets through without an error."""
    Path("damaged.txt").write_bytes(b"the king\0\xff" * 1000)
    return "damaged.txt"


@pytest.mark.parametrize(
    ("arguments", "package", "extra"),
    [
        ("train DAMAGED --tokenizer subwords --no-cache", "tokenizers", "subwords"),
        ("train DAMAGED --tokenizer subwords", "tokenizers", "subwords"),
        ("train DAMAGED --tokenizer korean --no-cache", "kiwipiepy", "korean"),
        ("train DAMAGED --tokenizer japanese", "sudachipy", "japanese"),
        ("train DAMAGED --tokenizer chinese", "jieba", "chinese"),
        ("train DAMAGED https://localhost/more.txt", "smart_open", "remote"),
        ("train DAMAGED s3://bucket/more.txt", "boto3", "remote"),
        ("train DAMAGED more.parquet --column text", "pyarrow", "arrow"),
        ("read DAMAGED -o corpus --on local[2]", "pyspark", "spark"),
        ("read DAMAGED -o corpus --tokenizer korean", "kiwipiepy", "korean"),
        ("classify train DAMAGED", "keras", "neural"),
        ("classify train DAMAGED", "h5py", "neural"),
        ("classify train DAMAGED --tokenizer korean", "kiwipiepy", "korean"),
        ("classify train DAMAGED --preset lecture", "tokenizers", "subwords"),
        ("language-model train DAMAGED", "keras", "neural"),
        ("language-model train DAMAGED --tokenizer subwords", "tokenizers", "subwords"),
        ("language-model train DAMAGED more.parquet --column text", "pyarrow", "arrow"),
        ("plot king queen --method umap -m not-there", "umap", "umap"),
        ("convert DAMAGED out.parquet", "pyarrow", "arrow"),
        ("convert DAMAGED out.feather", "pyarrow", "arrow"),
        ("mcp -m not-there", "mcp", "mcp"),
        ("projector out --serve -m not-there", "tensorboard", "tensorboard"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_read(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch, damaged: str, arguments: str, package: str, extra: str
) -> None:
    is_network = arguments.startswith(("classify", "language-model"))
    if is_network and extra != "neural":
        for module in ("jax", "h5py", "keras"):
            pytest.importorskip(module)
    Path("more.parquet").touch()
    forget(monkeypatch, package)
    run = w2v(*arguments.replace("DAMAGED", damaged).split())
    assert run.status == 1
    assert run.err.splitlines()[-1].endswith(f"pip install 'w2vcli[{extra}]'"), run.err
    assert run.out == ""
    assert sorted(path.name for path in Path().iterdir()) == ["damaged.txt", "more.parquet"]


def test_a_network_without_its_libraries_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch, "h5py")
    with pytest.raises(MissingExtra, match=r"pip install 'w2vcli\[neural\]'"):
        load_network(Path("not-there.keras"))
