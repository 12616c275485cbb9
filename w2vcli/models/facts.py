"""``model.json``: what a model says of itself, of this format version or an earlier one.

What was read once is trusted until the file changes: the index keeps the stamp of the facts that were decoded strictly
when it was made. So a question does not decode them again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from w2vcli.decoding import MOST_JSON, convert, is_plain_name, open_regular, parse_json, read_open, read_regular
from w2vcli.errors import BadModel, MissingModel
from w2vcli.escaping import visible
from w2vcli.models.model_parts import (
    FACTS,
    FACTS_HASH,
    INDEX,
    PARTS,
    VECTORS,
    WORDS,
    files_of,
    is_hashed,
    part_of,
)
from w2vcli.models.records import Dtype, StaticFacts, SubwordFacts, TokenizerFacts
from w2vcli.models.stamps import read_manifest, stamp
from w2vcli.sealing import sha256_of

if TYPE_CHECKING:
    from w2vcli.models.runs import Run

FORMAT_VERSION = 3
_MOST_HASH = 1 << 10
_SHA256 = re.compile("[0-9a-f]{64}")
_MOST_HEADER = 10_000
_LONGEST_WORD = 1 << 20
_MOST_OF_OTHERS = 1 << 36
_MOST_ROWS = 1 << 40
_LONGEST_NGRAM = 1000


def _versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a model is made with."""
    import platform  # both cost 20 ms, which a question need not pay
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": platform.python_version()}
    for name in ("w2vcli", "gensim", "numpy"):
        with suppress(PackageNotFoundError):  # gensim need not be there
            versions[name] = version(name)
    return versions


@dataclass(frozen=True)
class Facts:
    """What ``model.json`` says of a model.

    ``source`` tells where the vectors came from. ``tokenizer`` and ``training`` are None for vectors that
    were not trained here. ``training`` has a record for each training as JSON has it, the latest last: ``runs``
    are these records. ``subwords`` is None but for models of fastText, ``static`` but for static embeddings with their
    tokenizer. ``words_escaped`` says that ``words.txt`` has escapes. ``sha256`` has the hash of each other file by its
    path in the model.
    """

    words: int
    vector_size: int
    source: dict[str, Any]
    tokenizer: TokenizerFacts | None = None
    training: list[dict[str, Any]] | None = None
    subwords: SubwordFacts | None = None
    dtype: Dtype = "float32"
    words_escaped: bool = False
    created: str = field(default_factory=lambda: datetime.now(timezone.utc).isoformat(timespec="seconds"))
    versions: dict[str, str] = field(default_factory=_versions)
    sha256: dict[str, str] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION
    static: StaticFacts | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the latest training, by gensim's names: of one here, or in gensim's file that was loaded."""
        found: dict[str, Any] = self.runs[-1].settings if self.training else self.source.get("settings", {})
        return found

    @cached_property
    def runs(self) -> list[Run]:
        """The records of all trainings, the latest last, none for vectors that were not trained here."""
        from w2vcli.models.runs import Trainings  # with msgspec, 15 ms that a question need not pay

        return convert({"training": self.training}, Trainings, FACTS).training or []


def read_facts(directory: Path) -> Facts:
    """Return the facts in ``model.json`` in ``directory``. Earlier format versions become this one.

    Raises
    ------
    BadModel
        If there is no such model, it is damaged, or a newer version of w2v wrote it.
    """
    file = directory / FACTS
    try:
        with open_regular(file) as opened:
            stamped, data = stamp(os.fstat(opened.fileno())), read_open(opened, file, MOST_JSON)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MissingModel(f"no model at {directory}") from error
    found = parse_json(data, file, infinite=True)  # a loss may be no number
    version = found.get("format_version") if isinstance(found, dict) else None
    if type(version) is not int:
        raise BadModel(f"{file} is damaged: format_version: expected int, got {type(version).__name__}")
    # A newer format may mean other things by the same names, so it is not guessed at.
    if version > FORMAT_VERSION:
        raise BadModel(f"{directory} has format version {version}, this w2v reads up to {FORMAT_VERSION}; update w2v")
    # One version after the other, so that each step has to know only the next.
    while version in _UPGRADES:
        found = _UPGRADES[version](found)
        version = found["format_version"]
    found = _with_names_of_settings(found)
    if _were_decoded(directory, stamped):
        with suppress(TypeError):  # an earlier version passed over fields that it did not know
            return _trusted(found)
    return _decode_strictly(found, file)


def _trusted(found: dict[str, Any]) -> Facts:
    """Return JSON as facts without looking at it, and without msgspec, 10 ms that a question need not pay."""
    tokenizer, subwords, static = found.get("tokenizer"), found.get("subwords"), found.get("static")
    if tokenizer is not None:
        tokenizer = TokenizerFacts(**tokenizer | {"connector_words": tuple(tokenizer.get("connector_words", ()))})
    if subwords is not None:
        subwords = SubwordFacts(**subwords)
    if static is not None:
        found = found | {"static": StaticFacts(**static)}
    return Facts(**found | {"tokenizer": tokenizer, "subwords": subwords})


def _decode_strictly(found: Any, file: Path) -> Facts:
    """Return JSON of the current format version as facts, or raise `BadModel` with the place of what does not fit."""
    from w2vcli.models.runs import Trainings

    facts = convert(found, Facts, file)
    convert({"training": facts.training}, Trainings, file)
    numbers = [("words", facts.words, _MOST_ROWS), ("vector_size", facts.vector_size, _MOST_ROWS)]
    if facts.subwords is not None:
        numbers += [(f"subwords.{name}", getattr(facts.subwords, name), _LONGEST_NGRAM) for name in ("min_n", "max_n")]
        numbers.append(("subwords.bucket", facts.subwords.bucket, _MOST_ROWS))
    for name, value, most in numbers:
        if not 0 <= value <= most:
            raise BadModel(f"{file} is damaged: {name}: expected int {'>= 0' if value < 0 else f'<= {most}'}")
    for name, sha256 in facts.sha256.items():
        if not is_plain_name(name) or not is_hashed(name):
            raise BadModel(f"{file} is damaged: sha256: {visible(name)} is no file of a model")
        if not _SHA256.fullmatch(sha256):
            raise BadModel(f"{file} is damaged: sha256: {visible(name)}: expected 64 hexadecimal digits")
    if missing := [name for name in (VECTORS, WORDS) if facts.sha256 and name not in facts.sha256]:
        raise BadModel(f"{file} is damaged: sha256: there is no SHA-256 of {missing[0]}")
    return facts


def _were_decoded(directory: Path, stamped: list[int]) -> bool:
    """Tell whether facts with this stamp were decoded strictly before: when the index was made."""
    try:
        known: bool = read_manifest(directory / INDEX)["facts"] == stamped
    except (OSError, BadModel, ValueError, KeyError, TypeError):
        return False
    return known


def facts_as_json(facts: Facts) -> dict[str, Any]:
    """Return ``facts`` as JSON has them."""
    return asdict(facts, dict_factory=_without_empty)


def _without_empty(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return fields, without those of connector words and static embeddings where a model has none.

    Earlier versions leave them out.
    """
    return {name: value for name, value in pairs if name not in {"connector_words", "static"} or value}


def facts_as_text(facts: Facts) -> bytes:
    """Return ``facts`` as they are written in ``model.json``."""
    text = json.dumps(facts_as_json(facts), ensure_ascii=False, indent=2)
    return f"{text}\n".encode(errors="surrogateescape")


def write_facts(facts: Facts, directory: Path) -> None:
    """Write ``model.json``, and its hash beside it, into a model that is being made."""
    (directory / FACTS).write_bytes(facts_as_text(facts))
    (directory / FACTS_HASH).write_text(f"{sha256_of(directory / FACTS)}  {FACTS}\n", encoding="ascii", newline="\n")


def file_hashes(directory: Path, known: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of each file of a model by its path there, such as ``training/syn1neg.npy``.

    ``model.json`` and what can be made again have none, and hidden files are no part of a model. Those that are
    ``known`` are not computed again.
    """
    hashes = known or {}
    return {name: hashes.get(name) or sha256_of(directory / name) for name in _hashed_files(directory)}


def check_hashes(facts: Facts, directory: Path) -> None:
    """Compare the files of a model with their hashes in ``facts``.

    Files that are too large are refused before they are read. A model of an early version has no hashes, and nothing
    is compared.

    Raises
    ------
    BadModel
        If one was changed, is missing, or has come since.
    """
    if facts.sha256:
        _check_facts(directory)
    # Sizes first: a file without end would be hashed for hours.
    for name in facts.sha256:
        _require_size(directory / name, _most_bytes(name, facts))
    for name, sha256 in facts.sha256.items():
        try:
            found = sha256_of(directory / name, BadModel)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BadModel(f"{directory} is damaged: {name} is missing") from error
        if found != sha256:
            raise BadModel(
                f"{directory / name} is damaged: its SHA-256 is not the one in {FACTS}; make the model again"
            )
    strangers = [name for name in _hashed_files(directory) if name not in facts.sha256 and part_of(name)]
    # A part may also be a link to nothing, or something else that is no file.
    without = [part.name for part in PARTS if part.hashed and not part.is_folder and part.name not in facts.sha256]
    strangers += [name for name in without if os.path.lexists(directory / name)]
    if facts.sha256 and strangers:
        raise BadModel(f"{directory} is damaged: {strangers[0]} has no SHA-256 in {FACTS}; make the model again")


def require_size_of_words(directory: Path, facts: Facts) -> None:
    """Raise `BadModel` if ``words.txt`` is larger than words can be, before it is read."""
    _require_size(directory / WORDS, _most_bytes(WORDS, facts))


def _most_bytes(name: str, facts: Facts) -> int:
    """Return a bound on the size of a file, so that one without end is not read for hours."""
    if name == WORDS:
        return (facts.words + 1) * _LONGEST_WORD
    rows = max(facts.words, facts.subwords.bucket if facts.subwords else 0)
    if name.endswith(".npy") and "/" not in name:
        return _MOST_HEADER + rows * max(4 * facts.vector_size, 8)
    return _MOST_OF_OTHERS


def _require_size(path: Path, most: int) -> None:
    """Raise `BadModel` if a file has more than ``most`` bytes."""
    if path.is_file() and (size := path.stat().st_size) > most:
        raise BadModel(f"{path} is damaged: it has {size:,} bytes, and at most {most:,} are expected")


def _check_facts(directory: Path) -> None:
    """Compare ``model.json`` with its hash, which versions before this did not write."""
    try:
        written = read_regular(directory / FACTS_HASH, _MOST_HASH)
    except FileNotFoundError:
        return
    if written != f"{sha256_of(directory / FACTS, BadModel)}  {FACTS}\n".encode():
        raise BadModel(
            f"{directory / FACTS} is damaged: its SHA-256 is not the one in {FACTS_HASH}; make the model again"
        )


def _hashed_files(directory: Path) -> list[str]:
    """Return the paths of the files in a model that have their hashes in the facts, in order."""
    return [path for path in files_of(directory) if is_hashed(path)]


def _from_version_1(found: dict[str, Any]) -> dict[str, Any]:
    """Return facts of version 1 as version 2 had them, which brought smaller types, hashes and subwords."""
    return found | {"format_version": 2}


def _from_version_2(found: dict[str, Any]) -> dict[str, Any]:
    """Return facts of version 2 as version 3 has them.

    It brought several trainings of one model. Of the tokenizer it keeps how text is tokenized, not how it was read.
    """
    tokenizer, training = found.get("tokenizer"), found.get("training")
    if isinstance(tokenizer, dict):
        tokenizer = {name: value for name, value in tokenizer.items() if name in TokenizerFacts.__dataclass_fields__}
    return found | {"format_version": 3, "tokenizer": tokenizer, "training": training and [training]}


def _with_names_of_settings(found: dict[str, Any]) -> dict[str, Any]:
    """Return facts whose subwords have today's names: earlier ones had fastText's ``minn`` and ``maxn``."""
    subwords = found.get("subwords")
    if not isinstance(subwords, Mapping):
        return found
    names = {"minn": "min_n", "maxn": "max_n"}
    return found | {"subwords": {names.get(name, name): value for name, value in subwords.items()}}


_UPGRADES: dict[Any, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_version_1, 2: _from_version_2}
