"""``w2v info``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import click

from w2vcli.cli import options
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import open_model


@click.command("info")
@click.argument("model", required=False, type=options.ModelName())
@options.as_json
def command(model: str | None, as_json: bool) -> None:
    """Show what a model is: size, source, settings, receipt.

    \b
    Examples:
      w2v info
      w2v info google-news --json
    """
    opened = open_model(model)
    facts: dict[str, Any] = {"model": opened.name, "path": str(opened.path), **asdict(opened.facts)}
    facts["bytes"] = sum(file.stat().st_size for file in opened.path.rglob("*") if file.is_file())
    print_facts(facts if as_json else dict(_flat(facts)), as_json=as_json)


def _flat(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the facts with those inside others as ``outer.inner``; of several files only their number."""
    for name, value in facts.items():
        if isinstance(value, list) and len(value) == 1:
            yield from _flat(value[0], f"{prefix}{name}.")
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", len(value)
        elif value is not None:
            yield f"{prefix}{name}", value
