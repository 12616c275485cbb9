"""The lecture: its topics in order, read from a Markdown file for each language.

``lecture.LANGUAGE.md`` is what a teacher edits::

    # The title of the lecture

    Its introduction.

    ## The title of a topic

    What is to be seen.

    ```console
    $ w2v the command
    ```

    ![what it writes](picture.png)

The first topic trains a model, and other topics ask it. A topic that does not ask it has the comment ``without the
model``, so that it can be shown without training first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

# What each language calls itself, and the model that the first topic of its lecture trains.
LANGUAGES = {"en": "English", "ko": "한국어"}
MODELS = {"en": "english", "ko": "korean"}

_WITHOUT_MODEL = "<!-- without the model -->"
# A block of commands, and after a blank line a picture ![…](NAME) or a link […](NAME), which the block writes.
_COMMANDS = re.compile(r"^```console\n(?P<lines>.*?)^```\n(?:\n!?\[[^\]]*\]\((?P<writes>[^)]*)\)\n)?", re.M | re.S)


class Command(NamedTuple):
    """A command as it is typed, and the name of the picture or folder that it writes, empty for none."""

    line: str
    writes: str = ""


@dataclass(frozen=True)
class Topic:
    """A topic: its title, the paragraphs that explain it, and its commands.

    If it ``needs_model``, the commands ask the model that the first topic trains.
    """

    title: str
    paragraphs: tuple[str, ...]
    commands: tuple[Command, ...]
    needs_model: bool


@dataclass(frozen=True)
class Lecture:
    """A lecture in one language: its title, the paragraphs of its introduction, and its topics."""

    title: str
    introduction: tuple[str, ...]
    topics: tuple[Topic, ...]


@cache
def read_lecture(language: str) -> Lecture:
    """Return the lecture in one of `LANGUAGES`."""
    from importlib.resources import files  # which the help of all commands can do without

    text = files("w2vcli.lessons").joinpath(f"lecture.{language}.md").read_text(encoding="utf-8")
    head, *topics = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, introduction = head.removeprefix("# ").partition("\n")
    return Lecture(title, _paragraphs(introduction), tuple(map(_topic, topics)))


def _topic(text: str) -> Topic:
    """Return a topic from its part of the Markdown, which begins with the title."""
    title, _, body = text.partition("\n")
    commands = tuple(command for block in _COMMANDS.finditer(body) for command in _commands(block))
    said = _COMMANDS.sub("", body)
    return Topic(title, _paragraphs(said.replace(_WITHOUT_MODEL, "")), commands, _WITHOUT_MODEL not in said)


def _commands(block: re.Match[str]) -> Iterator[Command]:
    """Yield the commands of a block. The last one writes the picture below the block, if there is one."""
    *others, last = [line.removeprefix("$ ") for line in block["lines"].splitlines()]
    yield from map(Command, others)
    yield Command(last, block["writes"] or "")


def _paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text, each on one line."""
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())
