"""`w2v evaluate` beside gensim's `evaluate_word_analogies`, on questions-words and a large vocabulary.

Makes vectors of 300 values in which analogies come out in part, for the words of questions-words and many
others. Both answer all questions over the whole vocabulary, with case kept; whole processes in turns, from files
in the page cache, without loading into w2v and gensim's own format. Prints what docs/evaluate.md says.

    python -m benchmarks.evaluation
    python -m benchmarks.evaluation --words 3000000 --pairs 0
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.processes import measure
from benchmarks.questions import GENSIM_SAVE, VECTOR_SIZE, Float32s, write_binary
from w2vcli.measure.sets import read_set

GENSIM_EVALUATE = """
import json, sys
from gensim.models import KeyedVectors
from gensim.test.utils import datapath
keyed = KeyedVectors.load(sys.argv[1], mmap="r")
score, sections = keyed.evaluate_word_analogies(
    datapath("questions-words.txt"), restrict_vocab=len(keyed), case_insensitive=False)
json.dump({section["section"]: len(section["correct"]) for section in sections}, open(sys.argv[2], "w"))
"""


def vectors_with_analogies() -> dict[str, Float32s]:
    """Return vectors for questions-words: the second word of a pair is the first, moved as all in its section."""
    rng = np.random.default_rng(2)
    vectors: dict[str, Float32s] = {}
    moves: dict[str, Float32s] = {}
    for item in read_set("questions-words").items:
        move = moves.setdefault(item.section, rng.standard_normal(VECTOR_SIZE, dtype=np.float32))
        for one, other in (item.words[:2], item.words[2:]):
            start = vectors.setdefault(one, rng.standard_normal(VECTOR_SIZE, dtype=np.float32))
            noise = rng.standard_normal(VECTOR_SIZE, dtype=np.float32)
            vectors.setdefault(other, (start + move + noise) * np.float32(0.5))
    return vectors


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure w2v evaluate beside gensim.")
    parser.add_argument("--words", type=int, default=300_000)
    parser.add_argument("--pairs", type=int, default=2, help="turns with gensim, which takes minutes; 0: w2v alone")
    parser.add_argument("--folder", type=Path, help="where the files are made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        os.environ["W2V_HOME"] = name
        binary, saved = folder / "big.bin", folder / "big.kv"
        named = vectors_with_analogies()
        write_binary(binary, options.words - len(named), named)
        w2v = [sys.executable, "-m", "w2vcli"]
        measure(*w2v, "load", str(binary), "-o", "big")
        if options.pairs:
            measure(sys.executable, "-c", GENSIM_SAVE, str(binary), str(saved))
        evaluate = [*w2v, "evaluate", "--set", "questions-words", "--json", "-q"]
        ours, theirs = folder / "ours.json", folder / "theirs.json"
        measure(*evaluate, stdout=ours)
        rows = {row["section"]: row["correct"] for row in json.loads(ours.read_text()) if row["measure"] == "3cosadd"}
        sys.stdout.write(f"{options.words:,} x {VECTOR_SIZE}: {rows['total']:,} right\n")
        for method in (["--method", "3cosadd"], ["--method", "3cosadd", "--method", "3cosmul"]):
            cost = measure(*evaluate, *method)
            sys.stdout.write(f"w2v {' '.join(method)}: {cost.seconds:.1f} s, {cost.private:,.0f} MB private\n")
        for _ in range(options.pairs):
            cost = measure(*evaluate)
            gensim = measure(sys.executable, "-c", GENSIM_EVALUATE, str(saved), str(theirs))
            same = {name: rows.get(name) for name in json.loads(theirs.read_text())}
            same["Total accuracy"] = rows["total"]
            sys.stdout.write(
                f"w2v {cost.seconds:.1f} s, {cost.private:,.0f} MB private; "
                f"gensim {gensim.seconds:.1f} s, {gensim.private:,.0f} MB private; "
                f"{gensim.seconds / cost.seconds:.0f} times; the same: {same == json.loads(theirs.read_text())}\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
