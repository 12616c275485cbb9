"""``w2v models``."""

from __future__ import annotations

from typing import Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, is_for_the_eye, note, print_rows, tell
from w2vcli.errors import BadModel, UnfinishedTraining
from w2vcli.models.registry import default_path, home, model_name, model_paths


@click.command("models", cls=W2vCommand, columns=("default", "model", "words", "vector_size", "created", "epochs_done"))
@options.formats_and_file
def command() -> None:
    """List the models. The default one has a star.

    \b
    Examples:
      w2v models
      w2v models --json

    The default is the model that is asked without --model. Choose it with w2v use.
    A training that was interrupted is listed by how far it came, and how to go on.
    """
    from w2vcli.models.facts import read_facts

    default = default_path()
    rows: list[dict[str, Any]] = []
    for path in model_paths():
        try:
            facts = read_facts(path)
        except BadModel as error:
            tell(f"Warning: {error}")  # one damaged model does not hide the others
            continue
        rows.append(
            {
                "default": "*" if path == default else "",
                # A model that was made with -o ./novels is listed while it is the default, by its path.
                "model": model_name(path) if path.parent == home() / "models" else str(path),
                "words": facts.words,
                "vector_size": facts.vector_size,
                "created": facts.created,
                "epochs_done": None,
            }
        )
    columns = ["default", "model", "words", "vector_size", Column("created", moves=True), "epochs_done"]
    begun = _unfinished()
    if not begun and is_for_the_eye():
        columns.pop()
    print_rows(rows + begun, columns)
    for row in begun:
        note(f"{row['model']} is not trained to its end; go on with: w2v train --resume -o {row['model']}")
    if not rows and not begun:
        note("There is no model yet; make one with: w2v train CORPUS, or: w2v load SOURCE")


def _unfinished() -> list[dict[str, Any]]:
    """Return a row for each training at home that was interrupted."""
    from w2vcli.training.unfinished import how_far, unfinished_in

    rows = []
    for target in unfinished_in(home() / "models"):
        try:
            done, epochs = how_far(target)
        except (BadModel, UnfinishedTraining) as error:
            tell(f"Warning: {error}")
            continue
        far = f"{done} of {epochs}" if epochs else str(done)
        blank = dict.fromkeys(("words", "vector_size", "created", "epochs_done"))
        rows.append({"default": "", "model": model_name(target), **blank, "epochs_done": far})
    return rows
