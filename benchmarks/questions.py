"""Questions to a large model, and loading it: whole processes of w2v beside whole processes of gensim.

Makes a file of the size of GoogleNews' (3,000,000 x 300, values that are exact in bfloat16, vectors in
clusters, unique words of natural lengths), loads it with both, and measures in turns, A B A B: one
question with everything in the page cache, one question from the disk, loading, thousands of questions.
Both are asked the same questions, and their answers are compared. Prints a section of docs/measurements.md.

    python -m benchmarks.questions
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.processes import Cost, Row, drop_page_cache, in_turns, measure, read_through, table

Float32s = npt.NDArray[np.float32]

VECTOR_SIZE = 300
_WORDS_A_CLUSTER = 150
_BLOCK = 10_000
# Questions in one run of gensim's loop: enough to be a minute.
_IN_THE_LOOP = 300
_SYLLABLES = [c + v for c in ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "st", "ch") for v in "aeiou"]

GENSIM_BINARY = """
import sys
from gensim.models import KeyedVectors
print(KeyedVectors.load_word2vec_format(sys.argv[1], binary=True).most_similar(sys.argv[2]))
"""
GENSIM_MAPPED = """
import sys
from gensim.models import KeyedVectors
print(KeyedVectors.load(sys.argv[1], mmap="r").most_similar(sys.argv[2]))
"""
GENSIM_SAVE = """
import sys
from gensim.models import KeyedVectors
KeyedVectors.load_word2vec_format(sys.argv[1], binary=True).save(sys.argv[2])
"""
# Writes the seconds that the questions alone took, and all answers.
GENSIM_LOOP = """
import json, sys, time
from gensim.models import KeyedVectors
keyed = KeyedVectors.load(sys.argv[1], mmap="r")
keyed.fill_norms()
questions = json.load(open(sys.argv[2]))
keyed.most_similar(questions[0]["positive"], questions[0]["negative"])
started = time.perf_counter()
answers = [keyed.most_similar(q["positive"], q["negative"]) for q in questions]
seconds = time.perf_counter() - started
json.dump({"seconds": seconds, "answers": answers}, open(sys.argv[3], "w"), default=float)
"""


class Question(NamedTuple):
    """Words to be added and words to be subtracted."""

    positive: list[str]
    negative: list[str]

    def line(self) -> str:
        """Return the question as it is typed for ``w2v analogy``."""
        return " + ".join(self.positive) + "".join(f" - {word}" for word in self.negative)


def word_of(number: int) -> str:
    """Return a word of its own for each number: two syllables or more, a consonant at times, at times a phrase."""
    scrambled = number * 7919 % 15_485_863  # a prime above all numbers asked, so that words stay unique
    syllables: list[str] = []
    while scrambled or len(syllables) < 2:
        scrambled, at = divmod(scrambled, len(_SYLLABLES))
        syllables.append(_SYLLABLES[at])
    word = "".join(syllables)
    return f"{word[:4]}_{word[4:]}ing" if number % 3 == 0 else word


def write_binary(path: Path, words: int, first: Mapping[str, Float32s] | None = None) -> None:
    """Write clustered vectors in word2vec's binary format, as Google's file is. Some rows are the same: ties.

    The words ``first`` come before them.
    """
    named = first or {}
    rng = np.random.default_rng(0)
    centres = rng.standard_normal((max(2, words // _WORDS_A_CLUSTER), VECTOR_SIZE), dtype=np.float32)
    with open(path, "wb") as file:
        file.write(b"%d %d\n" % (words + len(named), VECTOR_SIZE))
        for name, vector in named.items():
            file.write(name.encode() + b" " + vector.tobytes())
        for start in range(0, words, _BLOCK):
            count = min(_BLOCK, words - start)
            noise = rng.standard_normal((count, VECTOR_SIZE), dtype=np.float32)
            vectors = (centres[rng.integers(len(centres), size=count)] * np.float32(0.7) + noise) * np.float32(0.1)
            vectors[count // 2 : count // 2 + count // 100] = vectors[: count // 100]
            exact = (vectors.view(np.uint32) & 0xFFFF0000).view(np.float32)
            new = (word_of(start + at) for at in range(count))
            names = [f"{name}_" if name in named else name for name in new]
            file.write(b"".join(b"%s %s" % (name.encode(), exact[at].tobytes()) for at, name in enumerate(names)))


def make_questions(words: int, count: int) -> list[Question]:
    """Return random questions: half of them one word, the others several and analogies."""
    rng = np.random.default_rng(1)
    questions = []
    for at in range(count):
        positive = 1 if at % 2 == 0 else int(rng.integers(1, 4))
        negative = 0 if at % 2 == 0 else int(rng.integers(0, 2))
        chosen = rng.choice(words, size=positive + negative, replace=False).tolist()
        names = [word_of(number) for number in chosen]
        questions.append(Question(names[:positive], names[positive:]))
    return questions


class Agreement(NamedTuple):
    """How the answers to the same questions compare.

    ``same`` counts questions with the same words in the same order, ``ties`` those that differ only among
    equal similarities; ``largest`` is the largest difference of a similarity.
    """

    questions: int
    same: int
    ties: int
    largest: float


def compare_answers(ours: list[list[tuple[str, float]]], theirs: list[list[tuple[str, float]]]) -> Agreement:
    """Compare answers; two words may change places only if their similarities are the same to 1e-6."""
    same = ties = 0
    largest = 0.0
    for one, other in zip(ours, theirs, strict=True):
        differences = [abs(a[1] - b[1]) for a, b in zip(one, other, strict=True)]
        largest = max(largest, *differences)
        if [word for word, _ in one] == [word for word, _ in other]:
            same += 1
        elif max(differences) < 1e-6:
            ties += 1
    return Agreement(len(ours), same, ties, largest)


class Bench:
    """The files of a run, and the commands that are measured."""

    def __init__(self, folder: Path, words: int) -> None:
        self.folder = folder
        self.words = words
        self.binary = folder / "big.bin"
        self.saved = folder / "big.kv"
        self.word = word_of(words // 3)
        self.python = sys.executable
        os.environ["W2V_HOME"] = str(folder)

    def w2v(self, *arguments: str) -> list[str]:
        """Return a command of w2v."""
        return [self.python, "-m", "w2vcli", *arguments]

    def question(self, *, slow: bool) -> dict[str, list[str]]:
        """Return what is asked of each; ``slow`` adds gensim's reading of the binary file."""
        commands = {
            "`w2v similar WORD`": self.w2v("similar", self.word),
            "`python -c 'import numpy'`": [self.python, "-c", "import numpy"],
            "gensim, its own mapped file": [self.python, "-c", GENSIM_MAPPED, str(self.saved), self.word],
        }
        if slow:
            commands["gensim, word2vec binary"] = [self.python, "-c", GENSIM_BINARY, str(self.binary), self.word]
        return commands

    def files(self) -> list[Path]:
        """Return all files that a process may read."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    def load(self, pairs: int) -> list[Row]:
        """Measure loading."""
        return in_turns(
            {
                "`w2v load big.bin`": self.w2v("load", str(self.binary), "-o", "big", "--force", "-q"),
                "gensim load and save": [self.python, "-c", GENSIM_SAVE, str(self.binary), str(self.saved)],
            },
            pairs,
            lambda: read_through(self.binary),
        )

    def load_gzip(self, pairs: int) -> list[Row]:
        """Measure loading a compressed file."""
        with open(f"{self.binary}.gz", "wb") as packed:
            subprocess.run(["gzip", "-c", str(self.binary)], stdout=packed, check=True)
        packed_file = Path(f"{self.binary}.gz")
        rows = in_turns(
            {
                "`gzip -dc big.bin.gz`": ["gzip", "-dc", str(packed_file)],
                "`w2v load big.bin.gz`": self.w2v("load", str(packed_file), "-o", "packed", "--force", "-q"),
            },
            pairs,
            lambda: read_through(packed_file),
        )
        packed_file.unlink()
        return rows

    def many(self, asked: int, pairs: int) -> list[tuple[Cost, float]]:
        """Ask many questions of w2v, and a part of them of gensim in a loop, in turns.

        Return for each pair the cost of w2v's process, and the seconds of a question in gensim's loop.
        """
        questions = make_questions(self.words, asked)
        lines = self._lines(questions)
        found = []
        for _ in range(pairs):
            ours = measure(*self.w2v("analogy", "-"), stdin=lines)
            seconds, _answers = self._gensim_loop(questions[:_IN_THE_LOOP])
            found.append((ours, seconds / _IN_THE_LOOP))
        return found

    def agreement(self, compared: int) -> Agreement:
        """Put the same questions to both, and compare the answers."""
        questions = make_questions(self.words, compared)
        found = self.folder / "ours.json"
        measure(*self.w2v("analogy", "-", "--json"), stdin=self._lines(questions), stdout=found)
        ours: dict[str, list[tuple[str, float]]] = {}
        for row in json.loads(found.read_text()):
            ours.setdefault(row["query"], []).append((row["word"], row["similarity"]))
        return compare_answers([ours[question.line()] for question in questions], self._gensim_loop(questions)[1])

    def _lines(self, questions: list[Question]) -> Path:
        path = self.folder / "questions.txt"
        path.write_text("".join(f"{question.line()}\n" for question in questions))
        return path

    def _gensim_loop(self, questions: list[Question]) -> tuple[float, list[list[tuple[str, float]]]]:
        asked, answered = self.folder / "questions.json", self.folder / "theirs.json"
        asked.write_text(json.dumps([question._asdict() for question in questions]))
        measure(self.python, "-c", GENSIM_LOOP, str(self.saved), str(asked), str(answered))
        theirs = json.loads(answered.read_text())
        return theirs["seconds"], theirs["answers"]


def main() -> None:
    """Measure, and print the section."""
    parser = argparse.ArgumentParser(description="Measure questions and loading beside gensim.")
    parser.add_argument("--words", type=int, default=3_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--slow-pairs", type=int, default=2, help="pairs with processes that take a minute")
    parser.add_argument("--asked", type=int, default=10_000, help="questions in one run of w2v")
    parser.add_argument("--compared", type=int, default=1_000, help="questions asked of both")
    parser.add_argument("--folder", type=Path, help="where the files are made; 12 GB for three million words")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        bench = Bench(Path(folder), options.words)
        write_binary(bench.binary, options.words)
        loading = bench.load(options.slow_pairs)
        packed = bench.load_gzip(options.slow_pairs)
        warm = in_turns(bench.question(slow=False), options.pairs, None)
        slow = in_turns(bench.question(slow=True), options.slow_pairs, None)
        cold = in_turns(bench.question(slow=False), options.pairs, lambda: drop_page_cache(bench.files()))
        many = bench.many(options.asked, options.slow_pairs)
        agreement = bench.agreement(options.compared)
    sys.stdout.write(report(options, loading, packed, warm, slow, cold, many, agreement))


def report(
    options: argparse.Namespace,
    loading: list[Row],
    packed: list[Row],
    warm: list[Row],
    slow: list[Row],
    cold: list[Row],
    many: list[tuple[Cost, float]],
    agreement: Agreement,
) -> str:
    """Return the results as a section of a page."""
    seconds = median(ours.seconds for ours, _ in many)
    private = max(ours.private for ours, _ in many)
    in_the_loop = median(theirs for _, theirs in many)
    ratios = [options.asked / ours.seconds * theirs for ours, theirs in many]
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    packages = ", ".join(f"{name} {version(name)}" for name in ("gensim", "numpy", "numkong"))
    return f"""## Questions and loading

    python -m benchmarks.questions --words {options.words} --pairs {options.pairs} \\
        --slow-pairs {options.slow_pairs} --asked {options.asked} --compared {options.compared}

printed this section on {time.strftime("%Y-%m-%d")}: {machine}, {packages}. {options.words:,} x {VECTOR_SIZE}
vectors, exact in bfloat16 as Google's are. Whole processes in turns (A B A B), medians; the ratio is that
of each pair, with the smallest and the largest. Peak memory is all that was resident; private memory is the
part of it that is no page of a file, sampled every 4 ms. Machines are noisy: trust the ratios.

### One question, files in the page cache

Each process runs twice, and the second time counts.

{table(warm)}
With gensim reading the binary file, in {options.slow_pairs} pairs:

{table(slow)}
### One question, from the disk

The page cache is emptied before each process.

{table(cold)}
### Loading

{table(loading)}
{table(packed)}
### Many questions

{options.asked:,} questions (half of them one word, the others several and analogies) to `w2v analogy -`:
{seconds:.1f} s, {options.asked / seconds:,.0f} a second, {private:,.0f} MB of private memory.
gensim's `most_similar` in a loop over {_IN_THE_LOOP} of them, loading not counted: {1 / in_the_loop:.2f} a second.
In {len(many)} pairs, **{median(ratios):.0f} times** as many ({min(ratios):.0f} to {max(ratios):.0f}).

Of the {agreement.questions:,} questions put to both, {agreement.same:,} have the same ten words in the same
order, {agreement.ties:,} the same but for the order of equal similarities (ours come in the order of rows);
the largest difference of a similarity is {agreement.largest:.1e}.
"""


if __name__ == "__main__":
    main()
