"""What a model in Python tells of its text, its words as features and in pictures: the answers of the commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import w2vcli
from tests.conftest import W2v
from tests.gensim_oracle import QUICK_ENGINE
from w2vcli.errors import BadCorpus, BadExpression, BadSettings, MissingExtra, OutputExists

PEOPLE, FOOD = "king queen prince duke".split(), "apple pear bread soup".split()
# "light" is of people where the label is 0, and of food where it is 1.
ROWS = [
    {"text": f"the {one} saw the {two} light {(PEOPLE, FOOD)[kind][at % 4]} and the old {one} again", "label": label}
    for kind, label in ((0, "0"), (1, "1"))
    for at, (one, two) in enumerate(zip((PEOPLE, FOOD)[kind] * 30, (PEOPLE, FOOD)[kind][::-1] * 30, strict=True))
]
QUICKLY: Any = {"vector_size": 8, "epochs": 3, "workers": 1, "sample": 0, "min_count": 1, "engine": QUICK_ENGINE}


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8", newline="\n")
    return path


@pytest.fixture
def model(table: Path) -> w2vcli.Model:
    return w2vcli.train(table, column="text", output="rows", **QUICKLY)


def test_lines_are_those_of_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    found = model.lines("king", topn=4, seed=3)
    assert found.rows() == w2v("lines", "king", "-m", "rows", "-n4", "--seed", 3, "--json").json
    assert (len(found), found.occurrences, found.documents) == (4, 120, 60)
    assert " king " in repr(found)
    assert "<td" in found._repr_html_()
    assert model.lines("the", "old", topn=1).occurrences == 480 // 2


def test_reasons_are_those_of_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    found = model.why("king", "queen", contexts=3, lines=2)
    [same] = w2v("why", "king", "queen", "-m", "rows", "--contexts", 3, "--lines", 2, "--json").json
    assert found.similarity == pytest.approx(same["similarity"])
    assert [context.context for context in found.contexts] == [row["context"] for row in same["contexts"]]
    assert found.lines.rows() == same["lines"]
    assert repr(found).startswith("king and queen: similarity ")
    assert "<p>king and queen" in found._repr_html_()
    assert model.why("king", lines=0).word1 == "king"
    with pytest.raises(BadExpression, match="one word or two are explained, 3 given"):
        model.why("king", "queen", "prince")


def test_sides_are_compared_as_by_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    found = model.compare(by="label", topn=3, near=2, shuffles=100)
    assert found.rows() == w2v("compare", "rows", "--by", "label", "-n3", "--near", 2, "--shuffles", 100, "--json").json
    assert found.sides == ("0", "1")
    keys = model.keyness(by="label", topn=3)
    assert keys.rows() == w2v("compare", "rows", "--by", "label", "--keyness", "-n3", "--json").json
    with pytest.raises(BadSettings, match="name another model"):
        model.compare()
    with pytest.raises(BadCorpus, match="seen too seldom on a side to be compared: king"):
        model.compare("king", by="label", shuffles=100)


def test_other_measures_are_those_of_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    found = model.compare("light", "saw", by="label", measure=["regression"], shuffles=100)
    how = ("--by", "label", "light", "saw", "--measure", "regression", "--shuffles", 100, "--json")
    assert found.rows() == w2v("compare", "rows", *how).json
    assert found[:1].columns[6:9] == ["regression", "regression_p", "count_a"]
    assert found[:1].sides == ("0", "1")
    assert f"{found[0].others['regression']:.4f}" in repr(found)
    with pytest.raises(BadSettings, match=r"no measure procrustess: .* did you mean procrustes"):
        model.compare(by="label", measure="procrustess")  # type: ignore[arg-type]


@pytest.mark.filterwarnings("ignore:the axis kind depends on its pairs")
def test_what_stands_near_and_slices_are_those_of_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    near = model.collocations("light", by="label", topn=3)
    assert near.rows() == w2v("compare", "rows", "--by", "label", "--collocations", "light", "-n3", "--json").json
    pairs = [("king", "apple"), ("queen", "pear"), ("duke", "bread")]
    places = model.features("light", axes={"kind": pairs}, by="label")
    axis = f"kind={','.join(map(':'.join, pairs))}"
    assert places.rows() == w2v("features", "light", "-m", "rows", "--axis", axis, "--by", "label", "--json").json
    with pytest.raises(BadSettings, match="the axis kind is no list of pairs of words"):
        model.features("light", axes={"kind": ["ab"]})  # type: ignore[list-item]


def test_texts_have_the_vectors_of_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    texts = ["the king saw the queen", "old bread"]
    found = model.embed(text for text in texts)
    assert (found.shape, str(found.dtype)) == ((2, 8), "float32")
    rows = w2v("embed", *texts, "-m", "rows", "--json").json
    assert found.tolist() == [pytest.approx(row["vector"]) for row in rows]
    assert model.embed(texts[0]).tolist() == found[0].tolist()
    assert model.embed([]).shape == (0, 8)
    with pytest.warns(w2vcli.W2vWarning, match="1 texts have no word of the vocabulary"):
        assert not model.embed("xyzzy").any()
    with pytest.raises(TypeError, match="text 2 is no string, but int: 7"):
        model.embed(["the", 7])  # type: ignore[list-item]
    with pytest.raises(BadSettings, match="there are no weights tfidf: they are mean, sif, zipf"):
        model.embed("the", weights="tfidf")  # type: ignore[arg-type]


def test_text_that_has_moved_is_named(model: w2vcli.Model, table: Path, tmp_path: Path) -> None:
    moved = table.rename(tmp_path / "moved.jsonl")
    with pytest.raises(BadCorpus, match="not there any more"):
        model.lines("king", cache=False)
    assert model.lines("king", topn=1, text=moved, cache=False)[0].word == "king"
    assert model.lines("king", topn=1, text=[moved], cache=False)[0].word == "king"


def test_the_sentences_of_a_copy_are_beside_it() -> None:
    sentences = [row["text"].split() for row in ROWS]
    model = w2vcli.train(sentences, **QUICKLY).save("kept")
    found = model.lines("king", topn=1)
    assert found[0].file == str(model.path.with_suffix(".sentences.jsonl"))


@pytest.mark.filterwarnings("ignore:the axis kind depends on its pairs")
def test_variants_give_answers_intervals() -> None:
    pytest.importorskip("gensim")
    sentences = [row["text"].split() for row in ROWS]
    model = w2vcli.train(sentences, **QUICKLY)
    assert model.similar("king").columns == ["word", "similarity", "count"]
    found = model.stability(5, workers=1, topn=3)
    assert found[0].words > 0
    assert model.similar("king").columns == ["word", "similarity", "low", "high", "again", "count"]
    assert model.similar("king", variants=False).columns == ["word", "similarity", "count"]
    assert "5 variants" in repr(model)
    assert "±" in repr(model.features("king", axes={"kind": [("king", "apple"), ("queen", "pear")]}))


@pytest.mark.filterwarnings("ignore:the axis kind depends on its pairs")
def test_features_are_those_of_the_command(model: w2vcli.Model, w2v: W2v) -> None:
    axis = "kind=king:apple,queen:pear,duke:bread"
    found = model.features("prince", "soup", axes=axis)
    rows = w2v("features", "prince", "soup", "-m", "rows", "--axis", axis, "--intervals", "--json").json
    assert [(row.word, row.axis) for row in found] == [(row["word"], row["axis"]) for row in rows]
    assert [row.value for row in found] == pytest.approx([row["value"] for row in rows], abs=1e-6)
    pairs = {"kind": [("king", "apple"), ("queen", "pear"), ("duke", "bread")]}
    assert model.features("prince", "soup", axes=pairs) == found
    assert found.axes[0].pairs == 3
    assert repr(found).splitlines()[0].split() == ["word", "kind"]
    assert found._repr_html_().count("<tr>") == 3


@pytest.mark.filterwarnings("ignore:the axis kind depends on its pairs")
def test_features_become_a_frame_of_words_by_axes(model: w2vcli.Model) -> None:
    pytest.importorskip("pandas")
    frame = model.features("prince", "soup", axes="kind=king:apple,queen:pear,duke:bread").by_axis()
    assert frame.shape == (2, 1)
    assert list(frame.index) == ["prince", "soup"]


def test_a_picture_shows_itself_in_a_notebook_and_is_written(model: w2vcli.Model, tmp_path: Path) -> None:
    file = tmp_path / "words.png"
    picture = model.plot(*PEOPLE, *FOOD, method="pca", groups={"people": PEOPLE}, output=file)
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert picture._repr_png_() == file.read_bytes()
    data, shown = picture._repr_mimebundle_(include=None, exclude=None)
    assert (data["image/png"], shown["image/png"]["width"]) == (file.read_bytes(), 600)
    with pytest.raises(OutputExists):
        model.plot(*PEOPLE, method="pca", output=file)
    assert model.plot(*PEOPLE, heatmap=True)._repr_png_().startswith(b"\x89PNG")
    assert model.plot(around="king", topn=3, method="pca").caption
    model.plot(arrows=[("king", "queen"), ("apple", "pear")], method="pca", output=tmp_path / "words.svg")
    assert b"king" in (tmp_path / "words.svg").read_bytes()


def test_what_cannot_be_drawn_is_refused_before_all_work(model: w2vcli.Model, tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="name some words to draw"):
        model.plot()
    with pytest.raises(BadSettings, match="groups and clusters both colour"):
        model.plot("king", groups={"a": ["king"]}, clusters=2)
    with pytest.raises(BadSettings, match="there is no theme blue"):
        model.plot("king", theme="blue")
    with pytest.raises(BadSettings, match="a picture's name ends with"):
        model.plot("king", output=tmp_path / "words.gif")


def test_without_pandas_it_is_told_what_to_install(model: w2vcli.Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"w2vcli\[pandas\]"):
        model.similar("king").to_pandas()
