"""The window as it moves, laid out for terminals of several widths, and the pairs as text."""

from __future__ import annotations

import json

import pytest

from w2vcli.corpus.reading import Reading
from w2vcli.errors import BadCorpus
from w2vcli.lessons.pairs import GivenText, PairSettings, open_pairs, pairs_as_json, pairs_as_tsv
from w2vcli.lessons.windows import lay_out_windows

CAT = GivenText("the cat sat")


def laid_out(text: str, width: int, *, sentences: int = 9, targets: int = 99) -> list[list[str]]:
    with open_pairs([GivenText(text)], PairSettings(1), Reading()) as pairs:
        [block] = pairs.blocks()
        found = lay_out_windows(block, pairs.words, sentences, targets, width, len)
        return [["".join(cell.text for cell in line.cells) + line.pairs for line in lines] for lines in found]


def test_a_line_has_the_sentence_with_its_brackets_and_the_pairs() -> None:
    assert laid_out("the cat sat", 80) == [
        [
            "[the](cat) sat   (the, cat)",
            "(the)[cat](sat)  (cat, the) (cat, sat)",
            " the (cat)[sat]  (sat, cat)",
        ]
    ]


def test_pairs_that_do_not_fit_go_on_below_and_a_long_sentence_is_cut() -> None:
    [lines] = laid_out(" ".join("abcdefgh"), 40)
    assert max(map(len, lines)) <= 40
    assert lines[0] == "[a](b) c …     (a, b)"
    assert lines[3] == "… (c)[d](e)…   (d, c) (d, e)"
    assert laid_out("cat dog hen", 20) == [
        ["[cat]…(cat, dog)", "… [dog]…(dog, cat)", "   (dog, hen)", "… [hen](hen, dog)"]
    ]


def test_no_more_sentences_and_targets_are_laid_out_than_asked_for() -> None:
    assert len(laid_out("a b\nc d\ne f", 80, sentences=2)) == 2
    assert [len(lines) for lines in laid_out("a b\nc d\ne f", 80, targets=3)] == [2, 1]


def test_pairs_as_text_are_the_same_in_both_forms() -> None:
    settings = PairSettings(1, negative=2)
    with open_pairs([CAT], settings, Reading()) as pairs:
        head, *rows = [line.split("\t") for line in "".join(pairs_as_tsv(pairs)).splitlines()]
    with open_pairs([CAT], settings, Reading()) as pairs:
        objects = json.loads("".join(pairs_as_json(pairs)))
        assert pairs.tally.as_row() == {"sentences": 1, "words": 3, "pairs": 4, "noise": len(rows) - 4}
    assert [list(map(str, found.values())) for found in objects] == rows
    assert (head, list(objects[0])) == (["target", "context", "label"],) * 2


def test_a_text_without_pairs_is_an_empty_list() -> None:
    with open_pairs([GivenText("cat")], PairSettings(1), Reading()) as pairs:
        assert "".join(pairs_as_json(pairs)) == "[]\n"


def test_an_error_calls_a_given_text_so() -> None:
    with pytest.raises(BadCorpus, match="the text"), open_pairs([GivenText("...")], PairSettings(1), Reading()):
        pass
