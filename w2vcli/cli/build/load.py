"""``w2v load``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import long_text, print_facts, print_rows
from w2vcli.cli.questions import tell_default
from w2vcli.errors import UnknownFormat
from w2vcli.models.formats.postgres.address import is_table, parse_address
from w2vcli.models.housekeeping import require_place
from w2vcli.models.registry import model_name, offer_default, path_for_new, require_writable, suggested_name
from w2vcli.reporting import Reporter


class _SourceName(options.ModelName):
    """A file, or a name in the catalogue; the shell completes both."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete the names of the catalogue, and files."""
        from w2vcli.models.catalogue import catalogue

        known = dict.fromkeys(name for entry in catalogue().values() for name in (entry.name, entry.gensim_name))
        names = [CompletionItem(name) for name in known if name.startswith(incomplete)]
        return names or [CompletionItem(incomplete, type="file")]


_MODES = (
    options.Mode(
        ("source", "output", "limit", *options.READ_OPTIONS, "force", "dry_run"),
        lambda values: not values["show_list"],
        "--list loads nothing",
    ),
    options.Mode(
        options.READ_OPTIONS, lambda values: not is_table(values["source"]), "a table of a database says how it is read"
    ),
)


@click.command("load", cls=W2vCommand, columns=COLUMNS["load"], modes=_MODES, aliases=options.OLD_WORDS)
@click.argument("source", required=False, type=_SourceName())
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the new model.  [default: name of the source]")
@options.vector_file
@click.option("--list", "show_list", is_flag=True, help="List the vectors that can be downloaded by name.")
@options.force
@options.dry_run
@options.formats
@options.reporting
def command(
    source: str | None,
    output: str | None,
    show_list: bool,
    force: bool,
    dry_run: bool,
    reporter: Reporter,
    **reading: Any,
) -> None:
    """Load pretrained vectors as a model.

    \b
    Examples:
      w2v load google-news
      w2v load glove.6B.50d.txt -o glove
      w2v load GoogleNews-vectors-negative300.bin.gz --limit 500000
      w2v load glove.6B.zip:glove.6B.300d.txt
      w2v load 'postgresql://user@host/db?table=news'

    SOURCE is a file of vectors, - for standard input, or a name from --list,
    which is downloaded. gensim's names, such as word2vec-google-news-300, are
    known too. The format is recognised by the content:

    \b
      word2vec   binary or text
      GloVe      text
      fastText   .vec and .bin
      gensim     its own files, with --trust-pickle
      tables     Parquet and Arrow, and those of PostgreSQL by their address
      arrays     numpy, safetensors and the Embedding Projector's TSV, with the
                 words in a file beside them or in --vocabulary
      static     a folder of model2vec, of sentence-transformers' StaticEmbedding
                 or of WordLlama, with its tokenizer

    A file may be compressed, or in a zip or tar archive. Write ARCHIVE:NAME for
    one of several in an archive. The model becomes the default one.
    """
    if show_list:
        from w2vcli.models.catalogue import catalogue

        texts = (long_text("licence"), long_text("description"))
        columns = ("name", "words", "vector_size", "bytes", *texts)
        print_rows([asdict(entry) for entry in catalogue().values()], columns)
        return
    if source is None:
        raise click.UsageError("Name a SOURCE, or see what can be downloaded with --list.")
    from w2vcli.models.formats.blocks import ReadOptions
    from w2vcli.models.loading import load_source
    from w2vcli.models.source_names import is_source, split_source

    if Path(source).is_dir() and not is_source(source):
        raise UnknownFormat(f"{source} is a folder, not a file of vectors; a model is chosen with: w2v use {source}")
    _, member = split_source(Path(source))
    name = parse_address(source).table if is_table(source) else suggested_name(member or source)
    target = path_for_new(output or name)
    # Before a download of an hour, not behind it.
    require_place(target, force=force)
    if dry_run:
        from w2vcli.models.rehearsal import rehearse

        found = asdict(rehearse(source, ReadOptions(**reading), reporter))
        print_facts({"model": model_name(target), "path": str(target)} | found)
        return
    require_writable(target)
    loaded = load_source(source, target, ReadOptions(**reading), reporter, force=force)
    is_default = offer_default(target, reporter)
    facts = loaded.facts
    shown = {"model": model_name(target), "words": facts.words, "vector_size": facts.vector_size}
    print_facts(shown | {"format": facts.source["format"], "duplicates": loaded.duplicates})
    if facts.static is None:
        reporter.note("how its text was tokenized is not known: words are looked up as you write them")
    else:
        reporter.note("its words are the tokens of its tokenizer; what has several has the mean of their vectors")
    if is_default:
        tell_default(target, reporter)
