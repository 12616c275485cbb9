"""Everything that can go wrong and that a user can act on.

W2vError
├── BadSettings          settings that contradict each other (exit status 2)
├── DamagedInput         a file that is not, or not wholly, what it should be
│   └── UnknownFormat    a file of no known vector format
├── BadCorpus            text from which nothing can be trained
│   └── MissingPart      labelled texts without the part, such as test, that was asked for
├── BadModel             a model directory that is damaged, or cannot do what is asked
│   └── MissingModel     a model that does not exist (exit status 4)
├── BadVocabulary        a list of words that cannot be drawn or exported
├── UnknownWords         words that the model does not have (exit status 3)
├── BadExpression        an analogy that is not words, + and - (exit status 2)
├── NoDirection          a question whose vector is zero
├── OutputExists         a file or model that would be overwritten (exit status 5)
├── Unwritable           a folder in which a model cannot be written
├── UnfinishedTraining   a training that was interrupted, or is going on, where another is to begin
├── UnknownPretrained    neither a file nor a name in the catalogue (exit status 4)
├── Offline              an address where the network is ruled out
├── DownloadFailed       an address that did not give the promised file
├── DatabaseFailed       a database that cannot be reached, or refuses
├── SparkFailed          a cluster of Spark that cannot be reached, or fails
├── MissingExtra         a library that is not installed with w2v by default
├── MissingGensim        gensim where it is not installed
├── MissingEngine        a training engine whose libraries fail to import
├── NoScreen             a window that cannot be opened
├── Diverged             training whose weights grew beyond what a number can hold
└── LostWords            training did not account for every word (a bug, ours or gensim's)

Rooms raise these. Only ``w2vcli.cli.main`` turns them into a line and an exit status.
The message is the line that the user reads: what, where, and what to do. A program goes by the code, which is the name
of the class: ``unknown-words``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping

from w2vcli.escaping import visible

# How the end of a message begins that says what to do.
_REMEDY = (
    "(?:add|ask|begin|choose|delete|did you mean|download|draw|end|for example|free|give|go on|install|leave|lower|make"
    "|name|open|pad|put|run|save|say|see|set|split|take|train|try|type|unpack|unset|update|use|wait|write"
    "|load and convert|--[a-z-]+ (?:makes|goes|names|does))\\b"
)


class W2vError(Exception):
    """Base of all errors that end a command with one line and no traceback."""

    exit_status = 1
    # The question that has no answer, where there is one.
    query: str | None = None
    # The message in the language of who reads it, where that is another one and nobody else translates.
    told: str | None = None

    def __str__(self) -> str:
        return self.told or super().__str__()

    @classmethod
    def code(cls) -> str:
        """Return what a program knows the error by: ``unknown-words``."""
        return re.sub("(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()

    @property
    def remedy(self) -> str | None:
        """What to do, which is the end of the message if that says so."""
        return remedy_of(super().__str__())


def remedy_of(message: str) -> str | None:
    """Return the end of a message that says what to do: behind its last semicolon, if a verb stands there."""
    end = message.rpartition("; ")[2]
    return end if end != message and re.match(_REMEDY, end) else None


class BadSettings(W2vError):
    """Settings that contradict each other or lie outside their range."""

    exit_status = 2


class DamagedInput(W2vError):
    """An input file that breaks off, or holds something else than it promises."""


class UnknownFormat(DamagedInput):
    """An input file of no known vector format."""


class BadCorpus(W2vError):
    """Text that cannot be read, or from which nothing can be trained."""


class MissingPart(BadCorpus):
    """Labelled texts that have parts, such as train, but not the one that was asked for."""


class BadModel(W2vError):
    """A model whose directory is damaged, or that cannot do what is asked."""


class MissingModel(BadModel):
    """A model that does not exist."""

    exit_status = 4


class BadVocabulary(W2vError):
    """A list of words that cannot be drawn or exported."""


class BadExpression(W2vError):
    """An analogy that is not words joined by + and -."""

    exit_status = 2


class NoDirection(W2vError):
    """A question whose vector is zero, so that nothing is near it."""


class OutputExists(W2vError):
    """A file or a model that would be overwritten."""

    exit_status = 5


class Unwritable(W2vError):
    """A folder in which a model cannot be written."""


class UnfinishedTraining(W2vError):
    """A training that was interrupted or is still going on, where another is to begin, or none to go on with."""


class UnknownPretrained(W2vError):
    """Neither a file nor a name in the catalogue of pretrained vectors."""

    exit_status = 4


class Offline(W2vError):
    """An address, where the network is ruled out."""


class DownloadFailed(W2vError):
    """An address that did not give the promised file."""


class DatabaseFailed(W2vError):
    """A database that cannot be reached, refuses, or lacks what is needed."""


class SparkFailed(W2vError):
    """A cluster of Spark that cannot be reached, does not start, or fails at its work."""


class MissingExtra(W2vError):
    """A library that is not installed with w2v by default: ``what`` needs the extra ``extra``."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} need libraries of their own; install them with: pip install 'w2vcli[{extra}]'")


class MissingGensim(W2vError):
    """gensim, which ``what`` need, where it is not installed. It has no wheel for Python 3.14 and later."""

    reason = "gensim is not installed"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} need gensim, which is not installed; {gensim_remedy()}")


def gensim_remedy() -> str:
    """Return what brings gensim, on this version of Python."""
    if sys.version_info < (3, 14):
        return "install it with: pip install 'gensim>=4.4,<5'"
    this = ".".join(map(str, sys.version_info[:2]))
    return (
        f"it has wheels for Python 3.10 to 3.13, and this is {this}; install w2v there with: "
        "python3.13 -m pip install w2vcli"
    )


class MissingEngine(W2vError):
    """A training engine whose libraries are missing or fail to import: ``reason`` says which and why.

    ``needs`` are the names of the libraries. They come with w2v, or with its ``extra``.
    """

    def __init__(self, engine: str, needs: str, extra: str | None, error: Exception) -> None:
        why = next(iter(str(error).splitlines()), "") or type(error).__name__
        self.reason = f"the engine {engine} cannot be used here: {needs} could not be imported ({visible(why)})"
        package = f"w2vcli[{extra}]" if extra else "w2vcli"
        super().__init__(f"{self.reason}; leave --engine out, or install them with: pip install '{package}'")


class NoScreen(W2vError):
    """A window that cannot be opened."""


class Diverged(W2vError):
    """Training whose steps were so large that the weights grew beyond all bounds."""


class LostWords(W2vError):
    """The words that were trained do not add up to the words that were read."""


class UnknownWords(W2vError):
    """Words that the model does not have.

    ``hints`` maps each unknown word, in the order asked, to what may help with it, or an empty string.
    """

    exit_status = 3

    def __init__(self, hints: Mapping[str, str]) -> None:
        self._hints = hints
        if len(hints) == 1:
            listed = "".join(f"{visible(word)}{hint and '; '}{hint}" for word, hint in hints.items())
        else:
            listed = ", ".join(f"{visible(word)}{hint and f' ({hint})'}" for word, hint in hints.items())
        super().__init__(f"not in the vocabulary: {listed}")

    @property
    def remedy(self) -> str | None:
        """What may help with the words."""
        return "; ".join(filter(None, self._hints.values())) or None
