"""The comment on a table that was written here: the facts of its model as JSON, by which it is known again."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from w2vcli.decoding import convert
from w2vcli.errors import DamagedInput
from w2vcli.models.formats.postgres.address import TableAddress
from w2vcli.models.formats.sinks import RowFacts
from w2vcli.models.records import TokenizerFacts

_MADE = "w2vcli"  # the version that wrote the table


def facts_as_comment(rows: RowFacts, address: TableAddress) -> str:
    """Return the facts of a model as JSON.

    A tokenizer that needs more than its name, as subword units do, is not among them.
    """
    from importlib.metadata import version

    facts: dict[str, Any] = {
        _MADE: version("w2vcli"),
        "words": rows.words,
        "vector_size": rows.vector_size,
        "type": address.type,
    }
    if rows.settings:
        facts["settings"] = dict(rows.settings)
    if rows.tokenizer is not None and "pieces.json" not in rows.texts:
        facts["tokenizer"] = asdict(rows.tokenizer)
    return json.dumps(facts, ensure_ascii=False, default=str).replace("\\u0000", "")


def facts_of_comment(comment: str | None) -> dict[str, Any] | None:
    """Return the facts in the comment on a table, or None if w2v has not written the table."""
    try:
        facts = json.loads(comment or "")
    except ValueError:
        return None
    return facts if isinstance(facts, dict) and _MADE in facts else None


def tokenizer_of_comment(comment: str | None, name: str) -> TokenizerFacts | None:
    """Return how the text of a table's model was tokenized, None if the comment does not say so.

    Raises
    ------
    DamagedInput
        If it says so in no way that is known. ``name`` is that of the table.
    """
    found = (facts_of_comment(comment) or {}).get("tokenizer")
    return None if found is None else convert(found, TokenizerFacts, name, DamagedInput)
