"""Test sets of all layouts, damaged, and measured; neither the ends of lines nor the layout change what is read."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.commands import Failure, w2v
from tests.fuzz.damage import ENCODINGS, damaged, damaged_text, odd_text
from tests.fuzz.toy import make_toy
from w2vcli.measure.sets import read_set

NAME = "sets"
_SAMPLES = [
    "man woman king queen\nboy girl man woman\n",
    ": family\nman woman king queen\n: other\nboy girl man woman\nking queen boy girl\n",
    "# family\nman woman king queen\n",
    ",type,word1,word2,word3,target\n0,family,man,woman,king,queen\n1,family,boy,girl,man,woman\n",
    "word1\tword2\tscore\nman\twoman\t7.5\nking\tqueen\t8.1\nboy\tapple\t0.5\n",
    "man,woman,7.5\nking,queen,8.1\nboy,apple,0.5\n",
    "word1;word2;score\nman;woman;7,5\nking;queen;8,1\nboy;apple;0,5\n",
    "1\tman\twoman\t7.5\n2\tking\tqueen\t8.1\n3\tboy\tapple\t0.5\n",
    "man\tperson\nking\tperson\napple\tfruit\norange\tfruit\n",
    "# fruit\napple\norange\n# person\nman\nking\n",
    "man woman king apple\nboy girl queen orange\n",
    "man\twoman\nking\tqueen/princess\nboy\tgirl/woman\n",
    "소녀 여왕 king queen\n",
]
_KINDS = ["pairs", "analogies", "categories", "odd"]


_WORDS = [
    "man",
    "woman",
    "king",
    "queen",
    "소녀",
    "New York",
    "x-1",
    "können",
    "#metoo",
    "a.b",
    "Ünï",
    "of",
    "type",
    "id",
]
# Of analogies and of pairs: a heading, and a line of a question with its number, its words, and its score.
_ANALOGIES = [
    ("", "{1}\t{2}\t{3}\t{4}"),
    ("", "{0}\t{1}\t{2}\t{3}\t{4}"),
    ("", "\ufeff{1}\t{2}\t{3}\t{4}"),
    (": all\n", "{1}\t{2}\t{3}\t{4}"),
    (",section,word1,word2,word3,target\n", "{0},all,{1},{2},{3},{4}"),
    ("word4;word1;word2;word3\n", "{4};{1};{2};{3}"),
    ("Unnamed: 0\tword_a\tword_b\tword_c\tword_d\n", "{0}\t{1}\t{2}\t{3}\t{4}"),
    ("id,a,b,c,d\n", '{0},"{1}","{2}","{3}","{4}"'),
]
_PAIRS = [
    ("", "{1}\t{2}\t{5}"),
    ("", "{1};{2};{6}"),
    ("", "{0}\t{1}\t{2}\t{5}"),
    ("Word 1,Word 2,Human (mean),1,2\n", "{1},{2},{5},7,8"),
    ("# word1\tword2\tscore\n", "{1}\t{2}\t{5}"),
    (",similarity,word1,word2\n", "{0},{5},{1},{2}"),
    ("", "{1}\t{2}\tN\t{6}\tSYNONYMS"),
    ("word1;word2;score\n", '"{1}";"{2}";"{6}"'),
]


class Case(NamedTuple):
    """A file, and the options; what is the same set with other ends of lines, or in other ``layouts``."""

    data: bytes
    options: list[str]
    other_ends: bytes | None
    layouts: tuple[bytes, bytes] | None = None


_toys: list[Path] = []


def prepare(folder: Path) -> None:
    """Write the model."""
    _toys[:] = [make_toy(folder / "plain.w2v", odd=False)]


def make(rng: random.Random) -> Case:
    """Return a set whose text or bytes are damaged, or one in two layouts."""
    if rng.random() < 0.2:
        return Case(b"", [], None, _in_two_layouts(rng))
    text = rng.choice(_SAMPLES)
    for _ in range(rng.choice([0, 0, 1, 2])):
        lines = text.split("\n")
        lines.insert(rng.randint(0, len(lines)), rng.choice([odd_text(rng, 30), rng.choice(lines), ""]))
        text = "\n".join(lines)
    if rng.random() < 0.7:
        text = damaged_text(text, rng)
    options = ["--kind", rng.choice(_KINDS)] if rng.random() < 0.3 else []
    options += ["--resamples", "10", *rng.choice([[], ["--json"]])]
    kind = rng.randrange(4)
    if kind == 0:
        return Case(text.encode(rng.choice(ENCODINGS), "replace"), options, None)
    data = text.encode("utf-8", "replace")
    if kind == 1:
        return Case(damaged(data, [other.encode() for other in _SAMPLES], rng), options, None)
    return Case(data, options, None if "\r" in text else text.replace("\n", "\r\n").encode("utf-8", "replace"))


def _in_two_layouts(rng: random.Random) -> tuple[bytes, bytes]:
    """Return the same questions twice; all words of a question differ."""
    questions = [
        (rng.sample(_WORDS, 4), f"{rng.randint(0, 9)}.{rng.randint(0, 99):02}") for _ in range(rng.randint(3, 9))
    ]
    written = []
    for heading, line in rng.sample(rng.choice([_ANALOGIES, _PAIRS]), 2):
        lines = [line.format(at, *four, score, score.replace(".", ",")) for at, (four, score) in enumerate(questions)]
        text = (heading + "\n".join(lines)).replace("\n", rng.choice(["\n", "\r\n", "\r"]))
        written.append(text.encode(rng.choice(["utf-8", "utf-8-sig", "utf-16"])))
    return written[0], written[1]


def _read(data: bytes, path: Path) -> list[tuple[tuple[str, ...], str]]:
    path.write_bytes(data)
    return [(item.words, repr(item.score)) for item in read_set(str(path)).items]


def run(case: Case, folder: Path) -> str:
    """Measure it."""
    if case.layouts is not None:
        first, second = (_read(data, folder / "set.txt") for data in case.layouts)
        if first != second or not first:
            raise Failure(f"in another layout it is {second} instead of {first}: {case.layouts}")
        return "answered"
    (folder / "set.txt").write_bytes(case.data)
    ran = w2v("evaluate", str(_toys[0]), "--set", "set.txt", *case.options)
    if case.other_ends is not None:
        (folder / "set.txt").write_bytes(case.other_ends)
        other = w2v("evaluate", str(_toys[0]), "--set", "set.txt", *case.options)
        is_other_encoding = "is not UTF-8" in other.err + ran.err  # more bytes, another guess
        if (other.status, other.out) != (ran.status, ran.out) and not is_other_encoding:
            raise Failure(f"with CRLF it says {other.out or other.err!r} instead of {ran.out or ran.err!r}")
    return ran.outcome
