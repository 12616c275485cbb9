"""``w2v projector``."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import open_model
from w2vcli.reporting import Reporter
from w2vcli.signals import was_seen

_MODES = (
    options.Mode(("port",), lambda values: values["serve"], "--port is of --serve"),
    options.Mode(
        ("as_bytes", "group_files"), lambda values: not values["plain"], "--plain writes words alone and values as text"
    ),
)


@click.command("projector", cls=W2vCommand, columns=COLUMNS["projector"], modes=_MODES, aliases=options.OLD_WORDS)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--top", type=click.IntRange(min=1), help="Take only this many words, the most frequent.")
@options.vocabulary_file
@options.group_files
@click.option("--bytes", "as_bytes", is_flag=True, help="Write vecs.bytes instead of vecs.tsv: a third of its size.")
@click.option("--plain", is_flag=True, help="Write words alone and values as Python prints them, as the lecture does.")
@click.option("--url", default="", show_default=False, help="Address that DIR will have, for the page's ?config=.")
@click.option("--serve", is_flag=True, help="Start TensorBoard on DIR; Ctrl-C ends it.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of --serve.  [default: 6006, or the next free one]")
@options.model
@options.force
@options.formats
@options.reporting
def command(
    directory: Path,
    top: int | None,
    vocabulary: Path | None,
    group_files: tuple[Path, ...],
    as_bytes: bool,
    plain: bool,
    url: str,
    serve: bool,
    port: int | None,
    model: str | None,
    force: bool,
    reporter: Reporter,
) -> None:
    """Write files for the Embedding Projector.

    \b
    Examples:
      w2v projector out/
      w2v projector out/ --top 10000 --group groups.tsv
      w2v projector out/ --serve
      w2v projector out/ --plain -m reviews

    The vectors go into DIR/vecs.tsv and the words into DIR/meta.tsv. Load them with
    the button Load at https://projector.tensorflow.org. DIR also has what
    tensorboard --logdir DIR needs.

    The Projector loads 100,000 points. Its t-SNE takes 10,000 of them, its UMAP
    5,000. Words that would look empty or break a line are written as \\xa0 or \\t.
    """
    from w2vcli.explorer import tensorboard
    from w2vcli.views.groups import read_groups
    from w2vcli.views.projector import choose_rows, write_files
    from w2vcli.views.selection import read_words

    if serve:
        tensorboard.require_tensorboard()
    opened = open_model(model, reporter)
    rows = choose_rows(opened, None if vocabulary is None else read_words(vocabulary), top, reporter)
    groups = read_groups(group_files) if group_files else None
    written = write_files(
        opened, rows, directory, groups=groups, as_bytes=as_bytes, plain=plain, url=url, force=force, reporter=reporter
    )
    facts = {"output": str(directory), "words": written.words, "vector_size": opened.facts.vector_size}
    print_facts(facts if groups is None else facts | {"groups": written.groups})
    if serve:
        reporter.note(f"TensorBoard is at {tensorboard.serve(directory, port)}; Ctrl-C ends it")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            was_seen()
