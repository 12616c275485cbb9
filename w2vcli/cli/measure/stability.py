"""``w2v stability``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.exit_statuses import INTERRUPTED
from w2vcli.cli.failures import tell_interrupted
from w2vcli.cli.output import Column, is_for_the_eye, note, print_rows, tell
from w2vcli.errors import BadModel
from w2vcli.escaping import decimals
from w2vcli.models.registry import cache_folder, find_model
from w2vcli.reporting import Reporter
from w2vcli.signals import was_seen

if TYPE_CHECKING:
    from w2vcli.measure.stability import ClassOfCounts
    from w2vcli.models.variants import VariantsFolder

_COLUMNS = ("least", "most", "words", "again", "similarity", "mean", "half_width")
_DECIMALS = 3
_ROOM_FOR_WORDS = 50  # cells of a line that take all columns


@click.command("stability", cls=W2vCommand, columns=_COLUMNS)
@click.argument("model", required=False, type=options.ModelName())
@click.option("--variants", type=click.IntRange(min=5), default=12, help="How many variants to have.")
@click.option("--again", is_flag=True, help="Throw away the variants that were made before.")
@click.option(
    "--seed", type=click.IntRange(0, 2**31), help=f"{options.SEED}  [default: that of earlier variants, or 1]"
)
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    help="Threads; with 1 the result can be repeated to the byte.  [default: those of the training]",
)
@click.option("--topn", "-n", type=click.IntRange(min=1), default=10, help="How many neighbours of a word to compare.")
@click.option("--cache/--no-cache", default=True, help="Use the cache of encoded corpora.")
@options.moved_to
@options.formats_and_file
@options.reporting
def command(
    model: str | None,
    variants: int,
    again: bool,
    seed: int | None,
    workers: int | None,
    topn: int,
    cache: bool,
    moved_to: tuple[str, ...],
    reporter: Reporter,
) -> None:
    """Find out how sure the answers of a model are.

    \b
    Examples:
      w2v stability novels
      w2v stability novels --variants 25

    It trains the model again on its corpus, several times: each variant has another
    seed, and documents of other weights. Where a corpus has fewer than 50
    documents, blocks of 500 words are weighted. A run that was interrupted goes on
    behind the last variant that is done.

    Then similar, analogy, similarity, odd, features, evaluate and plot know how
    sure their answers are. The table shows it for words by how often they were
    seen:

    \b
      count       how often the words were seen
      words       how many words of them were asked
      again       share of their nearest words that come again in a variant
      similarity  mean similarity of these nearest words in the model
      mean        the same in the variants: what other documents would give
      half_width  half of the 95 % interval of one of them, behind ±
    """
    from w2vcli.training.variant_training import make_variants

    path = find_model(model)
    kept = cache_folder() if cache else None
    with _telling_what_is_kept(path, variants, moved_to):
        made = make_variants(path, variants, kept, reporter, seed=seed, workers=workers, again=again, moved_to=moved_to)
    blocks = "whole documents" if made.weighted == "documents" else "blocks of 500 words or more"
    reporter.note(f"{len(made.sha256)} variants with --epochs {made.epochs}; {made.units:,} {blocks} are weighted")
    from w2vcli.measure.stability import stability_by_count
    from w2vcli.models.directory import open_model_directory
    from w2vcli.models.variants import open_variants

    opened = open_model_directory(path, reporter)
    others = open_variants(opened)
    if not others:
        raise BadModel(f"another process has replaced {path} meanwhile; run the same command again")
    found = stability_by_count(opened, others, topn, made.seed)
    if not is_for_the_eye():
        print_rows([asdict(each) for each in found], _COLUMNS)
    elif found:
        _print_for_the_eye(found, topn)


def _print_for_the_eye(found: Sequence[ClassOfCounts], topn: int) -> None:
    """Print a table that a narrow terminal has room for, and say of rare words what its columns mean."""
    from w2vcli.cli.tables import terminal_width
    from w2vcli.measure.stability import LEAST_COUNT

    rows = [
        {
            "count": f"{each.least:,}\N{EN DASH}{'' if each.most is None else f'{each.most:,}'}",
            "words": each.words,
            "again": each.again,
            "similarity": each.similarity,
            "mean": f"{decimals(each.mean, _DECIMALS)} ±{decimals(each.half_width, _DECIMALS)}",
        }
        for each in found
    ]
    words = ["words"] if terminal_width() >= _ROOM_FOR_WORDS else []
    print_rows(rows, ["count", *words, Column("again", _DECIMALS), Column("similarity", _DECIMALS), "mean"])
    rarest = next((each for each in found if each.least >= LEAST_COUNT), found[0])
    seen = f"{rarest.least:,} times or more" if rarest.most is None else f"{rarest.least:,} to {rarest.most:,} times"
    note(
        f"So of the {topn} nearest words of a word seen {seen}, about {rarest.again * topn:.1f} come again in a"
        " variant, and fewer in other documents."
    )
    note(
        f"There their similarity would be about {rarest.mean:.2f}, not {rarest.similarity:.2f}, and of one of them 95"
        f" of 100 times within {rarest.mean:.2f} ± {rarest.half_width:.2f}."
    )


@contextmanager
def _telling_what_is_kept(path: Path, count: int, moved_to: Sequence[str]) -> Iterator[None]:
    """Say after a Ctrl-C or an error of the disk how many variants are kept, if one was trained, and how to go on."""
    from w2vcli.models.variants import VariantsFolder

    before = _kept(VariantsFolder(path))
    try:
        yield
    except (KeyboardInterrupt, OSError) as error:
        now = _kept(VariantsFolder(path))
        if now == before or not now:  # what main says is right: nothing has changed
            raise
        texts = [part for text in moved_to for part in ("--text", text)]
        again = shlex.join(["w2v", "stability", str(path), "--variants", str(count), *texts])
        said = f"{len(now)} of {count} variants are kept; go on with: {again}"
        if isinstance(error, OSError):
            tell(said)
            raise
        was_seen()
        tell_interrupted(f"Interrupted; {said}")
        click.get_current_context().exit(INTERRUPTED)


def _kept(folder: VariantsFolder) -> tuple[str, ...]:
    """Return the hashes of the variants that are there."""
    try:
        made = folder.read()
    except BadModel:  # damaged, which --again mends
        return ()
    return () if made is None else made.sha256
