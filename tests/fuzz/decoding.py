"""JSON of any shape, decoded into the dataclasses of the model directory: what comes out has the types it should."""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any, NamedTuple

from tests.fuzz.commands import Failure, check_message
from tests.fuzz.damage import any_json, damaged, damaged_json
from w2vcli.corpus.reading import Reading
from w2vcli.decoding import decode_json
from w2vcli.errors import W2vError
from w2vcli.escaping import visible_message
from w2vcli.models.facts import Facts

NAME = "decoding"
_KINDS: list[tuple[type[Any], dict[str, Any]]] = [
    (Facts, dataclasses.asdict(Facts(words=2, vector_size=3, source={"kind": "test"}))),
    (Reading, dataclasses.asdict(Reading(stop_words=("a",)))),
]


class Case(NamedTuple):
    """What is decoded, and into what."""

    data: bytes
    kind: type[Any]


def prepare(folder: Path) -> None:
    """See that what is whole is decoded."""
    for kind, whole in _KINDS:
        decode_json(json.dumps(whole).encode(), kind, "it")


def make(rng: random.Random) -> Case:
    """Return damaged JSON."""
    kind, whole = rng.choice(_KINDS)
    value = any_json(rng, 3) if rng.random() < 0.1 else whole
    for _ in range(rng.choice([1, 1, 3])):
        value = damaged_json(value, rng)
    data = json.dumps(value).encode()
    if rng.random() < 0.3:
        data = rng.choice([damaged(data, [data], rng), b"[" * 100_000, b'{"a":' * 50_000])
    return Case(data, kind)


def run(case: Case, folder: Path) -> str:
    """Decode it."""
    try:
        found = decode_json(case.data, case.kind, "it")
    except W2vError as error:
        check_message(visible_message(str(error)))
        return "refused"
    if not isinstance(found, case.kind):
        raise Failure(f"{found!r} is no {case.kind}")
    for field in dataclasses.fields(found):
        value = getattr(found, field.name)
        if str(field.type) in {"int", "str", "bool", "float"} and type(value).__name__ not in {str(field.type), "int"}:
            raise Failure(f"{field.name} is {value!r}, no {field.type}")
    return "answered"
