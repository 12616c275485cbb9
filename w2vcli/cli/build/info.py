"""``w2v info``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, print_facts, print_rows
from w2vcli.errors import BadModel, DamagedInput
from w2vcli.inputs import STDIN
from w2vcli.models.registry import find_model, model_name
from w2vcli.models.source_names import is_source
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.models.facts import Facts


def _is_file(values: Mapping[str, Any]) -> bool:
    return not values["memory"] and values["model"] != STDIN and is_source(values["model"])


_MODES = (
    options.Mode(("check",), lambda values: not values["memory"], "--memory shows sizes and compares nothing"),
    options.Mode(("check",), lambda values: not _is_file(values), "a file of vectors is examined without --check"),
    options.Mode(("vocabulary", "trust_pickle", "encoding"), _is_file, "a model says how it is read"),
)


@click.command("info", cls=W2vCommand, modes=_MODES, aliases=options.OLD_WORDS)
@click.argument("model", required=False, type=options.ModelOrFile())
@click.option("--check", is_flag=True, help="Compare the model's files with their hashes.")
@click.option("--memory", is_flag=True, help="Show how much memory the vectors take, by type.")
@options.vocabulary_file
@options.trust_pickle
@options.encoding
@options.as_json
@options.reporting
def command(
    model: str | None,
    check: bool,
    memory: bool,
    vocabulary: Path | None,
    trust_pickle: bool,
    encoding: str,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Show what a model is, or what is in a file of vectors.

    Of a model: size, source, settings, receipt. A file of vectors is read to its
    end, and examined: its format, the rows promised and found, faults of encoding,
    duplicates, vectors of zeros or NaN, lengths of vectors. --memory also knows the
    sizes of vectors that can be downloaded by name.

    \b
    Examples:
      w2v info
      w2v info google-news --json
      w2v info google-news --memory
      w2v info GoogleNews-vectors-negative300.bin.gz
    """
    if memory:
        _print_memory(model, reporter, as_json=as_json)
        return
    if model is not None and _is_file({"model": model, "memory": memory}):
        from w2vcli.models.doctor import examine
        from w2vcli.models.formats.blocks import ReadOptions

        found = examine(
            Path(model), ReadOptions(None, encoding, vocabulary=vocabulary, trust_pickle=trust_pickle), reporter
        )
        shown = {"file": model} | {name: value for name, value in asdict(found).items() if name != "fault"}
        print_facts(shown | {"fault": found.fault} if as_json else _known(shown), as_json=as_json)
        if found.fault is not None:
            raise DamagedInput(found.fault)
        return
    from w2vcli.models.directory import read_model
    from w2vcli.models.facts import facts_as_json, read_facts

    path = find_model(model)

    def read(_: object) -> tuple[dict[str, Any], list[str]]:
        facts = read_facts(path)
        unknown = _check(path, facts) if check else []
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return {"model": model_name(path), "path": str(path), **facts_as_json(facts), "bytes": size}, unknown

    shown, unknown = read_model(path, read)
    if check:
        besides = f", besides {' and '.join(unknown)}" if unknown else ""
        reporter.note(f"every file is as it was when the model was made{besides}")
    print_facts(shown if as_json else dict(_flat(shown)), as_json=as_json)


def _check(path: Path, facts: Facts) -> list[str]:
    from w2vcli.models.checking import check_model

    return check_model(path, facts)


def _print_memory(model: str | None, reporter: Reporter, *, as_json: bool) -> None:
    """Print what the vectors of a model take, or those that a name in the catalogue stands for."""
    from w2vcli.models.catalogue import catalogue
    from w2vcli.models.directory import read_model
    from w2vcli.models.facts import read_facts
    from w2vcli.models.sizes import Size, sizes_of_files, sizes_of_matrix

    try:
        path = find_model(model)
    except BadModel:
        if model not in catalogue():
            raise
        found = catalogue()[str(model)]
        rows = sizes_of_matrix(found.words, found.vector_size)
        reporter.note(f"{model} is not on this machine; its size is known from the catalogue")
    else:

        def read(_: object) -> tuple[Facts, list[Size]]:
            facts = read_facts(path)
            return facts, sizes_of_files(path, facts)

        facts, of_files = read_model(path, read)
        rows = [*sizes_of_matrix(facts.words, facts.vector_size), *of_files]
        reporter.note("the files are mapped: in memory is only what a question reads, and the system can take it back")
    shown = [asdict(row) | {"GiB": row.bytes / 2**30} for row in rows]
    print_rows(shown, ("what", "dtype", "bytes", Column("GiB", 2)), as_json=as_json)


def _known(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value is not None}


def _flat(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the facts with those inside others as ``outer.inner``; of several files only their number.

    Of the loss after each epoch it is the last.
    """
    for name, value in facts.items():
        if name == "loss" and isinstance(value, list):
            if value:
                yield f"{prefix}{name}", value[-1]
        elif isinstance(value, list) and len(value) == 1 and isinstance(value[0], Mapping):
            yield from _flat(value[0], f"{prefix}{name}.")
        elif isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", len(value)
        elif value is not None:
            yield f"{prefix}{name}", value
