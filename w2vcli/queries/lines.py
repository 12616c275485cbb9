"""The lines of ``w2v shell``: what may be typed, how a line is read, and how it may go on.

A line of words is a question for neighbours, ``boy + queen - girl`` is an analogy, and ``:odd apple king mango`` is a
command with its arguments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from w2vcli.errors import BadExpression
from w2vcli.escaping import visible
from w2vcli.models.directory import Model
from w2vcli.models.registry import model_name, model_paths
from w2vcli.queries.expression import Expression, split_words
from w2vcli.queries.signs import Note, read_expression, require_no_arithmetic

_MOST_COMPLETIONS = 20
_TOPN = re.compile(r"(?<!\S)(-n|--topn)[ \t=]*(\d+)$")


class LineCommand(NamedTuple):
    """What may stand behind ``:`` and a name, and what it is for.

    ``arguments`` is how they are shown. The last may come again if it ends with ``...``, and one in brackets may be
    missing. A WORD is one of the vocabulary, a NAME that of a model, a COMMAND one of these.
    """

    arguments: str
    help: str

    def takes(self, number: int) -> bool:
        """Return whether there may be so many arguments."""
        shown = self.arguments.split()
        least = sum(not argument.startswith("[") for argument in shown)
        return least <= number and (self.arguments.endswith("...") or number <= len(shown))


QUESTIONS: Mapping[str, str] = {
    "WORD...": "nearest neighbours of the word, or of their mean",
    "WORD... + WORD... - WORD...": "an analogy: boy + queen - girl is about king",
}
COMMANDS: Mapping[str, LineCommand] = {
    "similar": LineCommand("WORD...", "nearest neighbours, also of words such as - or :)"),
    "similarity": LineCommand("WORD WORD", "how similar two words are: their cosine"),
    "odd": LineCommand("WORD WORD WORD...", "the odd one out comes first"),
    "vector": LineCommand("WORD...", "the numbers of each word"),
    "plot": LineCommand("WORD WORD...", "draw words into a new plot.png"),
    "topn": LineCommand("[N]", "set how many words to show, or show the number"),
    "model": LineCommand("[NAME]", "ask another model, or show which one it is"),
    "models": LineCommand("", "list the models"),
    "help": LineCommand("[COMMAND]", "list what can be asked, or what a command is for"),
    "quit": LineCommand("", "end, as Ctrl-D does"),
}
# What one types at any prompt, and which command it is here.
_BARE: Mapping[str, str] = {"exit": "quit", "quit": "quit", "help": "help", "?": "help"}


class CommandLine(NamedTuple):
    """A line that starts with ``:``, with the name of its command and its arguments."""

    name: str
    arguments: list[str]


def usage(name: str) -> str:
    """Return how a command is written, such as ``:similarity WORD WORD``."""
    return f":{name} {COMMANDS[name].arguments}".rstrip()


def usages(name: str | None = None) -> dict[str, str]:
    """Return all that may be typed and what is answered, or that of one command.

    Raises
    ------
    BadExpression
        If there is no command called ``name``.
    """
    if name is None:
        return {**QUESTIONS, **{usage(known): command.help for known, command in COMMANDS.items()}}
    name = name.removeprefix(":")
    _require_command(name)
    return {usage(name): COMMANDS[name].help}


def _require_command(name: str) -> None:
    if name not in COMMANDS:
        raise BadExpression(f"no command :{name}; there are {', '.join(f':{known}' for known in COMMANDS)}")


def read_line(line: str, model: Model, note: Note, *, at_prompt: bool = False) -> Expression | CommandLine:
    """Return what a line that is not empty asks.

    ``exit``, ``quit``, ``help``, ``?`` and ``help odd`` are commands without a colon. Where the model has vectors for
    them they are a question all the same, but not ``at_prompt``: there a note tells how to ask them.

    Raises
    ------
    BadExpression
        If it is neither an analogy nor a command with as many arguments as it takes, or a word has a sign that would
        be lost.
    """
    terms = split_words(line)
    if bare := _bare_command(terms):
        can_be_asked = all(
            model.words.row(term) is not None or model.vector_of_unknown(term) is not None for term in terms
        )
        if can_be_asked and at_prompt:
            note(f"{line} can be asked, too: :similar {line}")
        if at_prompt or not can_be_asked:
            return bare
    if not terms[0].startswith(":"):
        if (found := _TOPN.search(line)) and model.words.row(found[1]) is None:
            raise BadExpression(f"a line has no options; how many words are shown is set by :topn {found[2]}")
        return read_expression(terms, model, note)
    name, arguments = terms[0][1:], terms[1:]
    _require_command(name)
    if not COMMANDS[name].takes(len(arguments)):
        raise BadExpression(f"{len(arguments)} after {terms[0]}; write {usage(name)}")
    if "WORD" in COMMANDS[name].arguments:
        require_no_arithmetic(arguments, model, note)
    return CommandLine(name, arguments)


def _bare_command(terms: list[str]) -> CommandLine | None:
    """Return the command that a line without a colon is, if it is one."""
    name = _BARE.get(terms[0])
    arguments = [term.removeprefix(":") for term in terms[1:]]
    is_known = not arguments or (name == "help" and len(arguments) == 1 and arguments[0] in COMMANDS)
    return CommandLine(name, arguments) if name and is_known else None


def completions(model: Model, before: str) -> list[str]:
    """Return what the last word of ``before`` may become: commands, names of models or words, most frequent first."""
    *earlier, last = split_words(before.lstrip(" \t"))
    arguments = "WORD"
    if earlier and earlier[0].startswith(":"):
        known = COMMANDS.get(earlier[0][1:])
        arguments = known.arguments if known else ""
    elif not earlier and last.startswith(":"):
        return [f":{name}" for name in COMMANDS if name.startswith(last[1:])]
    if "NAME" in arguments:  # one that has to be shown otherwise could not be typed
        return [name for name in map(model_name, model_paths()) if name.startswith(last) and name == visible(name)]
    if "COMMAND" in arguments:
        return [name for name in COMMANDS if name.startswith(last.removeprefix(":"))]
    if "WORD" not in arguments or not _is_enough(last):
        return []
    words = model.words.starting_with(last, _MOST_COMPLETIONS)
    return [word for word in words if split_words(word) == [visible(word)]]  # others cannot be typed


def _is_enough(prefix: str) -> bool:
    """Return whether ``prefix`` says enough to complete it: two letters do, or one syllable of Hangul."""
    return len(prefix) > 1 or unicodedata.name(prefix or " ", "").startswith("HANGUL")
