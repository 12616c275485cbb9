"""``w2v projector``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.atomic import new_files
from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import open_model
from w2vcli.reporting import Reporter
from w2vcli.signals import was_seen

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from w2vcli.models.directory import Model

_ROWS_AT_ONCE = 1024
_MODES = (options.Mode(("port",), lambda values: values["serve"], "--port is of --serve"),)


@click.command("projector", cls=W2vCommand, modes=_MODES, aliases=options.OLD_WORDS)
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--top", type=click.IntRange(min=1), help="Take only this many words, the most frequent.")
@options.vocabulary_file
@options.group_files
@click.option("--bytes", "as_bytes", is_flag=True, help="Write vecs.bytes instead of vecs.tsv: a third of its size.")
@click.option("--url", default="", help="Address that DIR will have, for the page's ?config=.")
@click.option("--serve", is_flag=True, help="Start TensorBoard on DIR; Ctrl-C ends it.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of --serve.  [default: 6006, or the next free one]")
@options.model
@options.force
@options.as_json
@options.reporting
def command(
    directory: Path,
    top: int | None,
    vocabulary: Path | None,
    group_files: tuple[Path, ...],
    as_bytes: bool,
    url: str,
    serve: bool,
    port: int | None,
    model: str | None,
    force: bool,
    as_json: bool,
    reporter: Reporter,
) -> None:
    """Write files for the Embedding Projector.

    Writes vecs.tsv and meta.tsv into DIR, to be loaded at
    https://projector.tensorflow.org with its button Load; and what TensorBoard needs
    to show them: tensorboard --logdir DIR.

    The Projector loads 100,000 points; its t-SNE takes 10,000 of them, its UMAP
    5,000. Words that would look empty or break a line are written visibly: \\xa0, \\t.

    \b
    Examples:
      w2v projector out/
      w2v projector out/ --top 10000 --group groups.tsv
      w2v projector out/ --serve
    """
    import numpy as np

    from w2vcli.views import projector
    from w2vcli.views.vocabulary import read_words, select

    if serve:
        projector.require_tensorboard()
    opened = open_model(model, reporter)
    rows = np.arange(opened.facts.words)
    if vocabulary is not None:
        selection = select(opened, read_words(vocabulary))
        if selection.unknown:
            reporter.warn(f"not in the vocabulary, left out: {', '.join(selection.unknown)}")
        if selection.without_vector:
            reporter.warn(f"NaN or infinity in their vectors, left out: {', '.join(selection.without_vector)}")
        rows = np.array(selection.rows, dtype=np.intp)
    rows = rows[:top]
    projector.require_loadable(len(rows), opened.facts.vector_size)
    if len(rows) > projector.MOST_POINTS:
        reporter.warn(
            f"the Projector shows the first {projector.MOST_POINTS:,} of these {len(rows):,} words; see --top"
        )
    groups = _groups(group_files, reporter)
    written = _write(opened, rows, groups, directory, as_bytes=as_bytes, url=url, force=force, reporter=reporter)
    facts = {"output": str(directory), "words": written, "vector_size": opened.facts.vector_size}
    if groups is not None:
        facts["groups"] = len({groups.get(opened.words[row], "") for row in rows.tolist()} - {""})
    print_facts(facts, as_json=as_json)
    if serve:
        reporter.note(f"TensorBoard is at {projector.serve(directory, port)}; Ctrl-C ends it")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            was_seen()


def _groups(files: tuple[Path, ...], reporter: Reporter) -> dict[str, str] | None:
    """Return the group of each word in files; None if there are no files."""
    from w2vcli.views.groups import read_groups

    if not files:
        return None
    found = read_groups(files)
    if found.doubled:
        reporter.warn(f"in more than one group, written in the first: {', '.join(found.doubled)}")
    return found.of_word


def _write(
    model: Model,
    rows: npt.NDArray[np.intp],
    groups: dict[str, str] | None,
    directory: Path,
    *,
    as_bytes: bool,
    url: str,
    force: bool,
    reporter: Reporter,
) -> int:
    """Write the files, all or none; return how many words they have: those whose vectors are numbers."""
    from w2vcli.models.formats import projector_tsv, sidecar
    from w2vcli.views import projector
    from w2vcli.views.vocabulary import has_numbers

    names = ["word", *(["count"] if model.counts is not None else []), *(["group"] if groups is not None else [])]
    vectors_name = projector.VECTORS_BYTES if as_bytes else projector.VECTORS_TSV
    written = 0
    if url and not url.endswith("/"):
        url += "/"
    configs = [directory / projector.TENSORBOARD_CONFIG, directory / projector.PAGE_CONFIG]
    data = [directory / projector.METADATA, directory / vectors_name]
    hashes_names = [] if as_bytes else [sidecar.hashes_path(data[-1])]
    others = [directory / name for name in {projector.VECTORS_TSV, projector.VECTORS_BYTES} - {vectors_name}]
    outdated = [*configs, *others, *map(sidecar.hashes_path, others)] if force else []  # their words are not these
    with (
        new_files(*hashes_names, *data, *configs, force=force, outdated=outdated) as files,
        reporter.phase("writing", len(rows), "words") as advance,
    ):
        *hashes, metadata, vectors, for_tensorboard, for_page = files
        as_they_are = projector.BytesWriter(vectors)
        if len(names) > 1:
            projector_tsv.write_columns(metadata, *([name] for name in names))
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            block = rows[start : start + _ROWS_AT_ONCE]
            block = block[has_numbers(model.vectors[block])]
            words = [model.words[row] for row in block.tolist()]
            columns: list[list[object]] = [list(words)]
            if model.counts is not None:
                columns.append(model.counts[block].tolist())
            if groups is not None:
                columns.append([groups.get(word, "-") for word in words])
            projector_tsv.write_columns(metadata, *columns)
            if as_bytes:
                as_they_are.append(model.vectors[block])
            else:
                projector_tsv.write_vectors(vectors, model.vectors[block])
            written += len(block)
            advance(min(start + _ROWS_AT_ONCE, len(rows)))
        if as_bytes:
            as_they_are.finish()
        projector.require_loadable(written, model.facts.vector_size)
        sizes = (model.name, written, model.facts.vector_size, vectors_name)
        for_tensorboard.write(projector.tensorboard_config(*sizes))
        for_page.write(projector.page_config(*sizes, url))
        for stream in hashes:
            sidecar.write_hashes(stream, {vectors_name: vectors, projector.METADATA: metadata})
    if written < len(rows):
        reporter.warn(f"{len(rows) - written:,} words are left out: NaN or infinity in their vectors")
    return written
