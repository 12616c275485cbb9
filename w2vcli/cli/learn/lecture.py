"""``w2v lecture``."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import is_for_the_eye, print_rows
from w2vcli.errors import BadSettings, OutputExists, W2vError
from w2vcli.lessons.lecture import LANGUAGES, MODELS, Command, Topic, read_lecture
from w2vcli.lessons.running import run_on_terminal
from w2vcli.reporting import Reporter

_ALL = "all"
_ENGLISH = "en"
_COLUMNS = 80
# What the folder of the lecture has besides what the commands write.
_DATA, _HOME = "data", "home"
_MODES = (
    options.Mode(("output", "markdown"), lambda values: values["topics"], "the list of topics runs nothing"),
    options.Mode(("as_json",), lambda values: not values["topics"], "--json is for the list of topics"),
)


@click.command("lecture", cls=W2vCommand, modes=_MODES)
@click.argument("topics", nargs=-1, metavar="[NUMBER...|all]")
@click.option("--lang", type=click.Choice(list(LANGUAGES)), help="Language.  [default: by the locale; else en]")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the model and the pictures.  [default: lecture-LANG]",
)
@click.option("--markdown", is_flag=True, help="Print a document to hand out, with the pictures in it.")
@options.as_json
@options.reporting
def command(
    topics: tuple[str, ...], lang: str | None, output: Path | None, markdown: bool, as_json: bool, reporter: Reporter
) -> None:
    """Walk through a lecture on word embeddings.

    Without a NUMBER, lists the topics with their commands; with numbers, or with
    all, explains and runs them, on a small corpus that comes with w2v, without a
    network. In a pipe the output is the same each time, to be handed out. The
    model, the corpus and the pictures are put in a folder of their own; your own
    models are not touched.

    \b
    Examples:
      w2v lecture
      w2v lecture 7
      w2v lecture all --lang ko
      w2v lecture all --markdown > lecture.md
    """
    language = lang or _language_of_the_locale()
    if not topics:
        _print_list(language, as_json=as_json)
        return
    chosen = _chosen(topics, len(read_lecture(language).topics))
    walk = _Walk(output or Path(f"lecture-{language}"), language, reporter)
    walk.prepare()
    (walk.write_markdown if markdown else walk.run)(chosen)
    reporter.note(f"to type along: cd {shlex.quote(str(walk.folder))}; export W2V_HOME=$PWD/{_HOME}")


def _language_of_the_locale() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return value[:2] if value[:2] in LANGUAGES else _ENGLISH
    return _ENGLISH


def _print_list(language: str, *, as_json: bool) -> None:
    rows = [
        {"topic": number, "title": topic.title, "command": each.line}
        for number, topic in enumerate(read_lecture(language).topics, 1)
        for each in topic.commands
    ]
    print_rows(rows, ("topic", "title", "command"), as_json=as_json)


def _chosen(names: Sequence[str], topics: int) -> list[int]:
    """Return the numbers of the topics that are asked for, of so many."""
    if list(names) == [_ALL]:
        return list(range(1, topics + 1))
    for name in names:
        if not name.isdecimal() or not 1 <= int(name) <= topics:
            raise BadSettings(f"no topic {name}: they are 1 to {topics}, or all")
    return [int(name) for name in names]


class _Walk:
    """Goes through topics in a folder that has the corpus, the model and the pictures."""

    def __init__(self, folder: Path, language: str, reporter: Reporter) -> None:
        self.folder = folder
        self._lecture = read_lecture(language)
        self._model = folder / _HOME / "models" / f"{MODELS[language]}.w2v"
        self._reporter = reporter
        home = {"W2V_HOME": str(folder.absolute() / _HOME)}
        self._environment = {name: value for name, value in os.environ.items() if name != "W2V_MODEL"} | home

    def prepare(self) -> None:
        """Make the folder, with the corpus in it."""
        data = self.folder / _DATA
        if self.folder.exists() and not data.is_dir() and any(self.folder.iterdir()):
            raise OutputExists(f"{self.folder} exists and is not of this lecture; name another folder with --output")
        data.mkdir(parents=True, exist_ok=True)
        for name, content in _texts():
            (data / name).write_bytes(content)

    def run(self, numbers: Sequence[int]) -> None:
        """Explain topics and run their commands."""
        for number in numbers:
            topic = self._lecture.topics[number - 1]
            self._ready(topic)
            _print_paragraphs(f"{number}. {topic.title}", topic.paragraphs)
            for each in topic.commands:
                click.secho(f"$ {each.line}", bold=True)
                self._run(each)
                click.echo()

    def write_markdown(self, numbers: Sequence[int]) -> None:
        """Print topics as a document."""
        if len(numbers) == len(self._lecture.topics):
            click.echo("\n\n".join([f"# {self._lecture.title}", *self._lecture.introduction]) + "\n")
        for number in numbers:
            topic = self._lecture.topics[number - 1]
            self._ready(topic)
            click.echo("\n\n".join([f"## {number}. {topic.title}", *topic.paragraphs]) + "\n")
            for each in topic.commands:
                click.echo(f"```console\n$ {each.line}\n{self._captured(each)}```\n")
                if each.writes.endswith(".png"):
                    click.echo(f"![{topic.title}]({each.writes})\n")

    def _ready(self, topic: Topic) -> None:
        """Train the model if a topic asks it before it is there."""
        if topic.needs_model and not self._model.exists():
            [training] = self._lecture.topics[0].commands
            self._reporter.note(f"first, as topic 1 does: {training.line}")
            self._captured(training)

    def _arguments(self, each: Command) -> list[str]:
        """Return the command to start; what it is to write makes room."""
        for written in [self.folder / each.writes] if each.writes else []:
            if written.is_dir():
                shutil.rmtree(written)
            else:
                written.unlink(missing_ok=True)
        if each in self._lecture.topics[0].commands and self._model.exists():
            shutil.rmtree(self._model)
        return [sys.executable, "-m", "w2vcli", *shlex.split(each.line)[1:]]

    def _run(self, each: Command) -> None:
        if not is_for_the_eye():
            click.echo(self._captured(each), nl=False)
            return
        sys.stdout.flush()
        arguments = self._arguments(each)
        done = subprocess.run(arguments, cwd=self.folder, env=self._environment, check=False)  # noqa: S603 - our own
        if done.returncode:
            click.get_current_context().exit(done.returncode)

    def _captured(self, each: Command) -> str:
        ran = run_on_terminal(self._arguments(each), self.folder, self._environment)
        if ran.status:
            raise W2vError(f"{each.line}: exit status {ran.status}: {ran.err.strip()}")
        return ran.out


def _texts() -> Iterator[tuple[str, bytes]]:
    """Yield the corpora and the lists of words that come with w2v: name and content."""
    for file in (files("w2vcli") / _DATA).iterdir():
        if file.name.endswith(".txt"):
            yield file.name, file.read_bytes()


def _print_paragraphs(title: str, paragraphs: Sequence[str]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(width=_COLUMNS)
    columns = min(Console().width, _COLUMNS) if is_for_the_eye() else _COLUMNS
    click.secho(title, bold=True)
    for paragraph in paragraphs:
        for line in Text(paragraph).wrap(console, columns):
            click.echo(line.plain.rstrip())
        click.echo()
