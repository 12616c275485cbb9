"""Some cases of each reader of `tests.fuzz`; ``make fuzz`` runs as many as there is time for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.fuzz import runner
from tests.fuzz.commands import Failure, check_message

SEED = 7
CASES = 40


@pytest.mark.parametrize("name", runner.READERS)
@pytest.mark.filterwarnings("ignore::ImportWarning")
def test_hostile_input_is_answered_or_refused_in_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = runner.reader(name)
    assert name == reader.NAME
    if name in {"corpora", "labelled", "vectors"}:
        pytest.importorskip("pyarrow")
    monkeypatch.setattr(runner, "CASES_BEFORE", 0)
    runner.prepare([reader], tmp_path)
    folder = tmp_path / "cases"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("W2V_HOME", str(folder / "home"))
    outcomes = []
    for number in range(CASES):
        outcome, detail = runner.run_case(reader, SEED, number, folder)
        assert outcome != "failure", f"python -m tests.fuzz --readers {name} --seed {SEED} --case {number}\n{detail}"
        outcomes.append(outcome)
    assert "answered" in outcomes


def test_a_case_depends_on_its_seed_and_number_alone(tmp_path: Path) -> None:
    reader = runner.reader("questions")
    runner.prepare([reader], tmp_path)
    assert runner.make_case(reader, 1, 5) == runner.make_case(reader, 1, 5) != runner.make_case(reader, 1, 6)


@pytest.mark.parametrize("message", ["", "None", "two\nlines", "x" * 5000])
def test_a_message_that_is_no_line_is_a_failure(message: str) -> None:
    with pytest.raises(Failure):
        check_message(message)


_BAD_READER = """
from tests.fuzz import runner

class Reader:
    NAME = "bad"
    def prepare(self, folder): pass
    def make(self, rng): return None
    def run(self, case, folder): raise RuntimeError("what should not be: 12")

print(runner.fuzz([Reader()], seed=1, minutes=1, cases=10, workers=1))
"""


def test_failures_of_one_kind_are_counted_together() -> None:
    """In a process of its own, since it is forked: other tests leave threads."""
    done = subprocess.run([sys.executable, "-c", _BAD_READER], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "counts={'bad': [0, 0, 10]}" in done.stdout
    assert "{('bad', 'RuntimeError: what should not be: …'): [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}" in done.stdout
