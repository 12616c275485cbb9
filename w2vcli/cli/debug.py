"""``--debug``: where an error arose, and what somebody else needs to know of it, for a report.

Error report; read it before you send it:
  w2v 0.2.0, Python 3.11.7, Linux-6.1-x86_64; click 8.5.1, gensim 4.4.0, numpy 2.4.6
  command: w2v load https://***@files.example/vectors.bin --debug
  settings: W2V_HOME=~/models, ~/novels/w2v.toml
Traceback (most recent call last):
  ...

Passwords and tokens are left out, and the home folder is ~.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from w2vcli.cli.everywhere import given
from w2vcli.cli.exit_statuses import FAILED, FAULT
from w2vcli.cli.failures import Failure
from w2vcli.cli.log import log
from w2vcli.escaping import visible, without_passwords
from w2vcli.speaking.language import Spoken, translated

# The libraries of which most faults are.
_LIBRARIES = ("click", "gensim", "keras", "numba", "numkong", "numpy")
# The user of an address, and what follows its path, where tokens stand.
_SECRETS = ((r"(?<=://)[^/@\s]+@", "***@"), (r"(https?://[^\s?#]*)[?#][^\s'\"]*", r"\1?***"))
_HIDDEN_NAMES = "KEY|PASS|SECRET|TOKEN"
# What is passed on as it is: the end of a command, not a fault.
_ENDS = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)


@contextmanager
def reported() -> Iterator[None]:
    """Report what the block raises, if that is wanted."""
    try:
        yield
    except _ENDS:
        raise
    except Exception as error:
        if given("debug"):
            _report(error)
        raise


@contextmanager
def faults_in_a_line() -> Iterator[None]:
    """Make a line of what no user can act on, a fault of w2v: nobody should have to read a traceback.

    Raises
    ------
    Failure
        In place of any other exception.
    """
    try:
        yield
    except _ENDS:
        raise
    except Exception as error:
        said = visible(f"{type(error).__name__} ({error})")
        how = "report what stands above" if given("debug") else "run it again with --debug, and report what that prints"
        raise Failure(f"a fault of w2v itself: {said}; {how}", FAILED, code=FAULT) from error


def _report(error: Exception) -> None:
    """Print all of an error but its line, and write it into the log."""
    import shlex
    import traceback

    lines = [
        translated("Error report; read it before you send it:"),
        f"  {_versions()}",
        f"  command: {shlex.join(['w2v', *sys.argv[1:]])}",
        f"  settings: {', '.join(_settings()) or '-'}",
        *"".join(traceback.format_exception(error)).splitlines(),
    ]
    for line in map(without_secrets, lines):
        log(Spoken(line))
        click.echo(visible(line), err=True)


def _versions() -> str:
    """Return what runs: w2v, Python, the system, and the libraries that are there."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"w2v {version('w2vcli')}, Python {platform.python_version()}, {platform.platform()}; {', '.join(found)}"


def _settings() -> Iterator[str]:
    """Yield the variables of w2v, and the files of settings."""
    from w2vcli.cli.settings_files import read_files

    for name, value in sorted(os.environ.items()):
        if name.startswith("W2V_"):
            yield f"{name}={'***' if re.search(_HIDDEN_NAMES, name) else value}"
    try:
        yield from (str(file.path) for file in read_files())
    except click.UsageError as error:  # one of them is wrong
        yield error.message


def without_secrets(text: str) -> str:
    """Return a text without users and tokens in addresses, and with ~ for the home folder."""
    text = without_passwords(text)
    for pattern, instead in _SECRETS:
        text = re.sub(pattern, instead, text)
    home = str(Path.home())
    return text.replace(home, "~") if len(home) > 1 else text
