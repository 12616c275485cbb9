"""``w2v step``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from w2vcli.cli import completing, options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.output import is_for_the_eye, is_nested, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.escaping import decimals
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import heading, translated

if TYPE_CHECKING:
    from w2vcli.lessons.step import Example

_COLUMNS = ("word", "label", "score", "sigmoid", "loss", "error")
_VECTORS = ("before", "gradient", "after")
_ALL_COLUMNS = ("word", "role", *_COLUMNS[1:], *_VECTORS)
_MODES = (options.Mode(("seed",), lambda values: values["negative"] != 0, "--negative 0 draws no noise words"),)


@click.command("step", cls=W2vCommand, columns=_ALL_COLUMNS, modes=_MODES)
@click.argument("target", type=completing.Word())
@click.argument("context", type=completing.Word())
@click.option(
    "--negative",
    type=click.IntRange(0, 100),
    help="Noise words for each example; 0: no negative sampling.  [default: as the model was trained, or 5]",
)
@click.option(
    "--alpha",
    type=click.FloatRange(0, 1, min_open=True),
    help="Learning rate of this step.  [default: that at the start of the model's training, or 0.025]",
)
@options.seed
@options.model
@options.formats_and_file
@options.reporting
def command(
    target: str,
    context: str,
    negative: int | None,
    alpha: float | None,
    seed: int,
    model: str | None,
    reporter: Reporter,
) -> None:
    """Show one step of skip-gram's training, in numbers.

    \b
    Examples:
      w2v step king queen
      w2v step king queen --negative 2 --alpha 0.1 --json

    The vector v of TARGET learns to tell CONTEXT (label 1) from noise words (label
    0). Each of these has an output vector u. With s(x) = 1 / (1 + exp(-x)):

    \b
      score = u . v       sigmoid = s(score)        error = label - sigmoid
      loss = -log sigmoid for label 1, -log (1 - sigmoid) for label 0
      u becomes u + alpha * error * v
      v becomes v + alpha * the sum of error * u

    The model is not changed. --json has all numbers of all vectors.
    """
    from w2vcli.lessons.step import settings_of, take_step

    opened = open_model(model, reporter, with_weights=True)
    settings = settings_of(opened)
    example = take_step(
        opened,
        target,
        context,
        negative=settings.negative if negative is None else negative,
        alpha=settings.alpha if alpha is None else alpha,
        seed=seed,
    )
    if not example.has_weights:
        reporter.note("the model has no output vectors of its training: they are zeros, as training begins")
    if not example.has_counts:
        reporter.note("how often its words were seen is not known: each is as likely a noise word")
    rows = list(map(asdict, example.rows()))
    if is_nested():
        print_rows(rows, _ALL_COLUMNS)
        return
    print_rows(rows[1:], _COLUMNS)
    if is_for_the_eye():
        _print_vectors(example)


def _print_vectors(example: Example) -> None:
    """Print the loss before and after the step, and each vector before, its gradient, and after."""
    before, after = example.step.losses.sum(), float(example.step.new_losses.sum())
    told = f"loss {before:.4f}; with the new vectors {after:.4f}; alpha {example.alpha:g}"
    click.echo(f"\n{translated(told)}\n")
    labels, lines = [], []
    for row in example.rows():
        for name, values in zip(_VECTORS, (row.before, row.gradient, row.after), strict=True):
            labels.append(f"{'v' if row.role == 'target' else 'u'} {row.word} {heading(name)}")
            lines.append(values)
    print_matrix("vector", labels, len(lines[0]), lambda at: (str(at + 1), [decimals(line[at]) for line in lines]))
