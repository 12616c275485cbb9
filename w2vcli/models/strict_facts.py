"""``model.json`` decoded strictly: what anybody may have written is a model's facts, or refused with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta

from w2vcli.decoding import convert, is_plain_name
from w2vcli.errors import BadModel
from w2vcli.escaping import visible
from w2vcli.models.stamps import NOT_HASHED

_MOST = 1 << 40
_Dtype = Literal["bfloat16", "float16", "float32"]
_Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class StrictFacts:
    """The fields of `w2vcli.models.facts.Facts`, with the ranges that they must keep to."""

    words: Annotated[int, Meta(ge=0, le=_MOST)]
    vector_size: Annotated[int, Meta(ge=0, le=_MOST)]
    source: dict[str, Any]
    tokenizer: dict[str, Any] | None = None
    training: list[dict[str, Any]] | None = None
    subwords: dict[str, Any] | None = None
    dtype: _Dtype = "float32"
    words_escaped: bool = False
    created: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    sha256: dict[str, _Sha256] = field(default_factory=dict)
    format_version: int = 0


@dataclass(frozen=True)
class _Tokenizer:
    tokenizer: str
    version: str | None = None
    lowercase: bool | None = None


@dataclass(frozen=True)
class _Subwords:
    min_n: Annotated[int, Meta(ge=0, le=1000)]
    max_n: Annotated[int, Meta(ge=0, le=1000)]
    bucket: Annotated[int, Meta(ge=0, le=_MOST)]
    dtype: _Dtype


@dataclass(frozen=True)
class _SourceFacts:
    path: str
    files: int = 0
    bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class _Receipt:
    min_count: int | None = None


@dataclass(frozen=True)
class _Run:
    """The record of a training; earlier versions kept less."""

    started: str = ""
    seconds: float = 0.0
    sources: list[_SourceFacts] = field(default_factory=list)
    text_sha256: str = ""
    start_from: str | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    engine: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    receipt: _Receipt = field(default_factory=_Receipt)
    loss: list[float] | None = None
    loss_examples: int = 0
    machine: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Parts:
    """What is in those of the facts that are JSON objects."""

    tokenizer: _Tokenizer | None = None
    training: list[_Run] | None = None
    subwords: _Subwords | None = None


def require_facts(found: Any, file: Path) -> None:
    """Raise `BadModel` if JSON of the current format version is not the facts of a model; ``file`` is named."""
    facts = convert(found, StrictFacts, file)
    convert({name: found.get(name) for name in _Parts.__dataclass_fields__}, _Parts, file, unknown=True)
    for name in facts.sha256:
        if not is_plain_name(name) or name.split("/")[0] in NOT_HASHED:
            raise BadModel(f"{file} is damaged: sha256: {visible(name)} is no file of a model")
    if missing := [name for name in ("vectors.npy", "words.txt") if facts.sha256 and name not in facts.sha256]:
        raise BadModel(f"{file} is damaged: sha256: there is no SHA-256 of {missing[0]}")
