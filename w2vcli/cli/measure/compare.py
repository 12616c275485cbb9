"""``w2v compare``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.formats import has_file
from w2vcli.cli.output import Column, long_text, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.compare import measure_names
from w2vcli.escaping import visible
from w2vcli.models.registry import cache_folder, model_name, model_paths
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from w2vcli.compare.comparison import ComparedSides, ComparedWord
    from w2vcli.compare.differences import Differences
    from w2vcli.models.directory import Model

_OTHER_COLUMNS = tuple(Column(name, 3) for name in measure_names.COLUMNS)
_FIRST_COLUMNS = (
    "word",
    *(Column(name, 3) for name in ("difference", "low", "high")),
    *(Column(name, 5) for name in ("p", "fdr")),
)
_LAST_COLUMNS = ("count_a", "count_b", *map(long_text, ("near_a", "near_b")))
_KEY_COLUMNS = (
    "word",
    *(Column(name, 2) for name in ("log_likelihood", "log_ratio")),
    *("count_a", "count_b"),
    *(Column(name, 1) for name in ("per_million_a", "per_million_b")),
)
_NEAR = 5
_ALL_COLUMNS = tuple(dict.fromkeys((*_FIRST_COLUMNS, *_OTHER_COLUMNS, *_LAST_COLUMNS, *_KEY_COLUMNS)))
_MODES = (
    options.Mode(
        ("keyness", "least", "near", "min_count", "shuffles", "measure", "plot"),
        lambda given: not given["collocations"],
        "--collocations counts what stands near words, and compares no meaning",
    ),
    options.Mode(
        ("least", "near", "shuffles", "measure", "plot"),
        lambda given: not given["keyness"],
        "--keyness counts words, and compares no meaning",
    ),
    options.Mode(("theme",), lambda given: given["plot"], "without --plot nothing is drawn"),
    options.Mode(
        ("force",), lambda given: given["plot"] or has_file(), "without --plot or --output nothing is written"
    ),
    options.Mode(
        ("topn", "least"),
        lambda given: given["collocations"] or not _words_of(given),
        "the words that are named are all shown",
    ),
    options.Mode(
        ("moved_to",),
        lambda given: given["by"] is not None or given["sides"],
        "--text names the text of one model (--by, --sides)",
    ),
)


def _words_of(given: Any) -> Sequence[str]:
    """Return the words among the arguments: those behind one model that is split, or behind two."""
    split = given["by"] is not None or given["sides"]
    names: Sequence[str] = given["names"]
    return names[1 if split else 2 :]


@click.command("compare", cls=W2vCommand, modes=_MODES, columns=_ALL_COLUMNS)
@click.argument("names", nargs=-1, required=True, type=options.ModelName(), metavar="MODEL [MODEL] [WORD]...")
@click.option("--by", metavar="COLUMN", help="Split the text of one model by a column of its table.")
@click.option(
    "--sides",
    nargs=2,
    metavar="SIDES",
    help="The two sides: values of the column --by, or else names of folders or files; @FILE lists them.",
)
@click.option("--least", is_flag=True, help="Show the words that differ least.")
@click.option(
    "--keyness", is_flag=True, help="Show the words that are more frequent on one side, instead of those that differ."
)
@click.option(
    "--collocations", is_flag=True, help="Show what stands near the words that are named, and on which side more often."
)
@click.option(
    "--measure",
    multiple=True,
    type=click.Choice([measure_names.CONTEXTS, *measure_names.OTHERS, measure_names.ALL]),
    metavar="NAME",
    help="Add a measure; the first one orders the words. contexts is the default, all adds all.",
)
@options.topn
@click.option(
    "--near",
    type=click.IntRange(min=1),
    help="How many neighbours to show on each side.  [default: 5, in a picture 12]",
)
@click.option(
    "--min-count", type=click.IntRange(min=2), default=20, help="Leave out words seen fewer times than this on a side."
)
@click.option("--shuffles", type=click.IntRange(100, 10_000), default=1000, help="How often documents are shuffled.")
@options.seed
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.moved_to
@click.option(
    "--plot",
    type=options.OutputFile(),
    metavar="FILE",
    help="Picture of the way of one word to write, too (.png, .svg or .pdf), or page (.html).",
)
@options.theme
@options.force
@options.answer_file
@options.formats
@options.reporting
def command(
    names: tuple[str, ...],
    by: str | None,
    sides: tuple[str, str] | None,
    least: bool,
    keyness: bool,
    collocations: bool,
    measure: tuple[str, ...],
    topn: int,
    near: int | None,
    min_count: int,
    shuffles: int,
    seed: int,
    cache: bool,
    moved_to: tuple[str, ...],
    plot: Path | None,
    theme: str,
    force: bool,
    reporter: Reporter,
) -> None:
    """Find words that mean something else in another text.

    \b
    Examples:
      w2v compare novels-1850 novels-1900
      w2v compare reviews --by label
      w2v compare reviews --by year --sides 1999 2019 --least
      w2v compare imdb --sides train/neg train/pos
      w2v compare reviews --by label funny cheap
      w2v compare reviews --by label --keyness
      w2v compare reviews --by label cheap --collocations
      w2v compare novels-1850 novels-1900 --measure procrustes
      w2v compare reviews --by label cheap --plot cheap.png

    Two models are compared by one that is trained on both texts. One model is
    split: by a column of its table, or by folders or files. Then nothing is
    trained. What the contexts of all words have in common on a side, as in reviews
    that are all bad, is taken away.

    \b
      difference        1 - the similarity of the word's vectors on both sides,
                        less what chance adds: around 0 if it does not differ
      low, high         its 95 % interval
      p                 share of shuffles of the documents that differ as much
      fdr               false ones to expect among the words of this p or less
      count_a, count_b  how often the word was seen
      near_a, near_b    what it is near, as far as that is more than chance

    First are the words that differ (fdr < 0.05), then the others, both by low.
    With --least those are first whose interval is nearest to 0. Where a side has
    fewer than 50 documents, blocks of 500 words are shuffled.

    Other measures (--measure) have no interval, and all but regression no p:

    \b
      procrustes   1 - similarity in two spaces, one turned onto the other
      overlap      share of the nearest neighbours that the sides do not share
      referencing  1 - similarity in one space, where contexts are shared
      compass      the same, where contexts are frozen as the model has them
      regression   squared length of the side's effect on contexts, debiased

    procrustes and overlap take the two models, or train one of each side of one
    model. referencing and compass train both sides together. Each takes as long as
    a training of the text.

    With --keyness words are counted, and the surest are first: log_likelihood says
    how sure the difference is, log_ratio how large (1: twice as frequent on side
    a, -1: on side b).

    With --collocations it is what stands within the window of a word, and
    log_dice_a and log_dice_b are how closely both go together (Rychlý): 14 at most.
    """
    from w2vcli.cli.measure.change_picture import require_picture, write_picture
    from w2vcli.cli.measure.collocation_table import print_collocations, require_words
    from w2vcli.compare.comparison import key_words
    from w2vcli.compare.differing_words import WantedWords, find_differing_words

    words = _words_of({"by": by, "sides": sides, "names": names})
    if collocations:
        require_words(len(words))
    if plot is not None:
        require_picture(plot, len(words), force=force)
    models, asked = _open_models(names, by, sides, words, reporter)
    with _opened(
        models, by, sides, moved_to, seed, reporter, cache=cache, train=not (keyness or collocations)
    ) as compared:
        rows = {word: row for row, word in enumerate(compared.words)}
        if collocations:
            print_collocations(compared, [rows[word] for word in asked], topn)
            _tell_sides(compared, reporter)
            return
        if keyness:
            counted = key_words(compared, min_count, [rows[word] for word in asked] if words else None)
            print_rows(list(map(asdict, counted[: None if words else topn])), _KEY_COLUMNS)
            _tell_sides(compared, reporter)
            return
        wanted = WantedWords(asked, least, topn, near or _NEAR, min_count, shuffles, seed, measure)
        found = find_differing_words(compared, wanted, reporter)
        if plot is not None:
            write_picture(
                compared,
                found.differences,
                models[0].name,
                plot,
                near=near,
                seed=seed,
                theme=theme,
                force=force,
                reporter=reporter,
            )
    columns = (*_FIRST_COLUMNS, *(column for column in _OTHER_COLUMNS if column in found.columns), *_LAST_COLUMNS)
    print_rows(map(_as_row, found.words), columns)
    _tell(compared, found.differences, min_count, reporter)
    found.require_all()


def _open_models(
    names: Sequence[str], by: str | None, sides: Sequence[str] | None, words: Sequence[str], reporter: Reporter
) -> tuple[list[Model], list[str]]:
    """Return the models that are compared, and the words that are asked as the models have them."""
    from w2vcli.queries.terms import find_rows

    wanted = 1 if by is not None or sides else 2
    if len(names) < wanted:
        raise click.UsageError("name a second model, or how to split the text of this one: --by COLUMN or --sides A B.")
    models = [open_model(name, reporter, with_weights=True) for name in names[:wanted]]
    if wanted == 1 and words and words[0] in map(model_name, model_paths()):
        if words[0] not in models[0].words:
            raise click.UsageError(
                f"{words[0]} is a model, and --by and --sides split the text of one; leave {words[0]} out."
            )
        reporter.note(f"{words[0]} is taken as a word, not as the model of that name: --by and --sides split one model")
    asked: list[str] = []
    for model in models:
        asked = [model.words[row] for row in find_rows(model, words)]
    return models, asked


def _opened(
    models: Sequence[Model],
    by: str | None,
    sides: Sequence[str] | None,
    moved_to: Sequence[str],
    seed: int,
    reporter: Reporter,
    *,
    cache: bool,
    train: bool,
) -> AbstractContextManager[ComparedSides]:
    from w2vcli.compare.comparison import open_pair, open_split

    kept = cache_folder() if cache else None
    if len(models) == 1:
        return open_split(models[0], by, sides or (), kept, reporter, seed=seed, shuffled=train, moved_to=moved_to)
    return open_pair(models[0], models[1], kept, reporter, seed=seed, train=train)


def _as_row(word: ComparedWord) -> dict[str, Any]:
    columns = (*_FIRST_COLUMNS, *_LAST_COLUMNS)
    return {str(column): getattr(word, column) for column in columns} | word.others


def _tell(compared: ComparedSides, found: Differences, min_count: int, reporter: Reporter) -> None:
    """Say which side is which, and how many words differ."""
    from w2vcli.compare.differences import SURE

    _tell_sides(compared, reporter)
    sides = compared.sides
    if sides.are_documents:
        reporter.note(f"documents shuffled: {len(sides.side):,}")
    else:
        reporter.note(f"blocks of 500 words shuffled: {len(sides.side):,}")
    reporter.note(f"words seen {min_count} times on each side: {len(found.rows):,}")
    differ, by_p = (int((values < SURE).sum()) for values in (found.fdr, found.p))
    reporter.note(f"words that differ at fdr < {SURE}: {differ:,}; at p < {SURE}: {by_p:,}")


def _tell_sides(compared: ComparedSides, reporter: Reporter) -> None:
    sides = compared.sides
    for letter, name, documents, tokens in zip("ab", sides.names, sides.documents, sides.tokens, strict=True):
        reporter.note(f"side {letter} is {visible(name)}: {tokens:,} words in documents: {documents:,}")
