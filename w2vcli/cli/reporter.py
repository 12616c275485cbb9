"""Progress, notes and warnings on stderr: a bar on a terminal, else a line every ten seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from w2vcli.cli.log import log
from w2vcli.cli.output import tell
from w2vcli.cli.styles import console, is_dumb
from w2vcli.escaping import visible, visible_lines
from w2vcli.reporting import Advance
from w2vcli.speaking.language import Spoken, known, translated

_SECONDS_BETWEEN_LINES = 10.0
_SECONDS_BETWEEN_FRAMES = 0.1
_COLUMNS_OF_A_RATE = 60
_SECONDS_OF_A_RATE = 0.1  # what takes less says nothing of how long more would take


class StderrReporter:
    """Tells on stderr what happens. With ``quiet`` only warnings, with ``verbose`` also the logs of the libraries."""

    def __init__(self, *, quiet: bool, verbose: bool) -> None:
        self._quiet = quiet
        self._status = ""
        if verbose:
            import logging  # a question, which has no log, need not pay for it

            class Visible(logging.Formatter):
                def format(self, record: logging.LogRecord) -> str:
                    return visible_lines(super().format(record))

            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(Visible("%(name)s: %(message)s"))
            logging.basicConfig(level=logging.INFO, handlers=[handler])

    def status(self, message: str) -> None:
        """Show ``message`` with the progress until the phase ends."""
        self._status = visible(message)

    def note(self, message: str) -> None:
        """Print a line, unless quiet."""
        if not self._quiet:
            tell(message)
        else:
            log(message)

    def warn(self, message: str) -> None:
        """Print a line."""
        tell(f"Warning: {message}")

    @contextmanager
    def phase(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Show how far a phase has come while it runs, and what it took when it has ended.

        Call what is yielded with the ``unit`` s done so far, of ``total`` or of an unknown number. Unit ``B`` is bytes.
        Without a unit only the time is told.
        """
        done = 0
        started = time.monotonic()
        with self._progress(name, total, unit) as advance:
            also_logged = self._lines(name, total, unit, log) if self._is_quiet_or_bar() else _nothing

            def count(now: int) -> None:
                nonlocal done
                done = now
                advance(now)
                also_logged(now)

            yield count
        seconds = time.monotonic() - started
        self.note(Spoken(f"{known(name)}: {_took(done, unit, seconds)}{self._ending()}"))
        self._status = ""

    def _progress(self, name: str, total: int | None, unit: str) -> AbstractContextManager[Advance]:
        """Return what shows the progress of a phase: nothing, a bar or lines."""
        if self._quiet:
            return nullcontext(_nothing)
        if self._is_quiet_or_bar():
            return self._bar(name, total, unit)
        return nullcontext(self._lines(name, total, unit, self.note))

    def _is_quiet_or_bar(self) -> bool:
        """Tell whether progress is shown by no lines."""
        return self._quiet or (sys.stderr.isatty() and not is_dumb())

    def _ending(self) -> str:
        return f"; {known(self._status)}" if self._status else ""

    def _lines(self, name: str, total: int | None, unit: str, tell_line: Callable[[str], object]) -> Advance:
        """Return the function that tells a line now and then."""
        started = told = time.monotonic()

        def advance(done: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told < _SECONDS_BETWEEN_LINES:
                return
            told = now
            rate = done / (now - started)
            share = f"{done / total:4.0%} of {_amount(total, unit)}" if total else _amount(done, unit)
            left = f", {_duration((total - done) / rate)} left" if total and rate else ""
            state = translated(f"{share} ({_amount(rate, unit)}/s{left})")
            tell_line(Spoken(f"{known(name)}: {state}{self._ending()}"))

        return advance

    @contextmanager
    def _bar(self, name: str, total: int | None, unit: str) -> Iterator[Advance]:
        """Show a bar that is gone when the phase has ended; on a narrow terminal without rate and status."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        screen = console(stderr=True)
        wide = screen.width >= _COLUMNS_OF_A_RATE
        columns = [
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=screen.width // 4),
            *([TextColumn("{task.percentage:>3.0f}%")] if total else []),
            *([TextColumn("{task.fields[rate]}")] if unit and wide else []),
            TimeRemainingColumn() if total else TimeElapsedColumn(),
            *([TextColumn("{task.fields[status]}", markup=False)] if wide else []),
        ]
        with Progress(*columns, console=screen, transient=True) as progress:
            task = progress.add_task(visible(known(name)), total=total, rate="", status="")
            started = time.monotonic()
            shown = 0.0

            def advance(done: int) -> None:
                nonlocal shown
                now = time.monotonic()
                if now - shown >= _SECONDS_BETWEEN_FRAMES:
                    shown = now
                    rate = done / max(now - started, 1e-3)
                    speed, status = translated(f"{_amount(rate, unit)}/s"), known(self._status)
                    progress.update(task, completed=done, rate=speed, status=status)

            yield advance


def _nothing(_done: int) -> None:
    """Show no progress."""


def _took(done: int, unit: str, seconds: float) -> str:
    """Return what a phase took: ``2,000 words in 4.2 s (480 words/s)``, and nothing but the time without a unit."""
    if not unit:
        return translated(_duration(seconds))
    if seconds < _SECONDS_OF_A_RATE:
        return translated(f"{_amount(done, unit)} in {_duration(seconds)}")
    return translated(f"{_amount(done, unit)} in {_duration(seconds)} ({_amount(done / seconds, unit)}/s)")


def _amount(number: float, unit: str) -> str:
    """Return ``12,345 words``, or of bytes ``12.3 kB``."""
    if unit != "B":
        return f"{number:,.0f} {unit}"
    for prefix in ("", "k", "M"):
        if number < 1000:
            return f"{number:.3g} {prefix}B"
        number /= 1000
    return f"{number:.3g} GB"


def _duration(seconds: float) -> str:
    """Return ``4.2 s``, ``3 min 07 s`` or ``2 h 05 min``."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
