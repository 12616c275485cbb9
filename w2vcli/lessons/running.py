"""Running a command as on a terminal, to keep what it prints.

The command prints tables for the eye as soon as its standard output is a terminal, so it is given one: a
pseudo-terminal of 80 columns without colours. Where there are none, as on Windows, it is told to print as on one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

from w2vcli.reporting import FOR_THE_EYE

try:
    import pty
except ImportError:  # on Windows
    pty = None  # type: ignore[assignment]

_SETTINGS = {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}


class Ran(NamedTuple):
    """How a command ended, and what it printed on standard output and error."""

    status: int
    out: str
    err: str


def run_on_terminal(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """Run a command in ``folder`` and return what it prints, without blanks at the ends of lines."""
    ran = _run(arguments, folder, dict(environment) | _SETTINGS)
    lines = (line.rstrip() for line in ran.out.splitlines())
    return ran._replace(out="".join(f"{line}\n" for line in lines))


def _run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    if sys.platform == "win32" or pty is None:
        return _run_in_pipe(arguments, folder, {**environment, FOR_THE_EYE: "1"})
    controller, terminal = pty.openpty()
    with (
        TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - whoever calls says what to run
            list(arguments),
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,  # else a command could wait for what nobody types
            stdout=terminal,
            stderr=errors,
        ) as process,
    ):
        os.close(terminal)  # our copy, else the end of the output would never be seen
        printed = b""
        try:
            while chunk := os.read(controller, 1 << 16):
                printed += chunk
        except OSError:  # raised by Linux when the other end is closed
            pass
        finally:
            os.close(controller)
        status = process.wait()
        errors.seek(0)
        err = errors.read().decode(errors="backslashreplace")
    return Ran(status, printed.decode(errors="backslashreplace"), err)


def _run_in_pipe(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    done = subprocess.run(  # noqa: S603 - whoever calls says what to run
        list(arguments),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, *(stream.decode(errors="backslashreplace") for stream in (done.stdout, done.stderr)))
