"""What fails on Spark, as one line of w2v: the error of a task as that task raised it, and else what Spark says.

A task that runs on another machine cannot raise an error here. It makes a line of it, which goes through Spark as data,
or in the text of an exception where Spark is to try the task again. Here the line becomes that error again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from w2vcli import errors
from w2vcli.errors import SparkFailed, W2vError

if TYPE_CHECKING:
    from typing import NoReturn

# Before a line of an error in the text of an exception. What Spark adds stands on other lines.
_MARK = "w2v-error "
_LONGEST = 300


class TaskFailed(Exception):
    """An error in a task that may not come again, so that Spark is to try once more."""

    def __init__(self, error: W2vError | OSError) -> None:
        super().__init__(_MARK + line_of(error))


def line_of(error: W2vError | OSError) -> str:
    """Return an error as a line of JSON, from which `raise_from` makes it again."""
    if isinstance(error, OSError):
        filename = error.filename
        return json.dumps([error.errno, error.strerror or str(error), filename if isinstance(filename, str) else None])
    return json.dumps([type(error).__name__, str(error)])


def raise_from(line: str) -> NoReturn:
    """Raise the error that `line_of` made a line of."""
    found = json.loads(line)
    if len(found) == 3:
        raise OSError(*found)
    name, message = found
    kind: type[W2vError] = getattr(errors, name)
    error = kind.__new__(kind)  # some make their message of parts
    Exception.__init__(error, message)
    raise error


def failures_of_spark() -> tuple[type[Exception], ...]:
    """Return what Spark raises, here and through Java, which a client of Spark Connect does not have."""
    from pyspark.errors import PySparkException

    try:
        from py4j.protocol import Py4JError
    except ImportError:
        return (PySparkException,)
    return PySparkException, Py4JError


@contextmanager
def telling_failures(on: str | None) -> Iterator[None]:
    """Turn what Spark raises into the error of the task that failed, or into `SparkFailed`."""
    try:
        yield
    except failures_of_spark() as error:
        said = str(error)
        marked = said.rpartition(_MARK)[2] if _MARK in said else None
        if marked is not None:
            raise_from(marked.splitlines()[0])
        raise SparkFailed(f"Spark{f' on {on}' if on else ''} failed: {_told(said)}") from error


def _told(said: str) -> str:
    """Return what Spark says in one line: the last one of a traceback of Python, or else the first one."""
    before_java, _, _ = said.partition("\n\tat ")
    lines = [line.strip() for line in before_java.split("JVM stacktrace:")[0].splitlines()]
    lines = [line for line in lines if line and not line.startswith("SQLSTATE")]
    if "No module named 'w2vcli'" in said:
        return "its Python has no w2v; install this version of w2v with its extras on the machines of the cluster"
    at_end = any(line.startswith("Traceback (most recent call last)") for line in lines)
    return " ".join(lines[-1 if at_end else 0].split())[:_LONGEST] if lines else "it does not say why"
