"""What a model in Python tells while it works: a bar in a notebook, and nothing elsewhere."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from w2vcli.face.telling import PythonReporter, in_notebook


class Shown:
    """Stands for what a notebook gives for something that it has shown."""

    def __init__(self, html: Any) -> None:
        self.html = [html._repr_html_()]

    def update(self, html: Any) -> None:
        self.html.append(html._repr_html_())


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[Shown]:
    """Make this the kernel of a notebook, and return what it is shown."""
    shown: list[Shown] = []

    def display(html: Any, *, display_id: bool) -> Shown:
        assert display_id
        shown.append(Shown(html))
        return shown[-1]

    fake: Any = ModuleType("IPython")
    fake.get_ipython = lambda: SimpleNamespace(kernel=object())
    showing: Any = ModuleType("IPython.display")
    showing.display = display
    monkeypatch.setitem(sys.modules, "IPython", fake)
    monkeypatch.setitem(sys.modules, "IPython.display", showing)
    return shown


def test_a_notebook_shows_a_bar_that_is_gone_in_the_end(notebook: list[Shown], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2vcli.face.telling._SECONDS_BETWEEN_FRAMES", 0)
    reporter = PythonReporter()
    with reporter.phase("training <1>", 100, "words") as advance:
        reporter.status("loss 2.5")
        advance(50)
    [bar] = notebook
    assert bar.html[0] == 'training &lt;1&gt; <progress value="0" max="100"></progress> 0 words '
    assert bar.html[1] == 'training &lt;1&gt; <progress value="50" max="100"></progress> 50 words loss 2.5'
    assert bar.html[-1] == ""


def test_of_an_unknown_length_the_bar_only_moves(notebook: list[Shown]) -> None:
    with PythonReporter().phase("reading"):
        pass
    assert notebook[0].html[0].startswith("reading <progress></progress>")


def test_elsewhere_there_is_no_bar(capfd: pytest.CaptureFixture[str]) -> None:
    assert not in_notebook()
    with PythonReporter().phase("training", 100, "words") as advance:
        advance(100)
    assert capfd.readouterr() == ("", "")


def test_ipython_in_a_terminal_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    fake: Any = ModuleType("IPython")
    fake.get_ipython = SimpleNamespace
    monkeypatch.setitem(sys.modules, "IPython", fake)
    assert not in_notebook()
