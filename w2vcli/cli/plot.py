"""``w2v plot``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.atomic import new_file, require_absent
from w2vcli.cli import options
from w2vcli.cli.output import print_facts, print_rows
from w2vcli.cli.questions import input_lines, open_model
from w2vcli.compression import STDIN
from w2vcli.errors import BadModel, BadVocabulary
from w2vcli.models.registry import find_model, model_name, suggested_name
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.views.curve import Curve, History


@click.command("plot")
@click.argument("vocabulary", nargs=-1, metavar="VOCAB|WORD...")
@click.option(
    "--curve",
    "curves",
    type=options.ModelName(),
    multiple=True,
    metavar="MODEL",
    help="Draw a model's training instead: its loss, a classifier's accuracy; may be repeated.",
)
@click.option(
    "-o", "--output", type=options.OutputFile(), help="Picture: .png, .svg or .pdf.  [default: VOCAB.png or plot.png]"
)
@click.option(
    "--method",
    type=click.Choice(["tsne", "pca"]),
    default="tsne",
    show_default=True,
    help="How to project to the plane.",
)
@click.option(
    "--perplexity",
    type=click.FloatRange(min=0, min_open=True),
    help="t-SNE's, below the number of words.  [default: by that number; 3 for 12]",
)
@options.seed
@click.option("--show", is_flag=True, help="Show the picture in a window; written only with -o.")
@options.model
@options.force
@options.as_json
@options.reporting
def command(
    vocabulary: tuple[str, ...],
    curves: tuple[str, ...],
    output: Path | None,
    method: str,
    perplexity: float | None,
    seed: int,
    show: bool,
    model: str | None,
    force: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Draw words as points; similar words are close together.

    VOCAB is a file with a word a line, or - for standard input; words may be
    given as they are. --curve draws what was measured after each epoch of a training.

    \b
    Examples:
      w2v plot vocab.txt
      w2v plot king queen man woman -o royal.svg --method pca
      w2v plot --curve novels
    """
    if curves:
        _plot_curves(curves, output, force=force, as_json=as_json)
        return
    if not vocabulary:
        raise click.UsageError("Missing argument 'VOCAB|WORD...'.")
    from w2vcli.views import plot
    from w2vcli.views.projection import project
    from w2vcli.views.vocabulary import select

    if output is None and not show:
        output = Path(f"{_name_of(vocabulary)}.png")
    if output is not None:
        plot.require_format(output)
    if show:
        plot.require_screen()
    opened = open_model(model, reporter)
    selection = select(opened, _words(vocabulary))
    for word in selection.unknown:
        if "/" in word or Path(word).suffix:
            raise BadVocabulary(f"{word}: no such file, and not in the vocabulary")
    if output is not None:
        require_absent(output, force=force)
    if selection.unknown:
        reporter.warn(f"not in the vocabulary, left out: {', '.join(selection.unknown)}")
    with reporter.phase("drawing", None, "words") as advance:
        projection = project(opened.vectors[selection.rows], method, seed=seed, perplexity=perplexity)
        picture = plot.draw(projection, selection.words, on_screen=show)
        advance(len(selection.words))
    if picture.unlabelled:
        reporter.warn(f"no room for the labels of {len(picture.unlabelled):,} words; their points are drawn")
    if output is not None:
        with new_file(output, force=force) as stream:
            plot.save(picture.figure, stream, output)
    if show:
        plot.show()
    facts = {
        "output": output and str(output),
        "words": len(selection.words),
        "labels": len(selection.words) - len(picture.unlabelled),
        "method": projection.method,
        "perplexity": projection.perplexity,
        "seed": projection.seed,
    }
    print_facts(facts, as_json=as_json)


def _plot_curves(names: Sequence[str], output: Path | None, *, force: bool, as_json: bool) -> None:
    """Draw the loss of trainings."""
    from w2vcli.views import plot
    from w2vcli.views.curve import draw_curves, draw_histories

    paths = [find_model(name) for name in names]
    histories = [_history(path) for path in paths]
    target = output or Path(f"{model_name(paths[0])}-curve.png")
    plot.require_format(target)
    require_absent(target, force=force)
    if all(histories):
        known = [history for history in histories if history is not None]
        figure = draw_histories(known)
        last = [(history.name, len(history.epochs), history.epochs[-1]["val_loss"]) for history in known]
    elif any(histories):
        raise BadModel("the curve of a network and that of word2vec have no loss in common; draw them one by one")
    else:
        found = [_curve(path) for path in paths]
        figure = draw_curves(found)
        last = [(curve.name, len(curve.loss), curve.loss[-1]) for curve in found]
    with new_file(target, force=force) as stream:
        plot.save(figure, stream, target)
    rows = [{"output": str(target), "model": name, "epochs": epochs, "loss": loss} for name, epochs, loss in last]
    print_rows(rows, ("output", "model", "epochs", "loss"), as_json=as_json)


def _history(path: Path) -> History | None:
    """Return the history of a classifier or a language model; None for any other model."""
    from w2vcli.neural.classifier import is_classifier, read_card
    from w2vcli.neural.language_model import is_language_model, read_language_card
    from w2vcli.views.curve import History

    if is_classifier(path):
        return History(model_name(path), read_card(path).history)
    if is_language_model(path):
        return History(model_name(path), read_language_card(path).history)
    return None


def _curve(path: Path) -> Curve:
    from w2vcli.models.facts import read_facts
    from w2vcli.views.curve import Curve

    losses = [run.get("loss") or [] for run in read_facts(path).training or []]
    if not any(losses):
        raise BadModel(f"{path} has no loss to draw: it was not trained here, or with --no-held-out")
    begins = [sum(map(len, losses[:at])) for at in range(1, len(losses))]
    return Curve(model_name(path), [loss for run in losses for loss in run], begins)


def _words(vocabulary: Sequence[str]) -> list[str]:
    from w2vcli.views.vocabulary import read_words

    words: list[str] = []
    for item in vocabulary:
        if item == STDIN:
            words += [line for _, line in input_lines()]
        elif Path(item).is_file():
            words += read_words(Path(item))
        else:
            words.append(item)
    return words


def _name_of(vocabulary: Sequence[str]) -> str:
    first = vocabulary[0]
    return suggested_name(first) if first != STDIN and Path(first).is_file() else "plot"
