from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v
from tests.gensim_oracle import QUICK_ENGINE
from w2vcli.corpus.reading import Reading
from w2vcli.models.directory import new_model
from w2vcli.models.facts import read_facts
from w2vcli.models.records import TokenizerFacts
from w2vcli.models.registry import find_model, path_for_new
from w2vcli.reporting import SILENT
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.settings import Settings
from w2vcli.training.train import train_model

TRAIN = ("-o", "m", "--epochs", 1, "--vector-size", 4, "--workers", 1, "--sample", 0)


def test_a_question_is_lower_cased_where_the_text_was(w2v: W2v) -> None:
    Path("t").write_text("The King saw the Queen.\n" * 20)
    assert w2v("train", "t", *TRAIN, "--lowercase").status == 0
    assert w2v("similar", "KING").out == w2v("similar", "king").out
    assert w2v("train", "t", *TRAIN, "--force").status == 0
    assert w2v("similar", "KING").status == 3


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
    assert w2v("similar", "KING,").status == 3


def test_a_question_is_cut_by_the_rules_that_the_model_was_trained_by(w2v: W2v, make_model: MakeModel) -> None:
    Path("t").write_text("می\u200cخواهم کتاب\u200cها ex\xadample\n" * 20, encoding="utf-8")
    assert w2v("train", "t", *TRAIN).status == 0
    assert {row["word"] for row in w2v("similar", "کتاب\u200cها", "--json").json} == {"می\u200cخواهم", "example"}
    assert w2v("similar", "exam\xadple").out == w2v("similar", "example").out
    earlier = path_for_new("earlier")
    with new_model(earlier, 2, force=True) as writer:
        writer.append(["می", "خواهم", "ex", "ample"], np.eye(4, 2, dtype=np.float32) + 1)
        writer.finish(source={"kind": "test"}, tokenizer=TokenizerFacts("unicode", "x", lowercase=False))
    assert "cuts it into می and خواهم" in w2v("similar", "می\u200cخواهم", "-m", "earlier").err
    assert "cuts it into ex and ample" in w2v("similar", "ex\xadample", "-m", "earlier").err


def word_rules(name: str) -> int:
    tokenizer = read_facts(path_for_new(name)).tokenizer
    assert tokenizer is not None
    return tokenizer.word_rules


def test_a_training_goes_on_by_the_rules_that_it_began_with(w2v: W2v) -> None:
    Path("t").write_text("ex\xadample of text\n" * 20, encoding="utf-8")
    plan = TrainingPlan((str(Path("t").absolute()),), Reading(), Settings(vector_size=4, workers=1), QUICK_ENGINE)
    train_model(plan, path_for_new("m"), None, SILENT, force=False)
    assert word_rules("m") == 1
    run = w2v("train", "-o", "n", "--start-from", "m", "--epochs", 1)
    assert run.status == 0, run.err
    assert {row["word"] for row in w2v("similar", "of", "-m", "n", "--json").json} == {"ex", "ample", "text"}
    assert word_rules("n") == 1


@pytest.mark.parametrize("tokenizer", ["korean", "korean-tags"])
def test_a_word_of_the_vocabulary_is_not_cut(w2v: W2v, tokenizer: str) -> None:
    pytest.importorskip("kiwipiepy")
    from w2vcli.corpus.languages import korean_content

    word = "자연어"  # natural language: not in the dictionary
    assert len(korean_content()(word)) == 2
    # The vocabulary has it, since the text was cut otherwise; so has every question of it.
    Path("t").write_text("자연어 처리 는 자연어 를 읽는다\n" * 20, encoding="utf-8")
    assert w2v("train", "t", *TRAIN, "--tokenizer", "whitespace").status == 0
    facts = find_model("m") / "model.json"
    found = json.loads(facts.read_text(encoding="utf-8"))
    found["tokenizer"]["tokenizer"] = tokenizer
    facts.write_text(json.dumps(found), encoding="utf-8")
    facts.with_name("model.json.sha256").unlink()
    for arguments in (["similar", word], ["vector", word], ["analogy", word, "-", "처리"], ["similar", "-"]):
        assert w2v(*arguments, stdin=f"{word}\n").status == 0
    assert "cuts it into" in w2v("similar", f"{word}는").err


def test_a_word_with_one_part_of_speech_needs_none(make_model: MakeModel, w2v: W2v) -> None:
    pytest.importorskip("kiwipiepy")
    model = make_model(["자연어/NNG", "이/NP", "이/MM", "처리/NNG"], [[1, 2], [2, 1], [1, 1], [1, 3]])
    facts = json.loads((model.path / "model.json").read_text())
    facts["tokenizer"] = {"tokenizer": "korean-tags", "lowercase": False}
    (model.path / "model.json").write_text(json.dumps(facts))
    assert w2v("similar", "자연어").out == w2v("similar", "자연어/NNG").out
