"""``w2v explore``."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v, running, unix_only

RNG = np.random.default_rng(4)


@pytest.fixture
def words(make_model: MakeModel) -> list[str]:
    names = [f"w{at}" for at in range(60)]
    make_model(names, RNG.normal(size=(60, 6)))
    return names


@pytest.mark.usefixtures("words")
def test_a_page_is_written_with_as_many_words_as_asked(w2v: W2v) -> None:
    done = w2v("explore", "-o", "page.html", "--top", 40)
    assert done.status == 0
    text = Path("page.html").read_text(encoding="utf-8")
    assert done.rows == [["output", "page.html"], ["words", "40"], ["bytes", str(len(text.encode()))]]
    again = w2v("explore", "-o", "page.html")
    assert "page.html" in again.err
    assert again.status != 0
    assert w2v("explore", "-o", "page.html", "--force").rows[1] == ["words", "60"]


@pytest.mark.usefixtures("words")
def test_what_does_not_fit_together_is_refused(w2v: W2v) -> None:
    assert "of the page that is served" in w2v("explore", "-o", "page.html", "--port", 8765).err
    assert "are of -o" in w2v("explore", "--top", 5).err
    assert "the name of a page ends with .html" in w2v("explore", "-o", "page.png").err
    assert not list(Path().iterdir())


def test_too_few_words_for_a_map_are_refused(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 0], [1, 0]])
    done = w2v("explore", "-o", "page.html")
    assert done.status == 1
    assert "at least two" in done.err or "same vector" in done.err
    assert not Path("page.html").exists()


@unix_only
@pytest.mark.usefixtures("words", "heeded_signals")
def test_the_page_is_served_until_ctrl_c() -> None:
    with running(
        [sys.executable, "-m", "w2vcli", "explore", "--no-browser"], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        [address] = re.findall(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", line)
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - of this machine
            assert b"<title>toy</title>" in answer.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert process.stderr.read() == ""


@unix_only
@pytest.mark.usefixtures("words", "heeded_signals")
def test_a_port_that_is_taken_is_refused_and_without_a_screen_the_address_is_told(w2v: W2v) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, "-m", "w2vcli", "explore"]
    with running(command, stderr=subprocess.PIPE, text=True, env=environment | {"BROWSER": ""}) as process:
        assert process.stderr is not None
        [port] = re.findall(r"http://127\.0\.0\.1:(\d+)/", process.stderr.readline())
        if sys.platform == "linux":
            assert "open the address" in process.stderr.readline()
        refused = w2v("explore", "--no-browser", "--port", port)
        assert refused.status == 2
        assert f"--port {port}: " in refused.err
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
