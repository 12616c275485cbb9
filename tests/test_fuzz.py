"""Some cases of each reader of `tests.fuzz`; ``make fuzz`` runs as many as there is time for."""

from __future__ import annotations

from pathlib import Path

import pytest

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


class _Reader:
    """A reader whose every tenth case hangs, ends the process or raises."""

    NAME = "bad"

    def prepare(self, folder: Path) -> None: ...

    def make(self, rng: object) -> object:
        return None

    def run(self, case: object, folder: Path) -> str:
        raise RuntimeError("what should not be: 12")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of a process with threads, as pytest-xdist's are
def test_failures_of_one_kind_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    found = runner.fuzz([_Reader()], seed=1, minutes=1, cases=10, workers=1)
    assert found.counts == {"bad": [0, 0, 10]}
    assert [sorted(cases) for cases in found.failures.values()] == [list(range(10))]
    assert [kind for _, kind in found.failures] == ["RuntimeError: what should not be: …"]
