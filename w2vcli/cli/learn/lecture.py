"""``w2v lecture``."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.everywhere import typed_again
from w2vcli.cli.output import Column, is_for_the_eye, print_rows
from w2vcli.cli.tables import terminal_width, wrapped
from w2vcli.lessons.lecture import LANGUAGES, read_lecture
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import choose_language, language

if TYPE_CHECKING:
    from w2vcli.lessons.walk import LectureWalk

_COLUMNS = 80
_MODES = (
    options.Mode(("output", "markdown"), lambda values: values["topics"], "the list of topics runs nothing"),
    options.Mode(
        ("json", "format", "fields"), lambda values: not values["topics"], "only the list of topics has a format"
    ),
)


@click.command("lecture", cls=W2vCommand, columns=COLUMNS["lecture"], modes=_MODES)
@click.argument("topics", nargs=-1, metavar="[NUMBER...|all]")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language.  [default: by the locale, else en]")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the model and the pictures.  [default: lecture-LANG]",
)
@click.option("--markdown", is_flag=True, help="Print a document to hand out, with the pictures in it.")
@options.formats
@options.reporting
def command(topics: tuple[str, ...], lang: str | None, output: Path | None, markdown: bool, reporter: Reporter) -> None:
    """Walk through a lecture on word embeddings.

    \b
    Examples:
      w2v lecture
      w2v lecture 7
      w2v lecture all --lang ko
      w2v lecture all --markdown > lecture.md

    Without a NUMBER the topics are listed with their commands. With numbers, or with
    all, they are explained and run. That needs no network: a small corpus comes with
    w2v. In a pipe the output is the same each time, so it can be handed out.

    The model, the corpus and the pictures go into a folder of their own. Your own
    models are not touched.
    """
    if lang:
        choose_language(lang)
    spoken = language()
    if not topics:
        _print_list(spoken)
        return
    from w2vcli.lessons.walk import HOME, LectureWalk, choose_topics

    chosen = choose_topics(topics, len(read_lecture(spoken).topics))
    walk = LectureWalk(output or Path(f"lecture-{spoken}"), spoken, reporter, typed_again("quiet", "no_color"))
    walk.prepare()
    (_print_document if markdown else _run)(walk, chosen)
    reporter.note(f"to type along: cd {shlex.quote(str(walk.folder))}; export W2V_HOME=$PWD/{HOME}")
    walk.finish()


def _print_list(spoken: str) -> None:
    rows = [
        {"topic": number, "title": topic.title, "command": each.line}
        for number, topic in enumerate(read_lecture(spoken).topics, 1)
        for each in topic.commands
    ]
    print_rows(rows, ("topic", Column("title", wraps=True), Column("command", moves=True)))


def _run(walk: LectureWalk, numbers: Sequence[int]) -> None:
    """Explain topics and run their commands."""
    for number in numbers:
        topic = walk.begin(number)
        _print_paragraphs(f"{number}. {topic.title}", topic.paragraphs)
        for each in topic.commands:
            click.secho(f"$ {each.line}", bold=True)
            if is_for_the_eye():
                sys.stdout.flush()
                walk.run(each)
            else:
                click.echo(walk.capture(each), nl=False)
            click.echo()


def _print_document(walk: LectureWalk, numbers: Sequence[int]) -> None:
    """Print topics as Markdown. All of them have the title and the introduction of the lecture before them."""
    if len(numbers) == len(walk.lecture.topics):
        click.echo("\n\n".join([f"# {walk.lecture.title}", *walk.lecture.introduction]) + "\n")
    for number in numbers:
        topic = walk.begin(number)
        click.echo("\n\n".join([f"## {number}. {topic.title}", *topic.paragraphs]) + "\n")
        for each in topic.commands:
            click.echo(f"```console\n$ {each.line}\n{walk.capture(each)}```\n")
            if each.writes.endswith(".png") and (walk.folder / each.writes).exists():
                click.echo(f"![{topic.title}]({each.writes})\n")


def _print_paragraphs(title: str, paragraphs: Sequence[str]) -> None:
    columns = min(terminal_width(), _COLUMNS) if is_for_the_eye() else _COLUMNS
    click.secho(title, bold=True)
    for paragraph in paragraphs:
        for line in wrapped(paragraph, columns):
            click.echo(line)
        click.echo()
