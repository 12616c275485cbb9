"""Words on axes in the slices of a text: one that wanders from pole to pole, one that stays, and the formulas."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import W2v
from w2vcli.compare.slices import _in_order, place_on_axes
from w2vcli.views.slice_lines import SlicePoint, draw_slices

MEN, WOMEN = ([f"{kind}{letter}" for letter in "abcdefghijkl"] for kind in ("man", "woman"))
AXIS = "g=" + ",".join(f"man{letter}:woman{letter}" for letter in "abcd")
YEARS = range(1900, 1908)


def write_table(path: Path) -> None:
    """Write documents of eight years in which *wander* goes from men to women, *stay* is of both, *lady* of women."""
    rng = random.Random(1)
    rows = ["text,year"]
    for year in YEARS:
        for _ in range(60):
            lines = []
            for _ in range(12):
                of_women = rng.random() < 0.5
                words = rng.choices(WOMEN if of_women else MEN, k=5) + rng.choices([f"f{at}" for at in range(40)], k=3)
                chance = rng.random()
                if chance < 0.25 and (rng.random() < (year - 1900) / 7) == of_women:
                    words.append("wander")
                elif chance > 0.88:
                    words.append("stay")
                if of_women and rng.random() < 0.15:
                    words.append("lady")
                rng.shuffle(words)
                lines.append(" ".join(words))
            rows.append(f"{' . '.join(lines)},{year}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.fixture
def sliced(tmp_path: Path, w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_table(tmp_path / "t.csv")
    settings = "--vector-size 20 --min-count 3 --epochs 15 --sample 0 --workers 1 -q".split()
    assert w2v("train", "t.csv", "--column", "text", "-o", "m", *settings).status == 0


@pytest.mark.usefixtures("sliced")
def test_a_word_that_wanders_is_told_from_one_that_stays(w2v: W2v) -> None:
    asked = ["features", "wander", "stay", "lady", "rare", "--axis", AXIS, "--by", "year", "-m", "m"]
    found = w2v(*(word for word in asked if word != "rare"), "-o", "m.png", "--json")
    assert found.status == 0, found.err
    assert Path("m.png").stat().st_size > 1000
    places = {
        word: [row for row in found.json if row["word"] == word and row["axis"] == "g"]
        for word in ("wander", "stay", "lady")
    }
    for rows in places.values():
        assert [row["slice"] for row in rows] == [str(year) for year in YEARS]
        assert all(-1 <= row["low"] <= row["place"] <= row["high"] <= 1 for row in rows)
    first, last = places["wander"][0], places["wander"][-1]
    assert first["high"] < 0 < last["low"]
    assert np.corrcoef(range(8), [row["place"] for row in places["wander"]])[0, 1] > 0.85
    assert sum(row["low"] < 0 < row["high"] for row in places["stay"]) >= 7
    assert sum(row["low"] > 0 for row in places["lady"]) >= 7
    assert "not in the vocabulary, left out: rare" in w2v(*asked).err
    refused = w2v("features", "wander", "--axis", AXIS, "--by", "text", "-m", "m")
    assert refused.status == 1
    assert "2 to 100 can be slices" in refused.err
    assert "has no column decade" in w2v("features", "wander", "--axis", AXIS, "--by", "decade", "-m", "m").err


def test_a_place_is_the_cosine_of_the_moved_vector_less_the_length_by_chance() -> None:
    rng = np.random.default_rng(1)
    vector, axis = rng.normal(size=(2, 6))
    axis /= np.linalg.norm(axis)
    counts = np.ones(4000)
    side = np.repeat([0, 1], 2000)
    move = rng.normal(size=6)
    sums = rng.normal(size=(4000, 6)) * 8 + np.where(side == 0, 0.5, -0.5)[:, None] * move
    places, half = place_on_axes(sums, counts, side, vector, axis[None])
    true = vector + 0.5 * move
    assert places[0] == pytest.approx(true @ axis / np.linalg.norm(true), abs=float(half[0]))
    # The jackknife agrees with the spread over other draws.
    drawn = []
    for _ in range(200):
        other = rng.normal(size=(4000, 6)) * 8 + np.where(side == 0, 0.5, -0.5)[:, None] * move
        drawn.append(place_on_axes(other, counts, side, vector, axis[None])[0][0])
    assert np.mean(drawn) == pytest.approx(true @ axis / np.linalg.norm(true), abs=0.02)
    assert half[0] == pytest.approx(2.09 * np.std(drawn), rel=0.5)


def test_slices_are_in_the_order_of_their_numbers() -> None:
    assert _in_order({"10", "9", "8.5"}) == ["8.5", "9", "10"]
    assert _in_order({"b", "10", "9"}) == ["10", "9", "b"]


def test_a_line_has_a_gap_where_there_is_no_place() -> None:
    nan = float("nan")
    points = [SlicePoint(0.1, 0, 0.2), SlicePoint(nan, nan, nan), SlicePoint(0.3, 0.2, 0.4)]
    lines = {"소녀": points, "king": points}
    picture = draw_slices("toy", "year", ["1", "2", "10"], {"g": lines}, keeps_text=True)
    [axes] = picture.figure.axes
    x, y = axes.lines[0].get_data()
    assert np.isnan(np.asarray(y, dtype=float)[1])
    assert np.diff(np.asarray(x, dtype=float)) == pytest.approx([1, 8])
    assert axes.get_ylabel() == "g"
