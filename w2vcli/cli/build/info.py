"""``w2v info``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS, MORE_COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.formats import named_format
from w2vcli.cli.output import Column, is_for_the_eye, is_nested, print_facts, print_rows
from w2vcli.errors import DamagedInput
from w2vcli.inputs import STDIN
from w2vcli.models.registry import find_model, model_name
from w2vcli.models.source_names import is_source
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import known

if TYPE_CHECKING:
    from w2vcli.models.facts import Facts
    from w2vcli.models.variants import VariantsMade


def _is_file(values: Mapping[str, Any]) -> bool:
    """Tell whether a file of vectors is asked for, and not a model, from the values of all parameters."""
    return not values["memory"] and values["model"] != STDIN and is_source(values["model"])


_MODES = (
    options.Mode(("check", "memory"), lambda values: not values["methods"], "--methods writes a paragraph alone"),
    options.Mode(("check",), lambda values: not values["memory"], "--memory shows sizes and compares nothing"),
    options.Mode(("check",), lambda values: not _is_file(values), "a file of vectors is examined without --check"),
    options.Mode(("vocabulary", "trust_pickle", "encoding"), _is_file, "a model says how it is read"),
)


@click.command(
    "info",
    cls=W2vCommand,
    columns=COLUMNS["info"],
    more_columns=MORE_COLUMNS["info"],
    modes=_MODES,
    aliases=options.OLD_WORDS,
)
@click.argument("model", required=False, type=options.ModelOrFile())
@click.option("--check", is_flag=True, help="Compare the model's files with their hashes.")
@click.option("--methods", is_flag=True, help="Write the paragraph for the methods section of a paper, with BibTeX.")
@click.option("--memory", is_flag=True, help="Show how much memory the vectors take, by type.")
@options.vocabulary_file
@options.trust_pickle
@options.encoding
@options.formats_and_file
@options.reporting
def command(model: str | None, check: bool, methods: bool, memory: bool, reporter: Reporter, **reading: Any) -> None:
    """Show what a model is, or what is in a file of vectors.

    \b
    Examples:
      w2v info
      w2v info google-news --json
      w2v info google-news --memory
      w2v info novels --methods
      w2v info GoogleNews-vectors-negative300.bin.gz

    Of a model it shows the size, the source, the settings and the receipt. A file
    of vectors is read to its end: it shows the format, the rows promised and found,
    faults of encoding, duplicates, vectors of zeros or NaN, and lengths of vectors.
    --memory also knows the sizes of vectors that can be downloaded by name.
    """
    if memory:
        _print_memory(model, reporter)
    elif methods:
        _print_methods(find_model(model))
    elif model is not None and _is_file({"model": model, "memory": memory}):
        _print_examination(model, reading, reporter)
    else:
        _print_model(find_model(model), reporter, check=check)


def _print_model(path: Path, reporter: Reporter, *, check: bool) -> None:
    """Print what is known of a model; with ``check``, raise if a file is not as it was when the model was made."""
    from w2vcli.models.directory import read_model
    from w2vcli.models.facts import facts_as_json, read_facts
    from w2vcli.models.variants import facts_of_variants

    def read(_: object) -> tuple[dict[str, Any], list[str]]:
        facts = read_facts(path)
        unknown: list[str] = []
        if check:
            from w2vcli.models.checking import check_model

            unknown = check_model(path, facts)
        # Read within the snapshot, like the facts: a model may be replaced at any moment.
        size = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        variants = {"variants": facts_of_variants(path, facts)}
        return {
            "model": model_name(path),
            "path": str(path),
            **facts_as_json(facts),
            **variants,
            "bytes": size,
        }, unknown

    shown, unknown = read_model(path, read)
    if check:
        besides = f", besides {' and '.join(unknown)}" if unknown else ""
        reporter.note(f"every file is as it was when the model was made{besides}")
    print_facts(shown if is_nested() else dict(_flat(shown)))


def _print_methods(path: Path) -> None:
    """Print the paragraph for a paper and the publications to cite."""
    from w2vcli.models.directory import read_model
    from w2vcli.models.facts import read_facts
    from w2vcli.models.methods_paragraph import Intervals, methods_of
    from w2vcli.models.references import references_of
    from w2vcli.models.variants import LEAST_VARIANTS, read_variants
    from w2vcli.queries.intervals import SPREAD, student
    from w2vcli.speaking.language import language

    def read(_: object) -> tuple[Facts, VariantsMade | None]:
        facts = read_facts(path)
        return facts, read_variants(path, facts)

    facts, made = read_model(path, read)
    count = 0 if made is None else len(made.sha256)
    intervals = Intervals(student(count - 1) * SPREAD, SPREAD) if count >= LEAST_VARIANTS else None
    paragraph = methods_of(facts, language(), made, intervals)
    entries = "\n\n".join(references_of(facts, made))
    if named_format() is not None:
        print_facts({"model": model_name(path), "methods": paragraph, "bibtex": entries})
    else:
        click.echo(f"{paragraph}\n\n{entries}")


def _print_examination(file: str, reading: Mapping[str, Any], reporter: Reporter) -> None:
    """Print what is in a file of vectors, then raise if it is damaged."""
    from w2vcli.models.doctor import examine
    from w2vcli.models.formats.blocks import ReadOptions

    found = examine(Path(file), ReadOptions(**reading), reporter)
    facts = {"file": file, **asdict(found)}
    if not is_nested():
        facts = {name: value for name, value in facts.items() if value is not None and name != "fault"}
    print_facts(facts)
    if found.fault is not None:
        raise DamagedInput(found.fault)


def _print_memory(model: str | None, reporter: Reporter) -> None:
    """Print what the vectors of a model take, or those that a name in the catalogue stands for."""
    from w2vcli.models.sizes import find_sizes

    sizes, is_here = find_sizes(model)
    if is_here:
        reporter.note("the files are mapped: in memory is only what a question reads, and the system can take it back")
    else:
        reporter.note(f"{model} is not on this machine; its size is known from the catalogue")
    say = known if is_for_the_eye() else str
    shown = [asdict(size) | {"what": say(size.what), "GiB": size.bytes / 2**30} for size in sizes]
    print_rows(shown, ("what", "dtype", "bytes", Column("GiB", 2)))


def _flat(facts: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the facts for the eye: those inside others as ``outer.inner``, and of lists only how long they are.

    So ``{"a": {"b": 1}, "files": [2, 3], "loss": [0.3, 0.2]}`` is a.b 1, files 2 and, the last one, loss 0.2.
    """
    for name, value in facts.items():
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if isinstance(inner, Mapping):
            yield from _flat(inner, f"{prefix}{name}.")
        elif isinstance(value, list) and name == "loss":
            yield from ((f"{prefix}{name}", last) for last in value[-1:])
        elif value is not None:
            yield f"{prefix}{name}", len(value) if isinstance(value, list) else value
