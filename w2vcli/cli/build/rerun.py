"""``w2v rerun``."""

from __future__ import annotations

from dataclasses import asdict

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, print_facts, print_rows
from w2vcli.models.registry import cache_folder, find_model, model_name, path_for_new, require_writable
from w2vcli.reporting import Reporter

_MODES = (
    options.Mode(("output", "force"), lambda values: not values["check"], "--check writes no model"),
    options.Mode(("cache",), lambda values: not (values["check"] and values["cache"]), "--check reads the text itself"),
)


@click.command("rerun", cls=W2vCommand, columns=COLUMNS["rerun"], modes=_MODES)
@click.argument("model", required=False, type=options.ModelName())
@click.option("--check", is_flag=True, help="Only compare with the model; exit status 1 if anything differs.")
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the new model.  [default: NAME-rerun]")
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.force
@options.formats
@options.reporting
def command(model: str | None, check: bool, output: str | None, cache: bool, force: bool, reporter: Reporter) -> None:
    """Train a model again with its recorded settings.

    The text must be where it was. If a file of it has changed, an error names it.
    With one worker the vectors are the same to the byte. --check reads the text
    itself, without the cache.

    \b
    Examples:
      w2v rerun novels --check
      w2v rerun novels -o novels-again
    """
    from w2vcli.training import rerun

    path = find_model(model)
    if check:
        compared = rerun.check(path, reporter)
        print_rows(
            list(map(asdict, compared)),
            ("file", "same", Column("was", moves=True), Column("now", moves=True)),
        )
        if not all(file.same for file in compared):
            click.get_current_context().exit(1)
        return
    target = path_for_new(output or f"{model_name(path)}-rerun")
    require_writable(target)
    facts = rerun.rerun(path, target, cache_folder() if cache else None, reporter, force=force)
    print_facts({"model": model_name(target), "vectors.npy": facts.sha256["vectors.npy"]})
