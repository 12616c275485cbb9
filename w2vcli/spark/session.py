"""A session of Spark: started, or taken where there is one, and stopped.

A session is used by its DataFrame API alone. What is missing in Spark Connect, and so on serverless machines, is not
used: no ``sparkContext``, no RDD.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from w2vcli.errors import BadSettings, MissingExtra, SparkFailed
from w2vcli.network import require_network
from w2vcli.spark.failures import telling_failures

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_MASTER = re.compile(r"local(-cluster)?(\[[\d*,]+\])?|sc://.+|spark://.+|k8s://.+|yarn")
_CONNECT = "sc://"
_PORTS = {"sc": 15002, "spark": 7077}
_SECONDS_TO_CONNECT = 10
_HERE = {"localhost", "127.0.0.1", "::1"}
_LOG = "spark.log"


def is_within_spark() -> bool:
    """Tell whether this process is a job of Spark, as below ``spark-submit`` or in a notebook of a cluster."""
    if "PYSPARK_GATEWAY_PORT" in os.environ:
        return True
    if "pyspark" not in sys.modules:
        return False
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession() is not None


@contextmanager
def open_session(on: str | None, scratch: Path) -> Iterator[SparkSession]:
    """Open a session of Spark at ``on``, or take the one that this process is a job of if that is None.

    ``on`` is ``local[2]`` for Spark on this machine, ``sc://host:port`` for Spark Connect, or the master of a cluster.
    What is started here is stopped at the end. What it logs goes to a file in ``scratch``, and so do its tables if it
    is on this machine. What fails within the block is told as `telling_failures` does.

    Raises
    ------
    BadSettings
        If there is no Spark of such a name.
    MissingExtra
        If pyspark is not installed.
    SparkFailed
        If there is no Java, nothing answers at the address, or Spark does not start.
    Offline
        If the address is on another machine, and the network is ruled out.
    """
    if on is not None and not _MASTER.fullmatch(on):
        raise BadSettings(
            f"--on {on} is no Spark; name local[2] for this machine, sc://host:15002, spark://host:7077, yarn or k8s://..."
        )
    if find_spec("pyspark") is None:
        raise MissingExtra("clusters of Spark", "spark")
    from pyspark.sql import SparkSession

    is_ours = SparkSession.getActiveSession() is None
    with telling_failures(on), _unlogged():
        session = _start(on, scratch)
        try:
            yield session
        finally:
            if is_ours:
                session.stop()


def _start(on: str | None, scratch: Path) -> SparkSession:
    """Return a session at ``on``, or the one that is there."""
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    if on is None:
        return SparkSession.builder.getOrCreate()
    _require_answer(on)
    if on.startswith(_CONNECT):
        return SparkSession.builder.remote(on).getOrCreate()
    require_java()
    builder = SparkSession.builder.master(on).appName("w2v")
    for name, value in _settings(on, scratch).items():
        builder = builder.config(name, value)
    try:
        with _output_into(scratch / _LOG), _own_python(on), _signals_kept(), warnings.catch_warnings():
            # The process that is forked becomes Java at once, so that no lock of a thread matters.
            warnings.filterwarnings("ignore", category=RuntimeWarning)
            return builder.getOrCreate()
    except PySparkException as error:  # that Java ended, which says why on its own standard error
        said = [
            line for line in (scratch / _LOG).read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()
        ]
        raise SparkFailed(f"Spark on {on} did not start: {said[-1] if said else error}") from error


def _settings(on: str, scratch: Path) -> dict[str, str]:
    """Return Spark's settings of a session that is started here."""
    quiet = {"spark.ui.showConsoleProgress": "false", "spark.log.level": "WARN"}
    if not on.startswith("local"):
        return quiet
    return quiet | {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.warehouse.dir": (scratch / "tables").absolute().as_uri(),
    }


def require_java() -> None:
    """Raise `SparkFailed` if there is no Java, which Spark runs in."""
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and shutil.which("java", path=str(Path(home, "bin")))):
        raise SparkFailed(
            "Spark runs in Java, which is not installed; install Java 17 (on Debian: "
            "apt install openjdk-17-jre-headless), or set JAVA_HOME to where it is"
        )


def _require_answer(on: str) -> None:
    """Raise `SparkFailed` if nothing listens at an address, for which Spark itself would wait for minutes."""
    address = urlsplit(on)
    if address.scheme not in _PORTS:
        return
    host = address.hostname or ""
    if host not in _HERE:
        require_network(on)
    try:
        port = address.port or _PORTS[address.scheme]
        socket.create_connection((host, port), timeout=_SECONDS_TO_CONNECT).close()
    except (OSError, ValueError) as error:
        raise SparkFailed(f"{on}: there is no answer ({error})") from error


@contextmanager
def _output_into(log: Path) -> Iterator[None]:
    """Let processes that are started in the block write into a file, not between the lines of this one."""
    with open(log, "ab") as file:
        before = {number: os.dup(number) for number in (1, 2)}
        sys.stdout.flush()
        sys.stderr.flush()
        for number in before:
            os.dup2(file.fileno(), number)
        try:
            yield
        finally:
            for number, was in before.items():
                os.dup2(was, number)
                os.close(was)


@contextmanager
def _unlogged() -> Iterator[None]:
    """Let what libraries log, such as a traceback at Ctrl-C, not be printed where nobody has asked for a log."""
    nobody = logging.NullHandler()
    logging.getLogger().addHandler(nobody)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nobody)


@contextmanager
def _own_python(on: str) -> Iterator[None]:
    """Let Spark on this machine start its Python processes with this Python, unless the user has named another."""
    name = "PYSPARK_PYTHON"
    if not on.startswith("local") or name in os.environ:
        yield
        return
    os.environ[name] = sys.executable
    try:
        yield
    finally:
        del os.environ[name]


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Heed Ctrl-C at the end of the block as before it. Spark puts a handler of its own in place."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, before)
