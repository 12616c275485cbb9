"""``w2v compare``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import Column, long_text, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.models.registry import cache_folder
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from w2vcli.compare.comparison import ComparedSides, ComparedWord
    from w2vcli.compare.differences import Differences
    from w2vcli.models.directory import Model

_COLUMNS = (
    "word",
    *(Column(name, 3) for name in ("difference", "low", "high")),
    *(Column(name, 5) for name in ("p", "fdr")),
    *("count_a", "count_b"),
    *map(long_text, ("near_a", "near_b")),
)
_KEY_COLUMNS = (
    "word",
    *(Column(name, 2) for name in ("log_likelihood", "log_ratio")),
    *("count_a", "count_b"),
    *(Column(name, 1) for name in ("per_million_a", "per_million_b")),
)
_MODES = (
    options.Mode(
        ("least", "near", "shuffles"),
        lambda given: not given["keyness"],
        "--keyness counts words, and compares no meaning",
    ),
    options.Mode(("topn", "least"), lambda given: not _words_of(given), "the words that are named are all shown"),
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


@click.command("compare", cls=W2vCommand, modes=_MODES)
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
@options.topn
@click.option("--near", type=click.IntRange(min=1), default=5, help="How many neighbours to show on each side.")
@click.option(
    "--min-count", type=click.IntRange(min=2), default=20, help="Leave out words seen fewer times than this on a side."
)
@click.option("--shuffles", type=click.IntRange(100, 10_000), default=1000, help="How often documents are shuffled.")
@options.seed
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.moved_to
@options.formats_and_file
@options.reporting
def command(
    names: tuple[str, ...],
    by: str | None,
    sides: tuple[str, str] | None,
    least: bool,
    keyness: bool,
    topn: int,
    near: int,
    min_count: int,
    shuffles: int,
    seed: int,
    cache: bool,
    moved_to: tuple[str, ...],
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

    With --keyness words are counted, and the surest are first: log_likelihood says
    how sure the difference is, log_ratio how large (1: twice as frequent on side
    a, -1: on side b).
    """
    from w2vcli.compare.comparison import compared_words, key_words
    from w2vcli.compare.differences import FEWEST_UNITS, measure_differences

    words = _words_of({"by": by, "sides": sides, "names": names})
    models, asked = _open_models(names, by, sides, words)
    with _opened(models, by, sides, moved_to, seed, reporter, cache=cache, train=not keyness) as compared:
        rows = {word: row for row, word in enumerate(compared.words)}
        if keyness:
            counted = key_words(compared, min_count, [rows[word] for word in asked] if words else None)
            print_rows(list(map(asdict, counted[: None if words else topn])), _KEY_COLUMNS)
            _tell_sides(compared, reporter)
            return
        found = measure_differences(
            compared.text,
            compared.sides,
            min_count=min_count,
            shuffles=shuffles,
            seed=seed,
            asked=[rows[word] for word in asked] if words else None,
            reporter=reporter,
        )
        if not words and not len(found.rows):
            raise BadCorpus(f"no word is seen {min_count} times on each side; take a lower --min-count")
        places = found.ranked(least=least)[: None if words else topn]
        shown = compared_words(compared, found, places, near)
    print_rows(map(_as_row, shown), _COLUMNS)
    _tell(compared, found, min_count, reporter)
    measured = {one.word for one in shown}
    if words and (rare := [word for word in asked if word not in measured]):
        raise BadCorpus(
            f"seen too seldom on a side to be compared: {', '.join(map(visible, rare))}; a word has to be seen "
            f"{min_count} times on each (--min-count), in {FEWEST_UNITS} documents or blocks"
        )


def _open_models(
    names: Sequence[str], by: str | None, sides: Sequence[str] | None, words: Sequence[str]
) -> tuple[list[Model], list[str]]:
    """Return the models that are compared, and the words that are asked as the models have them."""
    from w2vcli.queries.terms import find_rows

    wanted = 1 if by is not None or sides else 2
    if len(names) < wanted:
        raise click.UsageError("name a second model, or how to split the text of this one: --by COLUMN or --sides A B.")
    models = [open_model(name) for name in names[:wanted]]
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
        return open_split(models[0], by, sides or (), kept, reporter, seed=seed, moved_to=moved_to)
    return open_pair(models[0], models[1], kept, reporter, seed=seed, train=train)


def _as_row(word: ComparedWord) -> dict[str, Any]:
    return {str(column): getattr(word, column) for column in _COLUMNS}


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
