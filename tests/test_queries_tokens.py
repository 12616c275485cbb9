from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeModel, W2v

TRAIN = ("-o", "m", "--epochs", 1, "--vector-size", 4, "--workers", 1, "--sample", 0)


def test_a_question_is_lower_cased_where_the_text_was(w2v: W2v) -> None:
    Path("t").write_text("The King saw the Queen.\n" * 20)
    assert w2v("train", "t", *TRAIN, "--lowercase").status == 0
    assert w2v("similar", "KING").out == w2v("similar", "king").out
    assert w2v("train", "t", *TRAIN, "--force").status == 0
    assert w2v("similar", "KING").status == 1


def test_a_question_has_its_phrases_joined(w2v: W2v) -> None:
    Path("t").write_text("we live in new york city\nnew york is here\na new day in a city\n" * 30)
    assert w2v("train", "t", *TRAIN, "--phrases", "npmi", "--phrase-threshold", "0.6").status == 0
    assert w2v("similar", "new york").out == w2v("similar", "new_york").out
    assert "the model's tokenizer cuts it into day and city" in w2v("similar", "day city").err


def test_korean_particles_are_left_out_of_a_question(w2v: W2v) -> None:
    pytest.importorskip("kiwipiepy")
    Path("t").write_text("소녀가 사과를 먹는다.\n배우는 영화를 좋아한다.\n" * 20, encoding="utf-8")
    assert w2v("train", "t", *TRAIN, "--tokenizer", "korean").status == 0
    assert w2v("similar", "소녀를").out == w2v("similar", "소녀").out
    assert w2v("similar", "먹었습니다").out == w2v("similar", "먹다").out
    assert w2v("analogy", "소녀는", "영화에", "-", "배우도").status == 0


def test_a_model_whose_tokenizer_is_not_known_is_asked_as_it_is(make_model: MakeModel, w2v: W2v) -> None:
    make_model(["king", "queen"], [[1, 2], [1, 3]])
    assert w2v("similar", "KING,").status == 1
