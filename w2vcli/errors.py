"""Everything that can go wrong and that a user can act on.

W2vError
├── BadSettings          settings that contradict each other (exit status 2)
├── DamagedInput         a file that is not, or not wholly, what it should be
│   └── UnknownFormat    a file of no known vector format
├── BadCorpus            text from which nothing can be trained
│   └── MissingPart      labelled texts without the part, such as test, that was asked for
├── BadModel             a model directory that is missing or damaged
├── BadVocabulary        a list of words that cannot be drawn or exported
├── UnknownWords         words that the model does not have
├── BadExpression        an analogy that is not words, + and -
├── NoDirection          a question whose vector is zero
├── OutputExists         a file or model that would be overwritten
├── Unwritable           a folder in which a model cannot be written
├── UnfinishedTraining   a training that was interrupted, or is going on, where another is to begin
├── UnknownPretrained    neither a file nor a name in the catalogue
├── Offline              an address where the network is ruled out
├── DownloadFailed       an address that did not give the promised file
├── MissingExtra         a library that is not installed with w2v by default
├── MissingGensim        gensim where it is not installed
├── MissingEngine        a training engine whose libraries fail to import
├── NoScreen             a window that cannot be opened
├── Diverged             training whose weights grew beyond what a number can hold
└── LostWords            training did not account for every word (a bug, ours or gensim's)

Rooms raise these. Only ``w2vcli.cli.main`` turns them into a line and an exit status.
The message is the line that the user reads: what, where, and what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from w2vcli.escaping import visible


class W2vError(Exception):
    """Base of all errors that end a command with one line and no traceback."""

    exit_status = 1


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
    """A model that does not exist, or whose directory is damaged."""


class BadVocabulary(W2vError):
    """A list of words that cannot be drawn or exported."""


class BadExpression(W2vError):
    """An analogy that is not words joined by + and -."""

    exit_status = 2


class NoDirection(W2vError):
    """A question whose vector is zero, so that nothing is near it."""


class OutputExists(W2vError):
    """A file or a model that would be overwritten."""


class Unwritable(W2vError):
    """A folder in which a model cannot be written."""


class UnfinishedTraining(W2vError):
    """A training that was interrupted or is still going on, where another is to begin, or none to go on with."""


class UnknownPretrained(W2vError):
    """Neither a file nor a name in the catalogue of pretrained vectors."""


class Offline(W2vError):
    """An address, where the network is ruled out."""


class DownloadFailed(W2vError):
    """An address that did not give the promised file."""


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

    def __init__(self, hints: Mapping[str, str]) -> None:
        if len(hints) == 1:
            listed = "".join(f"{visible(word)}{hint and '; '}{hint}" for word, hint in hints.items())
        else:
            listed = ", ".join(f"{visible(word)}{hint and f' ({hint})'}" for word, hint in hints.items())
        super().__init__(f"not in the vocabulary: {listed}")
