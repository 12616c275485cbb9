"""The interval of a figure for other documents lies around the model's own figure, as wide as the variants spread."""

from __future__ import annotations

import re
from pathlib import Path

import click
import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.conftest import MakeModel, W2v, on_a_terminal
from tests.test_models_variants import add_variants, noisy
from w2vcli.models.directory import Model
from w2vcli.queries.intervals import spread_of

WORDS = [f"name{number}" for number in range(30)]
COLUMNS = ["variants_low", "variants_high"]


@pytest.fixture
def sure(make_model: MakeModel) -> Model:
    """A model of 30 words with seven variants, and a set of pairs with scores near its cosines."""
    rng = np.random.default_rng(4)
    model = make_model(WORDS, rng.normal(size=(30, 8)))
    add_variants(model, noisy(model, 7, 0.4))
    units = model.vectors[:] / np.linalg.norm(model.vectors[:], axis=1, keepdims=True)
    pairs = [(one, one + 1 + other) for one in range(8) for other in range(9)]
    lines = [f"name{one},name{other},{units[one] @ units[other] + rng.normal() / 5 + 5:.5f}" for one, other in pairs]
    Path("pairs.csv").write_text("\n".join(lines))
    Path("analogies.txt").write_text(
        ": some\nname0 name1 name2 name3\nname4 name5 name6 name7\nname0 name1 name4 name5\n"
    )
    return model


def test_a_correlation_has_half_of_the_spread_of_the_variants_on_both_sides(sure: Model, w2v: W2v) -> None:
    figure = w2v("evaluate", "--set", "pairs.csv", "--variants", "--json").json[0]
    assert figure["measure"] == "spearman"
    lines = [line.split(",") for line in Path("pairs.csv").read_text().splitlines()]
    rows = np.array([[WORDS.index(one), WORDS.index(other)] for one, other, _ in lines])
    values = []
    for array in noisy(sure, 7, 0.4):
        units = array / np.linalg.norm(array, axis=1, keepdims=True)
        cosines = (units[rows[:, 0]] * units[rows[:, 1]]).sum(axis=1)
        values.append(spearmanr(cosines, [float(score) for *_, score in lines]).statistic)
    spread = spread_of(np.array(values))
    half = float(spread.high - spread.low) / 2
    assert figure["variants_low"] == pytest.approx(figure["value"] - half, abs=2e-3)
    assert figure["variants_high"] == pytest.approx(min(1, figure["value"] + half), abs=2e-3)


def test_all_else_is_as_without_the_option(sure: Model, w2v: W2v) -> None:
    arguments = ("evaluate", "--set", "pairs.csv", "--set", "analogies.txt", "--json", "-q")
    plain = w2v(*arguments).json
    found = w2v(*arguments, "--variants").json
    assert [list(row)[-2:] for row in found] == [COLUMNS] * len(found)
    assert [{name: value for name, value in row.items() if name not in COLUMNS} for row in found] == plain
    for row in found:
        least = 0 if row["measure"].startswith("3cos") else -1
        assert least <= row["variants_low"] <= row["value"] <= row["variants_high"] <= 1


def test_a_p_value_and_an_empty_section_have_no_interval(sure: Model, w2v: W2v) -> None:
    weat = [("target one", 0), ("target two", 4), ("attribute good", 8), ("attribute bad", 12)]
    Path("weat.txt").write_text(
        "\n".join(f": {name}\n" + "\n".join(f"name{at + other}" for other in range(4)) for name, at in weat)
    )
    Path("unknown.txt").write_text(": some\nname0 name1 name2 name3\n: x\na b c d\n")
    found = w2v("evaluate", "--set", "weat.txt", "--set", "unknown.txt", "--variants", "--json").json
    by_measure = {row["measure"]: row["variants_low"] for row in found}
    assert by_measure["p_two_sided"] is None
    assert by_measure["sc_weat_p"] is None
    assert by_measure["weat"] is not None
    [empty] = [row for row in found if row["section"] == "x" and row["measure"] == "3cosadd"]
    assert (empty["value"], empty["variants_low"]) == (None, None)


def test_the_eye_and_a_report_have_a_column_for_other_documents(sure: Model, w2v: W2v) -> None:
    arguments = ("evaluate", "--set", "analogies.txt", "--variants")
    wide = click.unstyle(on_a_terminal(*arguments, columns=120)).splitlines()[0]
    assert re.split("  +", wide.strip()) == ["covered", "value", "95 % interval", "other documents", "with query words"]
    assert "with query words" not in on_a_terminal(*arguments, columns=80)
    assert "with query words" in on_a_terminal(*arguments[:-1], columns=80)
    assert w2v(*arguments, "--report", "r.md", "-q").status == 0
    text = Path("r.md").read_text()
    assert "| section | measure | model | value | 95 % interval | covered | other documents |" in text
    assert "what a model of another corpus of the same kind would give" in text


def test_what_has_no_variants_or_is_compared_is_refused(sure: Model, w2v: W2v, make_model: MakeModel) -> None:
    other = make_model(WORDS, np.random.default_rng(1).normal(size=(30, 3)), name="other")
    run = w2v("evaluate", "other", "--set", "pairs.csv", "--variants")
    assert run.status == 1
    assert run.err == (
        f"Error: {other.path} has no variants, and none can be made: it is no word2vec model trained here\n"
    )
    run = w2v("evaluate", "toy", "other", "--set", "pairs.csv", "--variants")
    assert run.status == 2
    assert "variants are asked of one model alone; leave --variants out" in run.err
