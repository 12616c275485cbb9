"""Why words are near: contexts as brute force counts them, shares that sum up, and lines that show them."""

from __future__ import annotations

import re
from collections import Counter
from math import log, log2, sqrt
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import W2v
from w2vcli.cli.ask.why import _print as print_explanation
from w2vcli.evidence.context_counts import ContextCounter
from w2vcli.evidence.context_map import fit_map, sample_of, sum_of_contexts, unit_vectors
from w2vcli.evidence.reasons import Explanation, _choose
from w2vcli.evidence.shares import find_shares, make_side
from w2vcli.evidence.source import open_source
from w2vcli.explorer.answers import Answers
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import find_model
from w2vcli.reporting import SILENT

SIZES = ("--min-count", 2, "--epochs", 40, "--vector-size", 8, "--window", 3)
TRAINING = (*SIZES, "--workers", 1, "--line-breaks", "end", "-q")


@pytest.fixture
def royal(w2v: W2v) -> list[list[str]]:
    """Train the model ``m`` on twelve documents in which king and queen share contexts, and return its sentences."""
    rng = np.random.default_rng(1)
    words = {"king": "crown throne rule gold".split(), "queen": "crown throne rule silk".split()}
    words |= {"dog": "bark bone tail run".split(), "cat": "purr milk tail run".split()}
    others = [f"w{number}" for number in range(30)]
    Path("texts").mkdir()
    sentences = []
    for document in range(12):
        lines = []
        for _ in range(40):
            word = str(rng.choice([*words]))
            near = [*rng.choice(words[word], 2), *rng.choice(others, 3), word]
            lines.append([str(token) for token in rng.permutation(near)])
        sentences += lines
        Path("texts", f"{document:02}.txt").write_text(
            "".join(f"{' '.join(line)}\n" for line in lines), encoding="utf-8"
        )
    assert w2v("train", "texts", "-o", "m", *TRAINING).status == 0
    return sentences


def _around(sentences: list[list[str]], word: str, window: int = 3) -> list[tuple[str, int]]:
    """Return each word near a word, with its distance."""
    return [
        (other, abs(there - here))
        for sentence in sentences
        for here, token in enumerate(sentence)
        for there, other in enumerate(sentence)
        if token == word and 0 < abs(there - here) <= window
    ]


def test_contexts_and_their_weights_are_those_of_brute_force(royal: list[list[str]]) -> None:
    model = open_model_directory(find_model("m"))
    counts = Counter(token for sentence in royal for token in sentence)
    threshold = 1e-3 * sum(counts.values())
    keep = {word: min(1, (sqrt(count / threshold) + 1) * threshold / count) for word, count in counts.items()}
    with open_source(model, None, SILENT) as text:
        counter = ContextCounter(model, text)
        near = _around(royal, "king")
        found = counter.count(model.words.row("king") or 0)
        expected = Counter(word for word, _ in near)
        assert {model.words[row]: count for row, count in enumerate(found.counts.tolist()) if count} == expected
        for row, word in enumerate(model.words):
            weight = sum((4 - distance) / 3 * keep[word] for other, distance in near if other == word)
            assert found.weights[row] == pytest.approx(weight)
        strengths = counter.strengths(found.weights)
        total = sum((counts[word] * keep[word]) ** 0.75 for word in model.words)
        for row, word in enumerate(model.words):
            weight = float(found.weights[row])
            share = (counts[word] * keep[word]) ** 0.75 / total
            pmi = log(weight / found.weights.sum() / share) if weight else 0
            assert strengths[row] == pytest.approx(log(1 + weight) * max(pmi, 0))
        # In this small text, a sample has all places of all words.
        for row, sampled in counter.sample():
            if counts[model.words[row]] <= 300:
                np.testing.assert_allclose(sampled, counter.strengths(counter.count(row).weights))


def test_shares_sum_up_to_what_is_accounted_for(royal: list[list[str]]) -> None:
    model = open_model_directory(find_model("m"))
    with open_source(model, None, SILENT) as text:
        counter = ContextCounter(model, text)
        sample = sample_of(model, text, counter)
        rows = [model.words.row(word) or 0 for word in ("king", "queen")]
        one, two = (make_side(model, counter, [row], []) for row in rows)
        found = find_shares(model, sample, one, two)
        # The two words are left out of the fit, and their vectors are then those of the map.
        units = unit_vectors(model, np.arange(len(counter.ids)))
        kept = [at for at, row in enumerate(sample.rows.tolist()) if row not in rows]
        sums = sample.sums[kept].astype(float)
        gram = sums.T @ sums + 1e-3 * np.trace(sums.T @ sums) / 8 * np.eye(8)
        matrix = np.linalg.solve(gram, sums.T @ units[sample.rows[kept]])
        np.testing.assert_allclose(fit_map(model, sample, np.array(rows)), matrix)
        made = [sum_of_contexts(model, counter.strengths(counter.count(row).weights)) @ matrix for row in rows]
        cosine = units[rows[0]] @ units[rows[1]]
        assert found.similarity == pytest.approx(cosine)
        expected = (made[0] @ units[rows[1]] + made[1] @ units[rows[0]]) / 2 / cosine
        assert found.accounted == pytest.approx(expected)
        assert found.values.sum() == pytest.approx(expected)
        assert found.shared <= found.accounted + abs(found.values[found.values < 0].sum())


def test_the_contexts_of_two_words_are_those_that_both_have(w2v: W2v, royal: list[list[str]]) -> None:
    [found] = w2v("why", "king", "queen", "-m", "m", "--json").json
    assert (found["word1"], found["word2"]) == ("king", "queen")
    counts = Counter(token for sentence in royal for token in sentence)
    near = [Counter(word for word, _ in _around(royal, word)) for word in ("king", "queen")]
    assert (found["occurrences1"], found["occurrences2"]) == (counts["king"], counts["queen"])
    assert found["documents1"] == found["documents2"] == 12
    assert found["together"] == near[0]["queen"]
    assert {"crown", "throne", "rule"} <= {context["context"] for context in found["contexts"]}
    for context in found["contexts"]:
        word = context["context"]
        assert 0 < context["share"] < 1
        for number, of_word in enumerate(("king", "queen")):
            count = near[number][word]
            assert context[f"count{number + 1}"] == count
            chance = near[number].total() * counts[word] / sum(counts.values())
            assert context[f"pmi{number + 1}"] == pytest.approx(log2(count / chance))
            dice = 14 + log2(2 * count / (counts[of_word] + counts[word]))
            assert context[f"log_dice{number + 1}"] == pytest.approx(dice)


def test_lines_have_the_contexts_and_are_of_many_documents(w2v: W2v, royal: list[list[str]]) -> None:
    [found] = w2v("why", "king", "queen", "-m", "m", "--json", "--lines", 12, "--contexts", 99).json
    lines = found["lines"]
    contexts = {context["context"] for context in found["contexts"]}
    assert [line["word"] for line in lines] == ["king"] * 6 + ["queen"] * 6
    for some in (lines[:6], lines[6:]):
        assert len({line["file"] for line in some}) == 6
    for line in lines:
        whole = Path(line["file"]).read_text(encoding="utf-8").split("\n")[line["line"] - 1]
        assert line["word"] in whole.split()
        assert contexts & {*whole.split()}
    assert found["lines_together"] == []
    assert w2v("why", "king", "queen", "-m", "m", "--json", "--lines", 0).json[0]["lines"] == []


def test_lines_differ_in_documents_and_then_in_contexts() -> None:
    worth = np.array([3.0, 2.0, 0.5])
    windows = [[0, 1], [0, 1], [2], [0], [1, 2]]
    assert _choose(windows, np.array([1, 1, 1, 1, 1]), worth, 5) == [0, 1, 4, 3, 2]
    assert _choose(windows, np.array([1, 1, 2, 1, 1]), worth, 3) == [0, 2, 1]


def test_a_word_is_explained_with_its_nearest_neighbour(w2v: W2v, royal: list[list[str]]) -> None:
    [nearest, second] = [row[0] for row in w2v("similar", "king", "-m", "m", "-n", 2).rows]
    found = w2v("why", "king", "-m", "m", "-n", 2, "--json", "--lines", 0).json
    assert [(each["word1"], each["word2"]) for each in found] == [("king", nearest), ("king", second)]
    similarity = float(w2v("similarity", "king", nearest, "-m", "m").rows[0][-1])
    assert found[0]["similarity"] == pytest.approx(similarity, abs=1e-6)


def test_an_analogy_is_explained_with_its_answer(w2v: W2v, royal: list[list[str]]) -> None:
    asked = ("king", "-", "dog", "+", "cat")
    [answer] = w2v("analogy", *asked, "-m", "m", "-n", 1).rows
    [found] = w2v("why", *asked, "-m", "m", "--json", "--lines", 4).json
    assert (found["word1"], found["word2"]) == ("king - dog + cat", answer[0])
    assert found["similarity"] == pytest.approx(float(answer[1]), abs=1e-6)
    assert {line["word"] for line in found["lines"][:2]} <= {"king", "cat"}


def test_a_table_and_lines_are_printed_one_after_the_other(w2v: W2v, royal: list[list[str]]) -> None:
    run = w2v("why", "king", "queen", "-m", "m", "--contexts", 3, "--lines", 2)
    table, lines, *_ = run.out.split("\n\n")
    assert table.splitlines()[0].split("\t")[:6] == ["word1", "word2", "context", "share", "count1", "count2"]
    assert {line.rsplit("\t", 8)[0] for line in table.splitlines()[1:]} == {"king\tqueen"}
    assert len(table.splitlines()) == 4
    assert [line.split("\t")[3] for line in lines.splitlines()] == ["word", "king", "queen"]
    first, second = run.err.splitlines()[-2:]
    assert re.fullmatch(r"king and queen: similarity 0\.\d{3}; within one window: 0 times", first)
    assert re.fullmatch(r"contexts account for \d+% of the similarity, those of both for \d+%, .* \d+%", second)


def test_a_narrow_terminal_has_the_counts_alone(
    w2v: W2v, royal: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("W2V_FOR_THE_EYE", "1")
    for width in (40, 80):
        monkeypatch.setenv("COLUMNS", str(width))
        run = w2v("why", "king", "-n", 2, "-m", "m", "--contexts", 2, "--lines", 2)
        heads = [line for line in run.out.splitlines() if line.startswith("context")]
        assert ["pmi1" in head for head in heads] == [width == 80] * 2
        assert all(len(line) <= width for line in run.out.splitlines() if not line.startswith("/"))


def test_thin_evidence_and_questions_that_are_none_are_told(w2v: W2v, royal: list[list[str]]) -> None:
    with Path("texts/99.txt").open("w", encoding="utf-8") as file:
        file.write("crown unicorn throne\n" * 3)
    assert w2v("train", "texts", "-o", "m2", *TRAINING).status == 0
    run = w2v("why", "king", "unicorn", "-m", "m2")
    assert "thin evidence: unicorn comes 3 times in the text; documents with it: 1\n" in run.err
    run = w2v("why", "king", "queen", "dog", "-m", "m2")
    assert (run.status, run.err) == (2, "Error: one word or two are explained, 3 given: king queen dog\n")
    assert w2v("why", "kingg", "queen", "-m", "m2").err.startswith("Error: not in the vocabulary: kingg")
    Path("texts/99.txt").unlink()
    run = w2v("why", "king", "queen", "-m", "m2")
    assert (run.status, run.err.count("\n")) == (1, 1)
    assert run.err.endswith("99.txt is gone\n")


def test_a_model_of_few_words_cannot_tell(w2v: W2v) -> None:
    Path("t.txt").write_text("a king and a queen\n" * 30, encoding="utf-8")
    assert w2v("train", "t.txt", "-o", "few", *TRAINING).status == 0
    run = w2v("why", "king", "queen", "-m", "few")
    assert run.status == 1
    assert "has 4 words seen 20 times or more, too few to tell why words are near" in run.err


def test_vectors_that_were_loaded_have_no_reasons(w2v: W2v) -> None:
    Path("v.txt").write_text("2 2\nking 1 0\nqueen 0 1\n", encoding="utf-8")
    assert w2v("load", "v.txt", "-o", "v", "-q").status == 0
    for command in (("why", "king", "queen"), ("lines", "king")):
        run = w2v(*command, "-m", "v")
        assert (run.status, run.err.count("\n")) == (1, 1)
        assert "was not made by w2v train, so that nothing is known of its text" in run.err


def test_words_that_are_not_near_are_told(w2v: W2v, royal: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("w2vcli.cli.ask.why._NEAR", 0.999)  # in a corpus so small all words are near
    run = w2v("why", "king", "w3", "-m", "m")
    assert run.err.endswith("king and w3 are hardly near, so that shares of their similarity say little\n")


@pytest.mark.parametrize(("accounted", "is_said"), [(1.0, False), (1.004, False), (1.3, True)])
def test_shares_above_all_of_the_similarity_are_explained(
    accounted: float, is_said: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Explanation("king", "queen", 0.5, accounted, 0.9, 40, 40, 3, 3, 1, [], [], [])
    print_explanation(found, 0, 0)
    assert ("come to more than 100%" in capsys.readouterr().err) == is_said


@pytest.mark.usefixtures("royal")
def test_the_page_tells_what_the_command_tells(w2v: W2v) -> None:
    model = open_model_directory(find_model("m"))
    [told] = w2v("why", "king", "queen", "--contexts", 10, "--lines", 12, "--json").json
    answers = Answers(model)
    shown = answers.why(model.words.row("king") or 0, model.words.row("queen") or 0)
    answers.close()
    assert [each["context"] for each in shown["contexts"]] == [each["context"] for each in told["contexts"]]
    assert [each["share"] for each in shown["contexts"]] == [each["share"] for each in told["contexts"]]
    assert (shown["words"], shown["together"]) == (["king", "queen"], told["together"])
    assert [each["after"] for each in shown["lines"]] == [each["right"] for each in told["lines"]]
