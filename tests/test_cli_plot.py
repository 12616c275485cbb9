from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import TOY, MakeModel, W2v
from tests.test_explorer_map import packed_in
from tests.test_models_variants import add_variants, noisy
from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model
from w2vcli.views import composition, pictures

pytestmark = pytest.mark.usefixtures("toy")


def page_of(name: str) -> Any:
    """Return what a page has packed."""
    return packed_in(Path(name).read_text(encoding="utf-8"))


def test_a_file_of_words_becomes_a_picture_of_its_name(w2v: W2v) -> None:
    Path("vocab.txt").write_text("\n".join(TOY))
    run = w2v("plot", "vocab.txt")
    assert run.status == 0
    assert Path("vocab.png").read_bytes().startswith(b"\x89PNG")
    assert dict(run.rows) == {
        "output": "vocab.png",
        "words": "8",
        "labels": "8",
        "method": "tsne",
        "library": "scikit-learn",
        "perplexity": "2",
        "seed": "1",
    }


@pytest.mark.parametrize("name", ["p.png", "p.svg", "p.pdf"])
def test_words_are_given_as_they_are(w2v: W2v, name: str) -> None:
    run = w2v("plot", "king", "queen", "man", "-o", name, "--method", "pca", "--json")
    [facts] = run.json
    assert sum(facts.pop("explained_variance")) == pytest.approx(1, abs=1e-3)
    assert facts == {
        "output": name,
        "words": 3,
        "labels": 3,
        "method": "pca",
        "library": "scikit-learn",
        "seed": 1,
    }
    assert Path(name).stat().st_size > 1000


def test_words_from_standard_input(w2v: W2v) -> None:
    assert w2v("plot", "-", "--method", "pca", "--json", stdin="king\nqueen\n").json[0]["words"] == 2
    assert Path("plot.png").exists()


def test_unknown_words_are_named_and_left_out(w2v: W2v) -> None:
    run = w2v("plot", "king", "xyzzy", "queen", "qqq", "man", "--json")
    assert run.json[0]["words"] == 3
    assert "Warning: not in the vocabulary, left out: xyzzy, qqq" in run.err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["king", "xyzzy"], 1, "at least two words are needed for such a picture, there is 1"),
        (["vocabb.txt"], 1, "vocabb.txt: no such file, and not in the vocabulary"),
        (
            ["king", "queen", "--perplexity", "1", "--method", "pca"],
            2,
            "--perplexity is t-SNE's, --method pca has",
        ),
        (["king", "queen", "--perplexity", "5"], 2, "--perplexity 5 must be"),
        (["king", "queen", "-o", "p.gif"], 2, "p.gif: a picture's name ends with"),
        (["king", "queen", "-o", "/proc/p.png"], 1, "/proc/"),
        (["king", "king", "king"], 1, "at least two words are needed for such a picture, there is 1"),
        (["xyzzy", "qqq"], 1, "at least two words are needed for such a picture, there are 0"),
        (["king", "queen", "--dimensions", "3"], 1, "at least three words are needed"),
        (["king", "queen", "--clusters", "3", "--method", "pca"], 2, "--clusters 3 is more than the number of words"),
        (["king", "--arrow", "man"], 2, "--arrow man: an arrow is FROM:TO, such as man:king"),
        (["--around", "kingg"], 3, "not in the vocabulary: kingg; did you mean king?"),
        (["--heatmap", "xyzzy"], 1, "there is no word to draw"),
        (["--heatmap", "king", "-o", "p.html"], 2, "p.html: a picture's name ends with .png, .svg, .pdf"),
        (["king", "queen", "-o", "p.html", "--show"], 2, "--show shows pictures"),
        ([], 2, "Missing argument"),
        (["--curve", "toy", "--show"], 2, "--curve draws trainings; leave --show out."),
        (
            ["king", "--curve", "toy", "--dimensions", "2"],
            2,
            "--curve draws trainings; leave VOCAB|WORD..., --dimensions out.",
        ),
        (
            ["--heatmap", "king", "queen", "--seed", "1", "--method", "tsne"],
            2,
            "--heatmap draws cosines; leave --method, --seed out.",
        ),
    ],
)
def test_what_cannot_be_drawn(w2v: W2v, arguments: list[str], status: int, message: str) -> None:
    run = w2v("plot", *arguments)
    assert run.status == status
    assert message in run.err.splitlines()[-1]
    assert run.out == ""
    assert not list(Path().iterdir())


def test_an_existing_picture_needs_force(w2v: W2v) -> None:
    Path("p.png").write_bytes(b"mine")
    assert w2v("plot", "king", "queen", "-o", "p.png").status == 5
    assert Path("p.png").read_bytes() == b"mine"
    assert w2v("plot", "king", "queen", "-o", "p.png", "--force").status == 0


def test_words_whose_vectors_are_no_numbers_are_named_and_left_out(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "nan", "b", "inf", "c"], [[1, 2], [np.nan, 0], [3, 1], [0, np.inf], [5, 5]])
    run = w2v("plot", "--top", 5, "--method", "pca", "--json")
    assert run.json[0]["words"] == 3
    assert "Warning: NaN or infinity in their vectors, left out: nan, inf" in run.err


def test_the_most_frequent_words(w2v: W2v) -> None:
    assert w2v("plot", "--top", 4, "--method", "pca", "--json").json[0]["words"] == 4
    assert w2v("plot", "--top", 100, "--method", "pca", "--json", "--force").json[0]["words"] == len(TOY)


def test_a_word_and_its_neighbours_and_two_of_them_as_groups(w2v: W2v) -> None:
    arguments = ("--method", "pca", "-n", 2, "--json", "--force")
    assert w2v("plot", "--around", "man", *arguments).json[0]["words"] == 3
    found = w2v("plot", "--around", "man", "--around", "apple", *arguments).json[0]
    assert (found["words"], found["groups"]) == (5, 2)  # man boy king apple orange


def test_groups_of_files_colour_the_words_or_choose_them(w2v: W2v) -> None:
    Path("people.txt").write_text("man\nking\nxyzzy\n")
    Path("more.tsv").write_text("apple\tfruit\nman\tfruit\n")
    groups = ("--group", "people.txt", "--group", "more.tsv", "--method", "pca", "--force", "--json")
    run = w2v("plot", *groups)
    assert (run.json[0]["words"], run.json[0]["groups"]) == (3, 2)
    assert "left out: xyzzy" in run.err
    assert "Warning: in more than one group, drawn in the first: man" in run.err
    assert w2v("plot", "man", "queen", "girl", *groups).json[0]["groups"] == 1
    run = w2v("plot", "man", "queen", "--group", "people.txt", "--clusters", 2)
    assert (run.status, "say one of them" in run.err) == (2, True)


def test_clusters(w2v: W2v) -> None:
    assert w2v("plot", *TOY, "--clusters", 3, "--method", "pca", "--json").json[0]["groups"] == 3


@pytest.mark.parametrize("arrow", ["man:king", "man→king"])
def test_arrows_bring_their_words_and_are_left_out_with_them(w2v: W2v, arrow: str) -> None:
    run = w2v("plot", "--arrow", arrow, "--arrow", "woman:xyzzy", "--method", "pca", "--json", "-o", "a.svg")
    assert run.json[0]["words"] == 3
    assert "left out: xyzzy" in run.err


@pytest.mark.parametrize("name", ["h.png", "h.svg"])
def test_a_heat_map_of_cosines(w2v: W2v, name: str) -> None:
    assert w2v("plot", "--heatmap", "king", "queen", "apple", "-o", name, "--json").json == [
        {"output": name, "words": 3}
    ]
    if name.endswith("svg"):
        assert all(f">{number}</text>" in Path(name).read_text() for number in ("1.00", "0.00"))


def test_the_lectures_style_colours_each_word(w2v: W2v) -> None:
    run = w2v("plot", *TOY, "--style", "lecture", "--seed", 42, "-o", "p.svg", "--json")
    assert (run.status, run.json[0]["labels"], run.json[0]["seed"]) == (0, 8, 42)
    colors = set(re.findall(r"fill: (#[0-9a-f]{6}); stroke: #", Path("p.svg").read_text()))
    assert len(colors) >= 8
    around = w2v("plot", "--around", "man", "--around", "apple", "-n", 2, "--style", "lecture", "--json")
    assert "groups" not in around.json[0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--clusters", 2],
            "--style lecture draws each word in a colour of its own, and nothing else; leave --clusters",
        ),
        (
            ["--axis", "royal"],
            "--style lecture draws each word in a colour of its own, and nothing else; leave --axis",
        ),
        (["--dimensions", 3], "leave --dimensions out"),
        (["--heatmap"], "--heatmap draws cosines; leave --style out"),
        (["-o", "p.html"], "p.html: a picture's name ends with .png, .svg, .pdf"),
    ],
)
def test_what_the_lectures_style_does_not_draw(w2v: W2v, arguments: list[object], message: str) -> None:
    run = w2v("plot", *TOY, "--style", "lecture", *arguments)
    assert (run.status, message in run.err) == (2, True)
    assert not list(Path().iterdir())


def test_no_screen(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.pyplot.get_backend", lambda: "agg")
    run = w2v("plot", "king", "queen", "--show")
    assert (run.status, "there is no screen" in run.err) == (1, True)


def test_a_screen(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[bool] = []
    monkeypatch.setattr(pictures, "require_screen", lambda: None)
    monkeypatch.setattr(pictures, "show", lambda: shown.append(True))
    assert w2v("plot", "king", "queen", "--show").status == 0
    assert shown == [True]
    assert not list(Path().iterdir())


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_fonts_are_asked_for_before_anything_is_projected(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_projection(*_: object, **__: object) -> None:
        raise BadSettings("projected")

    monkeypatch.setattr("w2vcli.views.composition.project", no_projection)
    Path("g.tsv").write_text("man\t사람\napple\t果物\n")
    run = w2v("plot", "--group", "g.tsv", "-o", "p.png")
    warning, error = run.err.splitlines()
    assert error == "Error: projected"
    assert warning.startswith(
        "Warning: names are drawn with escaped characters, since no installed font has Han (果物): "
    )
    assert "; nor Hangul (람사): pip install koreanize-matplotlib" in warning


@pytest.mark.usefixtures("only_matplotlibs_font")
@pytest.mark.parametrize("options", [("--method", "pca"), ("--heatmap",), ("--method", "pca", "--dimensions", "3")])
def test_a_picture_is_drawn_without_the_font_that_it_needs(
    w2v: W2v, make_model: MakeModel, options: tuple[str, ...]
) -> None:
    make_model(["소녀", "소년", "왕", "girl"], np.eye(4))
    run = w2v("plot", "소녀", "소년", "왕", "girl", "-o", "p.png", *options)
    assert (run.status, Path("p.png").exists()) == (0, True)
    assert [line for line in run.err.splitlines() if line.startswith("Warning: ") and "Hangul (녀년소왕): pip" in line]
    assert run.err.count("Hangul") == 1
    svg = w2v("plot", "소녀", "소년", "왕", "girl", "-o", "p.svg", *options)
    assert (svg.status, "Warning" in svg.err) == (0, False)
    assert all(f">{word}</text>" in Path("p.svg").read_text() for word in ["소녀", "소년", "왕", "girl"])


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_a_page_needs_no_font(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["소녀", "소년", "왕"], np.eye(3))
    run = w2v("plot", "소녀", "소년", "왕", "-o", "p.html", "--method", "pca")
    assert (run.status, "Warning" in run.err) == (0, False)
    assert page_of("p.html")["words"] == "소녀\n소년\n왕"


@pytest.mark.usefixtures("toy")
def test_a_word_with_a_dash_is_no_option(w2v: W2v) -> None:
    run = w2v("plot", "king", "queen", "man", "-man", "-o", "p.png", "--method", "pca")
    assert run.status == 0
    assert "not in the vocabulary, left out: -man" in run.err


@pytest.mark.usefixtures("toy")
def test_a_word_of_a_file_may_look_like_a_path(w2v: W2v) -> None:
    Path("words.txt").write_text("man\nwoman\n3.14\nking/queen\n")
    run = w2v("plot", "words.txt", "-o", "p.svg", "--method", "pca")
    assert run.status == 0
    assert "3.14" in run.err
    assert "no such file" in w2v("plot", "man", "wrods.txt", "-o", "q.svg").err


def test_words_of_a_model_with_variants_are_faded_unless_that_is_not_wanted(w2v: W2v, make_model: MakeModel) -> None:
    model = make_model([f"w{at}" for at in range(40)], np.random.default_rng(1).normal(size=(40, 5)))
    plot = ("plot", "--top", 9, "--method", "pca", "-q", "-o")
    assert w2v(*plot, "before.svg").status == 0
    assert w2v(*plot, "lecture.png", "--style", "lecture").status == 0
    add_variants(model, noisy(model, 5, 2))
    assert w2v(*plot, "plain.svg", "--no-variants").status == 0
    assert w2v(*plot, "faded.svg").status == 0
    assert w2v(*plot, "again.png", "--style", "lecture").status == 0
    assert Path("again.png").read_bytes() == Path("lecture.png").read_bytes()
    assert Path("plain.svg").read_bytes() == Path("before.svg").read_bytes()
    assert "faint: their nearest words seldom come again in 5 variants" in Path("faded.svg").read_text()
    assert "opacity: " in Path("faded.svg").read_text()
    assert w2v(*plot, "x.png", "--style", "lecture", "--no-variants").status == 2
    assert w2v(*plot, "page.html").status == 0
    assert page_of("page.html")["variants"] == 5


def test_too_many_words_are_not_faded_and_a_note_says_so(w2v: W2v, toy: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    add_variants(toy, noisy(toy, 5, 2))
    monkeypatch.setattr(composition, "_MOST_PRODUCTS", 7 * 5 * 8 * 3)
    run = w2v("plot", *TOY, "--method", "pca", "-o", "p.svg")
    assert "no word is faded: of more than 7 words, it would take long to see which come again\n" in run.err
    assert "faint" not in Path("p.svg").read_text()
    run = w2v("plot", *list(TOY)[:7], "--method", "pca", "-o", "q.svg")
    assert "comparing neighbours in variants: " in run.err
    assert "faint" in Path("q.svg").read_text()


def test_a_word_has_the_colour_of_a_side_if_it_is_there_for_other_documents_too(w2v: W2v, toy: Model) -> None:
    words = ("plot", "king", "queen", "apple", "--axis", "gender=man:woman,king:queen,boy:girl", "--method", "pca")
    before = w2v(*words, "-o", "p.svg").err
    add_variants(toy, noisy(toy, 5, 3))
    after = w2v(*words, "-o", "q.svg").err
    unsure = re.compile(r"(\d) on neither side for sure")
    assert int(unsure.findall(after)[0]) > int(unsure.findall(before)[0])
    assert unsure.findall(w2v(*words, "-o", "r.svg", "--no-variants").err) == unsure.findall(before)
