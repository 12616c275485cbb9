"""The files for the Embedding Projector, in a real TensorBoard in a real browser."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.conftest import MakeModel, running

if TYPE_CHECKING:
    from tests.conftest import Browser

# What would shift labels, break a line, or be taken for something else.
TRAPS = ["소녀", "\u00a0", "a\tb", "\ufeff", "New York", "\u3000", '"q', "\x85", "\u2028z", "\\", "a\nb", "-1.5"]
SHOWN = ["소녀", "\\xa0", "a\\tb", "\\ufeff", "New York", "\\u3000", '"q', "\\x85", "\\u2028z", "\\", "a\\nb", "-1.5"]
# Enough Hangul that a reader in pieces may cut a character.
WORDS = [*TRAPS, *(f"낱말{number}" for number in range(3000))]
FIND = """() => {
  const found = [];
  const walk = node => {
    for (const element of node.querySelectorAll("*")) {
      if (element.tagName === "VZ-PROJECTOR" && element.dataSet) found.push(element.dataSet.points);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found.length && found[0].length && found[0][0].metadata ? found[0].map(point =>
    [point.metadata.word ?? Object.values(point.metadata)[0], point.metadata.count, point.metadata.group,
     Array.from(point.vector).slice(0, 3)]) : null;
}"""


@pytest.fixture
def points(browser: Browser, heeded_signals: None) -> Any:
    """Start ``w2v projector --serve``, open it, and return the points that the Projector loaded."""
    pytest.importorskip("tensorboard")

    def load(*arguments: str) -> list[tuple[Any, Any, Any, list[float]]]:
        command = [sys.executable, "-m", "w2vcli", "projector", "out", "--serve", *arguments]
        with running(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
            assert served.stderr is not None
            lines = iter(served.stderr.readline, "")
            address = next(found[0] for line in lines if (found := re.search(r"http://\S+#projector", line)))
            page = browser.open(address)
            found = None
            for _ in range(120):
                frame = next((frame for frame in page.frames if "projector_binary" in frame.url), None)
                found = frame.evaluate(FIND) if frame else None
                if found:
                    break
                page.wait_for_timeout(500)
            served.send_signal(signal.SIGINT)
            served.communicate(timeout=600)
        assert served.returncode == 0
        assert found, "the Projector loaded nothing"
        return [tuple(point) for point in found]

    return load


@pytest.mark.parametrize("arguments", [(), ("--bytes",)])
def test_every_point_is_loaded_with_its_word_and_count(
    points: Any, make_model: MakeModel, arguments: tuple[str, ...]
) -> None:
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32)
    counts = list(range(len(WORDS), 0, -1))
    make_model(WORDS, vectors, name='한국어 "낱말"', counts=counts)
    found = points(*arguments)
    assert [str(word) for word, *_ in found] == [*SHOWN, *WORDS[len(SHOWN) :]]
    assert [count for _, count, *_ in found] == counts
    np.testing.assert_allclose([vector for *_, vector in found], vectors[:, :3], rtol=1e-6)


def test_words_without_counts(points: Any, make_model: MakeModel) -> None:
    make_model(TRAPS, np.eye(len(TRAPS)))
    assert [str(word) for word, *_ in points()] == SHOWN
