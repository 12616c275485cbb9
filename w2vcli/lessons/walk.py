"""A walk through the lecture: its commands, run in a folder of their own.

==========  =========================================================================
data/       the corpora and lists of words that come with w2v
home/       W2V_HOME of the commands, so that the models of the user are not touched
elsewhere   the pictures and folders that the commands write
==========  =========================================================================
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from w2vcli.errors import BadSettings, OutputExists, W2vError
from w2vcli.lessons.lecture import MODELS, Command, Topic, read_lecture
from w2vcli.lessons.running import run_on_terminal
from w2vcli.reporting import SILENT, Reporter

_DATA, HOME = "data", "home"
ALL_TOPICS = "all"
_WARNINGS = {"en": "Warning: ", "ko": "경고: "}  # how they begin on stderr


def choose_topics(names: Sequence[str], topics: int) -> list[int]:
    """Return the numbers of the topics that are asked for, of 1 to ``topics``. ``all`` alone is all of them.

    Raises
    ------
    BadSettings
        If there is no such topic.
    """
    if list(names) == [ALL_TOPICS]:
        return list(range(1, topics + 1))
    for name in names:
        if not name.isdecimal() or not 1 <= int(name) <= topics:
            raise BadSettings(f"no topic {name}: they are 1 to {topics}, or all")
    return [int(name) for name in names]


class LectureWalk:
    """The lecture in one language, with a ``folder`` to run its commands in. See the table of the module.

    Each command is given ``options`` that every command has, such as ``-q``.
    """

    def __init__(self, folder: Path, language: str, reporter: Reporter = SILENT, options: Sequence[str] = ()) -> None:
        self.folder = folder
        self.lecture = read_lecture(language)
        self._warning = _WARNINGS[language]
        self._model = folder / HOME / "models" / f"{MODELS[language]}.w2v"
        self._reporter = reporter
        self._options = options
        self.failures: list[str] = []  # commands that failed, each with what it said
        settings = {"W2V_HOME": str(folder.absolute() / HOME), "W2V_LANG": language}
        self._environment = {name: value for name, value in os.environ.items() if name != "W2V_MODEL"} | settings

    def prepare(self) -> None:
        """Make the folder, with the corpora in it.

        Raises
        ------
        OutputExists
            If it has files in it that are not of a lecture.
        """
        data, texts = self.folder / _DATA, dict(_texts())
        # A folder of the user may well have a folder called data, whose texts would be replaced.
        is_of_lecture = all((data / name).is_file() for name in texts)
        if self.folder.exists() and not is_of_lecture and any(self.folder.iterdir()):
            raise OutputExists(f"{self.folder} exists and is not of this lecture; name another folder with --output")
        data.mkdir(parents=True, exist_ok=True)
        for name, content in texts.items():
            (data / name).write_bytes(content)

    def begin(self, number: int) -> Topic:
        """Return a topic by its number from 1. Train the model first if the topic asks it and it is not there."""
        topic = self.lecture.topics[number - 1]
        if topic.needs_model and not self._model.exists():
            [training] = self.lecture.topics[0].commands
            self._reporter.note(f"first, as topic 1 does: {training.line}")
            self.capture(training)
        return topic

    def run(self, command: Command) -> None:
        """Run a command that prints where this process prints. A command that fails is one of the ``failures``."""
        arguments = self._arguments(command)
        done = subprocess.run(arguments, cwd=self.folder, env=self._environment, check=False)  # noqa: S603 - our own
        if done.returncode:
            self.failures.append(f"{command.line}: exit status {done.returncode}")

    def capture(self, command: Command) -> str:
        """Run a command and return what it prints on a terminal of 80 columns.

        Its warnings are passed on. A command that fails is warned of and is one of the ``failures``, so that the
        topics after it are not given up.
        """
        ran = run_on_terminal(self._arguments(command), self.folder, self._environment)
        for line in ran.err.splitlines():
            if line.startswith(self._warning):
                self._reporter.warn(line.removeprefix(self._warning))
        if ran.status:
            self.failures.append(f"{command.line}: exit status {ran.status}: {ran.err.strip()}")
            self._reporter.warn(self.failures[-1])
        return ran.out

    def finish(self) -> None:
        """Raise `W2vError` if commands failed, with the first of them, which may be why the others failed."""
        if self.failures:
            more = len(self.failures) - 1
            raise W2vError(self.failures[0] + (f" (failed after it: {more} more)" if more else ""))

    def _arguments(self, command: Command) -> list[str]:
        """Return the program to start. What it will write is deleted before, also the model of the first topic."""
        for written in [self.folder / command.writes] if command.writes else []:
            if written.is_dir():
                shutil.rmtree(written)
            else:
                written.unlink(missing_ok=True)
        # The first topic may be shown again, and training refuses to replace a model.
        if command in self.lecture.topics[0].commands and self._model.exists():
            shutil.rmtree(self._model)
        # The commands of the lecture begin with w2v, which may not be on the PATH.
        return [sys.executable, "-m", "w2vcli", *self._options, *shlex.split(command.line)[1:]]


def _texts() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of the corpora and lists of words that come with w2v."""
    for file in (files("w2vcli") / _DATA).iterdir():
        if file.name.endswith(".txt"):
            yield file.name, file.read_bytes()
