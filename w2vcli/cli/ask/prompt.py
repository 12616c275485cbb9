"""Lines typed on a terminal: with a history, and with the words that the last one may become."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.output import ColorDepth, Output

from w2vcli.cli.output import tell
from w2vcli.cli.styles import is_plain
from w2vcli.models.registry import home
from w2vcli.queries.expression import split_words
from w2vcli.signals import was_seen

# What a line up to the cursor may go on with: words in place of its last one.
Complete = Callable[[str], Iterable[str]]


def typed_lines(message: Callable[[], str], complete: Complete, *, lasting: bool = True) -> Iterator[str]:
    """Yield the lines that are typed after the prompt ``message()``, until Ctrl-D.

    The history is that of all sessions if it is ``lasting``. Ctrl-C drops a line. Text that is pasted in may have
    several lines.
    """
    session: PromptSession[str] = PromptSession(
        history=_history() if lasting else InMemoryHistory(),
        completer=_LastWord(complete),
        complete_in_thread=True,  # to look through millions of words takes longer than the next key
        enable_suspend=True,
        color_depth=ColorDepth.DEPTH_1_BIT if is_plain() else None,
    )
    while True:
        try:
            with _terminal_as_it_was(session.input, session.output):
                typed = session.prompt(message())
        except KeyboardInterrupt:
            was_seen()
            continue
        except EOFError:
            return
        yield from typed.split("\n")


@contextmanager
def _terminal_as_it_was(source: Input, output: Output) -> Iterator[None]:
    """Give the terminal back as it was, also when a signal comes.

    prompt_toolkit does so at the end of a task of asyncio. A signal that breaks off another task, such as the reading
    of the history, is raised twice, and the second time ends the loop before that task has cleaned up.
    """
    restore = _settings_of_terminal(source.fileno())
    try:
        yield
    except SystemExit:
        restore()
        output.disable_bracketed_paste()
        output.show_cursor()
        output.flush()
        raise


def _settings_of_terminal(number: int) -> Callable[[], None]:
    """Return what gives a terminal the settings back that it has now. Windows has none, and no signal from without."""
    if sys.platform != "win32" and os.isatty(number):
        from termios import TCSANOW, tcgetattr, tcsetattr

        return partial(tcsetattr, number, TCSANOW, tcgetattr(number))
    return lambda: None


class _LastWord(Completer):
    """Completes the word before the cursor."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what ``complete`` says."""
        before = document.current_line_before_cursor
        typed = len(split_words(before)[-1])  # what a completion replaces
        for word in self._complete(before):
            yield Completion(word, start_position=-typed)


def _history() -> History:
    """Return the history of all sessions, in a file that nobody else can read.

    Where that cannot be written, it is the history of this session alone.
    """
    path = home() / "shell-history"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # prompt_toolkit would make it readable for others.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        tell(f"Warning: no history is kept: {path}: {error.strerror}")
        return InMemoryHistory()
    return _LastingHistory(path)


class _LastingHistory(FileHistory):
    """A history in a file. A disk that is full or gone does not end the session."""

    def store_string(self, string: str) -> None:
        """Add a line to the file."""
        try:
            super().store_string(string)
        except OSError as error:
            tell(f"Warning: not kept in the history: {error.strerror}")
