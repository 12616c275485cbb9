"""Signs that are glued to words, on the command line, in a pipe and in the shell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import MakeModel, W2v
from tests.gensim_oracle import KeyedVectors
from w2vcli.errors import BadExpression
from w2vcli.models.directory import Model
from w2vcli.queries.expression import TypedPart, parse_expression, split_signs
from w2vcli.queries.signs import read_expression

ADVICE = "put blanks around + and -"


def quiet(_message: str) -> None:
    """Say nothing."""


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("glued", "spaced"),
    [
        ("boy queen -girl", "boy queen - girl"),
        ("king - man +woman", "king - man + woman"),
        ("king -man +woman", "king - man + woman"),
        ("king- man+ woman", "king - man + woman"),
        ("king-man+woman", "king - man + woman"),
        ("+king -man", "+ king - man"),
        ("-man +king", "- man + king"),
        ("king \N{EN DASH}man", "king - man"),
        ("king \N{MINUS SIGN} man +woman", "king - man + woman"),
        ("king\N{MINUS SIGN}man", "king - man"),
        ("king \N{EM DASH} man", "king - man"),
    ],
)
def test_a_glued_sign_is_the_sign_it_looks_like(w2v: W2v, glued: str, spaced: str) -> None:
    expected = w2v("analogy", *spaced.split())
    assert expected.status == 0
    for run in (
        w2v("analogy", *glued.split()),
        w2v("analogy", glued),
        w2v("analogy", "-m", "toy", *glued.split()),
        w2v("analogy", *glued.split(), "--model=toy"),
        w2v("analogy", "-n10", "--", *glued.split()),
        w2v("shell", stdin=glued),
    ):
        assert (run.status, run.out) == (0, expected.out)
    batch = w2v("analogy", "-", stdin=f"{glued}\n").rows
    assert [row[1:] for row in batch] == expected.rows


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("king -men", "-men is not in the vocabulary; put blanks around + and -; men: did you mean man?"),
        ("king-men", ADVICE),
        ("king --man", ADVICE),
        ("king - -man", "not an analogy"),
        ("-man", "not an analogy"),
        ("king -man woman", "woman follows -man without a sign"),
        ("king-man woman", "woman follows -man without a sign"),
        ("king -menglish", ADVICE),
    ],
)
def test_a_glued_sign_that_may_be_anything_is_refused(w2v: W2v, typed: str, said: str) -> None:
    for run in (w2v("analogy", "--", *typed.split()), w2v("analogy", "-", stdin=typed), w2v("shell", stdin=typed)):
        assert run.status in {1, 2}
        assert said in run.err
        assert run.out in {"", "query\tword\tsimilarity\n"}


def test_a_word_of_the_vocabulary_keeps_its_signs(w2v: W2v, make_model: MakeModel) -> None:
    words = ["well-known", "-1", "C++", "+", "king", "queen"]
    make_model(words, np.eye(6))
    for word in words[:3]:
        expected = w2v("similar", word).rows
        assert [row[0] for row in expected] == [other for other in words if other != word]
        for run in (w2v("analogy", word), w2v("shell", stdin=word), w2v("analogy", "king", "-", word, "+", "queen")):
            assert (run.status, run.err) == (0, "")
        assert w2v("analogy", word).rows == expected
    assert w2v("similar", "+").status == 0


def test_a_word_that_may_be_an_analogy_is_told(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["well-known", "well", "known", "-1", "1"], np.eye(5))
    run = w2v("analogy", "well-known")
    assert run.rows == w2v("similar", "well-known").rows
    assert run.err == "well-known is a word of the vocabulary; for well - known, put blanks around + and -\n"
    run = w2v("analogy", "well", "-1")
    assert (run.status, run.out) == (2, "")
    assert "write + -1 for the word, or put blanks" in run.err
    assert w2v("analogy", "well", "+", "-1").rows == w2v("similar", "well", "-1").rows
    assert w2v("analogy", "well", "-", "1").status == 0


def test_two_ways_to_cut_a_term_are_refused(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a-b", "a", "b", "c"], np.eye(4))
    run = w2v("analogy", "c+a-b")
    assert (run.status, run.out) == (2, "")
    assert "c + a - b or c + a-b" in run.err


def test_hangul_is_cut_at_signs_too(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["왕", "남자", "여자", "여왕"], [[1, 1], [1, 0], [-1, 0], [-1, 1]])
    expected = w2v("analogy", "왕", "-", "남자", "+", "여자")
    assert expected.rows[0][0] == "여왕"
    for typed in (["왕", "-남자", "+여자"], ["왕-남자+여자"], ["왕−남자+여자"]):
        assert w2v("analogy", *typed).out == expected.out


def test_a_tokenizer_does_not_take_the_sign_off(w2v: W2v) -> None:
    Path("t").write_text("the king and the queen saw a boy and a girl in new york city\n" * 30)
    train = ("--epochs", 1, "--vector-size", 4, "--workers", 1, "--sample", 0, "--no-held-out")
    assert w2v("train", "t", "-o", "m", *train).status == 0
    spaced = w2v("analogy", "boy", "queen", "-", "girl")
    assert w2v("shell", stdin="boy queen -girl").out == spaced.out
    assert w2v("shell", stdin="boy queen - girl").out == spaced.out
    assert w2v("analogy", "boy", "queen", "-girl").out == spaced.out
    for command in ("similar", "vector"):
        run = w2v(command, "-girl")
        assert (run.status, run.out) == (2, "")
        assert "w2v analogy" in run.err
    assert w2v("similarity", "boy", "-girl").status == 2
    assert w2v("odd", "boy", "king", "+girl").status == 2
    for arguments in (
        ["lookup", "-girl"],
        ["step", "boy", "-girl"],
        ["features", "-girl"],
        ["plot", "--around", "-girl"],
    ):
        run = w2v(arguments[0], *(["--"] if arguments[0] != "plot" else []), *arguments[1:])
        assert (run.status, run.out) == (3, ""), arguments
        assert "not in the vocabulary: -girl" in run.err
    assert w2v("similar", "king!").out == w2v("similar", "king").out


@pytest.mark.usefixtures("toy")
def test_where_a_sign_is_no_arithmetic_it_is_refused(w2v: W2v) -> None:
    for arguments in (["similar", "king", "-man"], ["similar", "-girl"], ["similar", "king", "-", "man"],
                      ["similarity", "king", "-man"], ["odd", "king", "man", "+woman"],
                      ["vector", "\N{MINUS SIGN}man"]):  # fmt: skip
        run = w2v(*arguments)
        assert (run.status, run.out) == (2, "")
        assert "is not in the vocabulary, and a sign means nothing here; leave it out, or ask w2v analogy" in run.err
    assert "a sign means nothing here" in w2v("shell", stdin=":similar king -man").err
    run = w2v("similar", "-", "-n", 1, stdin="king\n-girl\napple\n")
    assert [row[0] for row in run.rows] == ["king", "apple"]
    assert (run.status, run.err.count("line 2: -girl")) == (1, 1)


WORDS = ["king", "queen", "a-b", "C++", "-1", "a", "b", "1", "nobody", "소녀"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["+", "-", "\N{MINUS SIGN}", ""]), st.booleans(), st.sampled_from(WORDS), st.booleans()
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_glued_is_answered_as_with_blanks_or_refused(typed: list[tuple[str, bool, str, bool]]) -> None:
    model = _model()
    glued, spaced = "", []
    for sign, blank, word, before in typed:
        glued += (" " if before or not sign else "") + sign + (" " if blank and sign else "") + word
        spaced += [TypedPart("+" if sign == "+" else "-", is_sign=True)] * bool(sign) + [TypedPart(word)]
    notes: list[str] = []
    try:
        found = read_expression(glued.split(), model, notes.append)
    except BadExpression:
        return
    assert found == parse_expression(spaced) or any("is a word of the vocabulary" in note for note in notes)


_MODELS: list[Model] = []


def _model() -> Model:
    """Return one model for all examples."""
    if not _MODELS:
        from w2vcli.models.directory import new_model, open_model_directory
        from w2vcli.models.registry import path_for_new

        words = [word for word in WORDS if word != "nobody"]
        path = path_for_new(str(Path("signs.w2v").absolute()))
        with new_model(path, len(words)) as writer:
            writer.append(words, np.eye(len(words), dtype=np.float32), None)
            writer.finish(source={"kind": "test"})
        _MODELS.append(open_model_directory(path))
    return _MODELS[0]


def test_signs_with_blanks_are_parts() -> None:
    assert split_signs(["a", "+", "-b"]) == [TypedPart("a"), TypedPart("+", is_sign=True), TypedPart("-b")]


def test_weights_are_gensims(w2v: W2v, make_model: MakeModel) -> None:
    """gensim takes the weight of a word in ``negative`` as it is, so there it has its sign."""
    rng = np.random.default_rng(3)
    words = ["king", "man", "woman", *(f"w{number}" for number in range(40))]
    vectors = rng.normal(size=(len(words), 8)).astype(np.float32)
    make_model(words, vectors)
    keyed = KeyedVectors(8)
    keyed.add_vectors(words, vectors)
    theirs = keyed.most_similar(positive=[("king", 2.0), "woman"], negative=[("man", -0.5)], topn=9)
    for typed in ("king*2 - man*0.5 + woman", "king×2.0 woman -man*0.5", "king*2-man*0.5+woman"):
        for run in (w2v("analogy", *typed.split(), "-n9"), w2v("analogy", typed, "-n9")):
            assert [row[0] for row in run.rows] == [word for word, _ in theirs], run.err
            assert [float(row[1]) for row in run.rows] == pytest.approx([cosine for _, cosine in theirs], abs=1e-6)
    assert w2v("shell", "-n9", stdin="king*2 - man*0.5 + woman").out == w2v("analogy", typed, "-n9").out
    assert w2v("analogy", "king*1", "-", "man").out == w2v("analogy", "king", "-", "man").out
    assert w2v("analogy", "king*0", "woman").rows[0][1] != w2v("analogy", "king", "woman").rows[0][1]
    assert "3cosmul multiplies cosines" in w2v("analogy", "king*2", "woman", "--method", "3cosmul").err
    assert "not in the vocabulary: kingg; did you mean king?" in w2v("analogy", "kingg*2", "woman").err


def test_a_word_that_is_spelt_as_a_weight_is_the_word(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["king*2", "king", "king*2.0", "man"], np.eye(4) + 0.1)
    run = w2v("analogy", "king*2", "man")
    assert run.rows == w2v("similar", "king*2", "man").rows
    assert run.err == "king*2 is a word of the vocabulary; to weigh king, write king*2.00\n"
    assert [row[0] for row in w2v("analogy", "king*2.00", "-", "man").rows] == ["king*2", "king*2.0"]
    assert [row[0] for row in w2v("analogy", "king*2*3", "man").rows] == ["king", "king*2.0"]  # king*2 counts thrice


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("typed", ["king*", "king*-2", "*2", "king*x", "king*2e3", "king-*2"])
def test_what_is_no_weight_is_an_unknown_word(w2v: W2v, typed: str) -> None:
    run = w2v("analogy", typed, "man")
    assert run.status in {2, 3}
    assert run.out == ""


@pytest.mark.usefixtures("toy")
def test_a_weight_is_refused_where_nothing_is_added(w2v: W2v) -> None:
    for command in (["similar", "king*2", "man"], ["similarity", "king*2", "man"], ["odd", "king*2", "man", "boy"]):
        run = w2v(*command)
        assert (run.status, run.out) == (2, "")
        assert "king*2 is not in the vocabulary, and a weight means nothing here" in run.err
