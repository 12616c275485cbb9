"""Some kills of the commands that are fast; ``python -m tests.kill_writers`` kills all of them everywhere."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked, and killed between system calls")
@pytest.mark.parametrize("commands", ["load,use", "convert .txt.gz,convert .npy", "projector,encode"])
def test_what_has_a_final_name_is_whole_after_a_kill(commands: str) -> None:
    pytest.importorskip("pyarrow")  # is imported once for all that are killed
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill_writers", "--only", commands, "--most", "10", "--random", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    *_, total = done.stdout.splitlines()
    assert int(total.split()[1]) >= 10
