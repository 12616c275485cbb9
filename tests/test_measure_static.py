"""Test sets put to static embeddings: words are what their tokenizer makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from tests.conftest import W2v
from tests.static_folders import model2vec_folder, random_vectors, word_pieces

PAIRS = [("girl", "castle"), ("unbelievable", "girl"), ("the", "Unbelievable"), ("castle", "the"), ("king", "queens")]


def test_pairs_of_words_of_several_tokens_are_answered_by_their_means(tmp_path: Path, w2v: W2v) -> None:
    tokenizer = word_pieces()
    vectors = random_vectors(tokenizer.get_vocab_size())
    folder = model2vec_folder(tmp_path / "m", {"embeddings": vectors}, tokenizer)
    assert w2v("load", folder).status == 0
    lines = [f"{one}\t{other}\t{score}" for score, (one, other) in enumerate([*PAIRS, ("girl", "소녀")])]
    Path("p.tsv").write_text("\n".join(lines), encoding="utf-8")
    run = w2v("evaluate", "--set", "p.tsv", "--resamples", 5, "--json")
    means = {
        word: vectors[tokenizer.encode(word, add_special_tokens=False).ids].astype(np.float64).mean(axis=0)
        for pair in PAIRS
        for word in pair
    }
    cosines = [
        means[one] @ means[other] / np.linalg.norm(means[one]) / np.linalg.norm(means[other]) for one, other in PAIRS
    ]
    [figure] = [row for row in run.json if row["measure"] == "spearman"]
    assert figure["value"] == pytest.approx(spearmanr(cosines, range(len(PAIRS))).statistic, abs=1e-6)
    assert (figure["covered"], figure["questions"]) == (5, 6)
    Path("a.txt").write_text(": s\nthe girl the unbelievable\n", encoding="utf-8")
    assert "several tokens (model2vec): unbelievable" in w2v("evaluate", "--set", "a.txt", "--resamples", 5).err
