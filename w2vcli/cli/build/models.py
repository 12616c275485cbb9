"""``w2v models``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, note, print_rows, tell
from w2vcli.errors import BadModel
from w2vcli.models.registry import default_path, home, model_name, model_paths


@click.command("models", cls=W2vCommand)
@options.formats_and_file
def command() -> None:
    """List the models. The default one has a star.

    \b
    Examples:
      w2v models
      w2v models --json

    The default is the model that is asked without --model. Choose it with w2v use.
    """
    from w2vcli.models.facts import read_facts

    default = default_path()
    rows = []
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
            }
        )
    print_rows(rows, ("default", "model", "words", "vector_size", Column("created", moves=True)))
    if not rows:
        note("There is no model yet; make one with: w2v train CORPUS, or: w2v load SOURCE")
