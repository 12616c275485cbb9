"""``model.json``: what a model says of itself, of this format version or an earlier one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from w2vcli.compression import file_sha256
from w2vcli.errors import BadModel
from w2vcli.models.vectors import STORED

FORMAT_VERSION = 3
_NAME = "model.json"
# Folders of a model whose files belong to it; the index can be made again.
_PARTS = ("training", "classifier", "language-model")


def _versions() -> dict[str, str]:
    import platform  # both cost 20 ms, which a question need not pay
    from importlib.metadata import version

    packages = ("w2vcli", "gensim", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in packages}


@dataclass(frozen=True)
class Facts:
    """What ``model.json`` says of a model.

    ``source`` tells where the vectors came from; ``tokenizer`` and ``training`` are None for vectors that
    were not trained here; ``training`` has a record for each training, the latest last. ``words_escaped``
    says that ``words.txt`` has escapes. ``subwords`` has fastText's settings ``minn``, ``maxn`` and
    ``bucket``, and the dtype of their vectors. ``sha256`` has the hash of each file beside ``model.json``.
    """

    words: int
    vector_size: int
    source: dict[str, Any]
    tokenizer: dict[str, Any] | None = None
    training: list[dict[str, Any]] | None = None
    subwords: dict[str, Any] | None = None
    dtype: str = "float32"
    words_escaped: bool = False
    created: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="seconds"))
    versions: dict[str, str] = field(default_factory=_versions)
    sha256: dict[str, str] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION


def read_facts(directory: Path) -> Facts:
    """Return what ``model.json`` in ``directory`` says; that of an earlier format version as this one would.

    Raises
    ------
    BadModel
        If there is no such model, it is damaged, or a newer version of w2v wrote it.
    """
    file = directory / _NAME
    try:
        found = json.loads(file.read_text(encoding="utf-8", errors="surrogateescape"))
        if found["format_version"] > FORMAT_VERSION:
            raise BadModel(
                f"{directory} has format version {found['format_version']}, "
                f"this w2v reads up to {FORMAT_VERSION}; update w2v"
            )
        while found["format_version"] in _UPGRADES:
            found = _UPGRADES[found["format_version"]](found)
        facts = Facts(**found)
        if not all(isinstance(size, int) and size >= 0 for size in (facts.words, facts.vector_size)):
            raise ValueError("words and vector_size are no whole numbers")
        if facts.dtype not in STORED or not isinstance(facts.sha256, dict):
            raise ValueError(f"dtype or sha256 is not one: {facts.dtype!r}")
        if facts.sha256 and not {"vectors.npy", "words.txt"} <= facts.sha256.keys():
            raise ValueError("sha256 has no SHA-256 of vectors.npy or of words.txt")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadModel(f"no model at {directory}") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadModel(f"{file} is damaged: {error}") from error
    return facts


def facts_as_text(facts: Facts) -> bytes:
    """Return ``facts`` as they are written in ``model.json``."""
    text = json.dumps(asdict(facts), ensure_ascii=False, indent=2)
    return f"{text}\n".encode(errors="surrogateescape")


def write_facts(facts: Facts, directory: Path) -> None:
    """Write ``model.json`` into a model that is being made."""
    (directory / _NAME).write_bytes(facts_as_text(facts))


def file_hashes(directory: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in ``directory`` but ``model.json`` and the index, by its path there."""
    found = [*directory.iterdir(), *(path for part in _PARTS for path in directory.glob(f"{part}/*"))]
    files = sorted(path for path in found if path.is_file() and path.name != _NAME)
    return {str(path.relative_to(directory)): file_sha256(path) for path in files if not path.name.startswith(".")}


def check_hashes(facts: Facts, directory: Path) -> None:
    """Raise `BadModel` if a file of the model is not what was written."""
    for name, sha256 in facts.sha256.items():
        try:
            found = file_sha256(directory / name)
        except FileNotFoundError as error:
            raise BadModel(f"{directory} is damaged: {name} is missing") from error
        if found != sha256:
            raise BadModel(
                f"{directory / name} is damaged: its SHA-256 is not the one in {_NAME}; make the model again"
            )


def _from_version_1(found: dict[str, Any]) -> dict[str, Any]:
    """Version 2 brought smaller types of vectors, hashes and subwords."""
    return found | {"format_version": 2}


def _from_version_2(found: dict[str, Any]) -> dict[str, Any]:
    """Version 3 brought several trainings of one model."""
    training = found.get("training")
    return found | {"format_version": 3, "training": training and [training]}


_UPGRADES: dict[Any, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_version_1, 2: _from_version_2}
