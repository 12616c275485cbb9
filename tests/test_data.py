"""The corpora in data/: the lecture's answers come out of real training."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, W2v, require
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.views.projection import project
from w2vcli.views.selection import read_words, select

DATA = ROOT / "data"


def test_the_files_are_what_the_script_makes() -> None:
    done = subprocess.run(
        [sys.executable, DATA / "make_corpus.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture(params=["english", "korean"])
def language(request: pytest.FixtureRequest, w2v: W2v) -> str:
    name: str = request.param
    assert w2v("train", DATA / f"{name}.txt", "--workers", 1).status == 0
    return name


def test_the_answers_of_the_lecture(w2v: W2v, language: str) -> None:
    words = {
        "english": "boy girl man woman king queen banana apple mango".split(),
        "korean": "소년 소녀 남자 여자 왕 왕비 바나나 사과 망고".split(),
    }
    boy, girl, man, woman, king, queen, banana, apple, mango = words[language]

    def answers(*question: object) -> list[str]:
        return [row[0] for row in w2v(*question).rows]

    assert answers("analogy", boy, queen, "-", girl)[0] == king
    assert answers("analogy", king, woman, "-", man)[0] == queen
    assert answers("analogy", boy, queen, "-", girl, "--method", "3cosmul")[0] == king
    assert boy in answers("similar", girl, "-n", 5)
    assert queen in answers("similar", king, "-n", 5)
    assert answers("odd", banana, apple, king, mango)[0] == king

    orange = {"english": "orange", "korean": "오렌지"}[language]
    features = w2v("features", man, woman, king, queen, apple, orange, "--json").json
    gender, royal, food = ([row[name] for row in features] for name in ("gender", "royal", "food"))
    assert max(gender[0], gender[2]) < min(gender[4:]) <= max(gender[4:]) < min(gender[1], gender[3])
    assert min(royal[2:4]) > max(royal[:2] + royal[4:])
    assert min(food[4:]) > max(food[:4])

    vocabulary = read_words(DATA / ("vocab.txt" if language == "english" else "vocab.ko.txt"))
    model = open_model_directory(find_model())
    selection = select(model, vocabulary)
    assert (len(selection.words), selection.unknown) == (12, [])
    points = project(model.vectors[selection.rows], "tsne", seed=42).points
    people = [vocabulary.index(word) for word in (boy, girl, man, woman, king, queen)]
    fruit = [row for row in range(12) if row not in people]
    nearest_stranger = min(np.linalg.norm(points[a] - points[b]) for a, b in product(people, fruit))
    for group in (people, fruit):
        for one in group:
            assert min(np.linalg.norm(points[one] - points[two]) for two in group if two != one) < nearest_stranger


def test_raw_korean_answers_as_the_pre_tokenised_does(w2v: W2v) -> None:
    require("kiwipiepy")
    assert w2v("train", DATA / "korean-raw.txt", "--tokenizer", "korean", "--workers", 1).status == 0
    assert w2v("analogy", "소년", "왕비", "-", "소녀").rows[0][0] == "왕"
    assert w2v("analogy", "왕", "여자", "-", "남자").rows[0][0] == "왕비"
    assert "소년" in [row[0] for row in w2v("similar", "소녀", "-n", 5).rows]


def test_raw_korean_is_the_pre_tokenised_without_some_blanks() -> None:
    raw, cut = ((DATA / name).read_text(encoding="utf-8") for name in ("korean-raw.txt", "korean.txt"))
    assert raw.replace(" ", "") == cut.replace(" ", "")
    assert not re.search(r" (?:이다|이라서|이었다|이지만)[ .]", raw)
    assert raw.startswith("숲에 바람이 불고 천둥 소리가 들렸다.\n")


def test_the_vocabularies_are_the_lecture_s(tmp_path: Path) -> None:
    assert read_words(DATA / "vocab.txt") == (
        "boy girl man woman king queen banana apple mango fruit coconut orange".split()
    )
    assert len(read_words(DATA / "vocab.ko.txt")) == 12
