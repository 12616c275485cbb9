"""Sessions of Spark: what they are started as, what is told where they fail, and that they leave nothing open."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from tests.conftest import require
from w2vcli.errors import BadCorpus, BadSettings, DownloadFailed, MissingExtra, Offline, SparkFailed
from w2vcli.spark.failures import TaskFailed, line_of, raise_from, telling_failures
from w2vcli.spark.session import is_within_spark, open_session


def test_an_error_of_a_task_becomes_the_same_error_here() -> None:
    for error in (BadCorpus("a.txt: byte 7 is not UTF-8"), MissingExtra("addresses", "remote")):
        with pytest.raises(type(error)) as found:
            raise_from(line_of(error))
        assert str(found.value) == str(error)
    with pytest.raises(FileNotFoundError) as missing:
        raise_from(line_of(FileNotFoundError(2, "No such file or directory", "/data/a.txt")))
    assert missing.value.filename == "/data/a.txt"


@pytest.mark.parametrize("on", ["here", "local[", "http://host", "", "sc://"])
def test_what_is_no_spark_is_refused(on: str, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="is no Spark; name local"), open_session(on, tmp_path):
        pass


def test_without_java_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require("pyspark")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SparkFailed, match="apt install openjdk-17-jre-headless"), open_session("local[1]", tmp_path):
        pass


@pytest.mark.parametrize("scheme", ["sc", "spark"])
def test_where_nobody_listens_nobody_is_waited_for(scheme: str, tmp_path: Path) -> None:
    require("pyspark")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"{scheme}://127.0.0.1:{held.getsockname()[1]}"
        with pytest.raises(SparkFailed, match="there is no answer"), open_session(address, tmp_path):
            pass


def test_another_machine_is_not_reached_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require("pyspark")
    monkeypatch.setenv("W2V_OFFLINE", "1")
    with pytest.raises(Offline), open_session("sc://spark.example:15002", tmp_path):
        pass


def test_what_spark_says_is_one_line() -> None:
    require("pyspark")
    from pyspark.errors import PySparkException

    of_python = (
        "An exception was thrown from the Python worker:\nTraceback (most recent call last):\n"
        '  File "x.py", line 1, in f\nZeroDivisionError: by zero\n SQLSTATE: 38000\n\tat org.apache.Spark.run(X)'
    )
    with pytest.raises(SparkFailed) as found, telling_failures("local[1]"):
        raise PySparkException(of_python)
    assert str(found.value) == "Spark on local[1] failed: ZeroDivisionError: by zero"
    with pytest.raises(SparkFailed) as found, telling_failures(None):
        raise PySparkException("Job aborted\n\tat org.apache.Spark.run(X)")
    assert str(found.value) == "Spark failed: Job aborted"


def test_what_spark_tried_several_times_is_the_error_of_the_task() -> None:
    require("pyspark")
    from pyspark.errors import PySparkException

    said = f"Traceback (most recent call last):\n{TaskFailed(DownloadFailed('s3://b/a.txt is gone'))}\n SQLSTATE: 38000"
    with pytest.raises(DownloadFailed) as found, telling_failures("yarn"):
        raise PySparkException(said)
    assert str(found.value) == "s3://b/a.txt is gone"


def test_this_process_is_no_job_of_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyspark"]:
        monkeypatch.delitem(sys.modules, name)
    assert not is_within_spark()
    monkeypatch.setenv("PYSPARK_GATEWAY_PORT", "1")
    assert is_within_spark()
