"""The way over from gensim: the scripts of the page give the same answers, and each call has a line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT, W2v

PAGE = (ROOT / "docs" / "from-gensim.md").read_text(encoding="utf-8")
PAIRS = "word1\tword2\tscore\nking\tqueen\t9\nboy\tgirl\t8\napple\tmango\t7\nking\tapple\t1\nqueen\tmango\t2\n"
ANALOGIES = ": people\nboy king girl queen\ngirl queen boy king\nking queen boy girl\n: fruit\napple mango king queen\n"


def script(name: str) -> str:
    """Return the script of the page that begins with a comment of this name."""
    [found] = [
        code for code in re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S) if code.startswith(f"# {name}")
    ]
    return str(found)


@pytest.fixture
def corpus() -> Path:
    shutil.copy(ROOT / "data" / "english.txt", "corpus.txt")
    Path("pairs.tsv").write_text(PAIRS, encoding="utf-8", newline="\n")
    Path("analogies.txt").write_text(ANALOGIES, encoding="utf-8", newline="\n")
    return Path("corpus.txt")


@pytest.mark.usefixtures("corpus")
@pytest.mark.filterwarnings("ignore:.*left out by --sample")
def test_both_scripts_give_the_same_answers() -> None:
    pytest.importorskip("gensim")
    theirs: dict[str, Any] = {}
    ours: dict[str, Any] = {}
    exec(script("gensim"), theirs)  # noqa: S102 - the page is ours
    exec(script("w2v"), ours)  # noqa: S102
    assert ours["near"] == theirs["near"]
    assert (ours["answer"], ours["odd"]) == (theirs["answer"], theirs["odd"])
    assert ours["spearman"] == pytest.approx(theirs["spearman"].statistic)
    assert ours["accuracy"] == pytest.approx(theirs["accuracy"])
    np.testing.assert_array_equal(ours["vectors"], theirs["vectors"])


@pytest.mark.usefixtures("corpus")
def test_the_commands_of_the_page_run(w2v: W2v) -> None:
    """With fewer epochs; the answers are those of the functions, which other tests compare."""
    pytest.importorskip("gensim")
    part = PAGE[PAGE.index("And at the command line:") : PAGE.index("gensim goes on with its random numbers")]
    commands = re.findall(r"^    w2v (.+)$", part, re.M)
    assert len(commands) == 6
    for command in commands:
        done = w2v(*command.replace("--epochs 5", "--epochs 1 --engine gensim").split(), "-q")
        assert done.status == 0, done.err
    assert w2v("models").out.count("tales") == 2


def test_every_public_function_of_gensims_vectors_has_a_line() -> None:
    """Or it is one of those that change vectors in memory, for which `open_model` is named."""
    pytest.importorskip("gensim")
    from gensim.models import KeyedVectors, Word2Vec

    inner = {
        *("add_lifecycle_event", "allocate_vecattrs", "cosine_similarities", "estimate_memory", "get_index"),
        *("has_index_for", "intersect_word2vec_format", "key_to_index", "log_accuracy", "log_evaluate_word_pairs"),
        *("make_cum_table", "prepare_vocab", "prepare_weights", "reset_from", "resize_vectors", "scan_vocab"),
        *("seeded_vector", "update_weights", "vectors_for_all", "sort_by_descending_frequency", "set_vecattr"),
        *("get_latest_training_loss", "init_sims", "init_weights", "create_binary_tree", "add_null_word"),
        *("build_vocab_from_freq", "similar_by_key", "similarity_unseen_docs", "unit_normalize_all", "add_vectors"),
        *("get_normed_vectors", "get_vector", "get_mean_vector", "rank_by_centrality", "most_similar_to_given"),
        *("index2entity", "index2word", "wv", "vocab", "vectors_norm", "words_closer_than", "word_vec"),
    }
    public = {name for kind in (KeyedVectors, Word2Vec) for name in dir(kind) if not name.startswith("_")}
    missing = {name for name in public - inner if not re.search(rf"\b{name}\b", PAGE)}
    assert missing == set()
