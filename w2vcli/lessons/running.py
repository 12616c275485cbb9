"""Running a command as on a terminal, to keep what it prints.

The command prints tables for the eye as soon as its standard output is a terminal, so it is given one: a
pseudo-terminal of 80 columns without colours.
"""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple


class Ran(NamedTuple):
    """How a command ended, and what it printed on standard output and error."""

    status: int
    out: str
    err: str


def run_on_terminal(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
    """Run a command in ``folder`` and return what it prints, without blanks at the ends of lines."""
    controller, terminal = pty.openpty()
    settings = {"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"}
    with (
        TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - whoever calls says what to run
            list(arguments),
            cwd=folder,
            env=dict(environment) | settings,
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
    lines = (line.rstrip() for line in printed.decode(errors="backslashreplace").splitlines())
    return Ran(status, "".join(f"{line}\n" for line in lines), err)
