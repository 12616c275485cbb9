"""The halves on which intervals are measured share no document, no folder or no stretch, as was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.halves import split_in_halves
from benchmarks.tales import books, tales
from tests.test_training_variants import encoded
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.corpus.reading import Reading, read_corpus
from w2vcli.reporting import SILENT


def words_of(half: EncodedCorpus) -> set[str]:
    return {half.words[each] for each in np.unique(half.ids).tolist()}


@pytest.mark.parametrize(("apart", "groups"), [("folders", 4), ("documents", 60), ("parts", 60)])
def test_no_document_or_folder_lies_on_both_sides(tmp_path: Path, apart: str, groups: int) -> None:
    for number in range(60):
        file = tmp_path / "texts" / f"book{number % 4}" / f"{number:02}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"book{number % 4} tale{number} ends\nand tale{number} begins", encoding="utf-8")
    (tmp_path / "corpus").mkdir()
    corpus = read_corpus([str(tmp_path / "texts")], tmp_path / "corpus", Reading("whitespace"), SILENT)
    one, other = split_in_halves(corpus, tmp_path / "halves", 1, apart)
    both = words_of(one) & words_of(other) - {"ends", "and", "begins"}
    assert both == (set() if apart == "folders" else {f"book{number}" for number in range(4)})
    assert len(one.document_ends()) == len(other.document_ends()) == 30
    assert len(one.ids) + len(other.ids) == len(corpus.ids)
    names = "book" if apart == "folders" else "tale"
    assert len([word for word in words_of(one) if word.startswith(names)]) == groups // 2


def test_stretches_of_one_text_stay_whole(tmp_path: Path) -> None:
    corpus = encoded(tmp_path, " ".join(f"w{number}" for number in range(40_000)))
    one, other = split_in_halves(corpus, tmp_path / "halves", 1, "4")
    numbers = [sorted(int(word[1:]) for word in words_of(half)) for half in (one, other)]
    assert sorted(numbers[0] + numbers[1]) == list(range(40_000))
    cuts = [at for half in numbers for at in half if at + 1 not in half]
    assert all(min(abs(at + 1 - cut) for cut in range(0, 50_000, 10_000)) <= 500 for at in cuts)


def test_a_few_documents_stay_whole_though_their_blocks_are_weighted(tmp_path: Path) -> None:
    corpus = encoded(tmp_path, *(" ".join([f"book{number}"] * 1600) for number in range(6)))
    one, other = split_in_halves(corpus, tmp_path / "halves", 1, "documents")
    assert not words_of(one) & words_of(other)
    assert len(one.document_ends()) == len(other.document_ends()) == 3 * 4  # blocks of 500 tokens


def test_tales_begin_after_three_empty_lines_and_what_is_short_goes_to_the_next() -> None:
    long = "word " * 200
    text = f"THE BLUE FAIRY BOOK\n\n\n\n\nONE\n\n{long}\n\n\n\nTWO\n\n\n\n{long}\n\n\n\nTHE END\n\n  FAIRY TALES\n\n"
    text += f"By The Brothers Grimm\n\n{long}"
    (blue, of_blue), (grimm, of_grimm) = books(text)
    assert (blue, grimm) == ("blue", "grimm")
    one, two = tales(of_blue)
    assert one.split()[:5] == ["THE", "BLUE", "FAIRY", "BOOK", "ONE"]
    assert (two.split()[0], two.split()[-2:]) == ("TWO", ["THE", "END"])
    assert len(tales(of_grimm)) == 1
