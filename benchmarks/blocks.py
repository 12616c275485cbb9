"""Whether training in orthogonal blocks costs quality: P machines, simulated on one, beside the same loop on one.

    python -m benchmarks.plain_words aclImdb_v1.tar.gz > imdb-words.txt
    python -m benchmarks.blocks imdb-words.txt --runs 1x1 8x16 8x16-once --seeds 1 2 3 --results blocks.jsonl
    python -m benchmarks.blocks --table blocks.jsonl

A run 8x16 has 8 blocks, and segments of which there are 16 in an epoch. In 8x16-once the blocks of the first segment
stay for all. A run ``numba`` is the engine of that name in one thread. Blocks, pairs, noise and learning rates come
from `w2vcli.training.engines.orthogonal`, as on a cluster; the buckets of a round are trained one after the other,
which changes nothing, since they have no row in common. Each run is asked WordSim-353, SimLex-999 and gensim's
analogies by ``w2v evaluate``, and adds a line of JSON to the results. A run that has a line there is not run again.

Pairs of the longest bucket of each round are added up, too: machines that wait for it do as much as so many that never
wait. MB are those of all rows of both matrices in float32, which are moved once in every round.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.trainers import add_settings, settings_of
from benchmarks.training_growth import read
from benchmarks.training_quality import MEASURES, evaluate, run_w2v, summarize
from w2vcli.array_types import Float32s
from w2vcli.training.engines.lanes import aligned
from w2vcli.training.engines.orthogonal import Blocks, BlockTraining, Rounds, stretches_of
from w2vcli.training.engines.stretches import Stretch
from w2vcli.training.epochs import train_text
from w2vcli.training.formulas import first_vectors
from w2vcli.training.loss import draw_sample, mean_loss
from w2vcli.training.settings import Settings
from w2vcli.training.text import TrainingText, all_sentences, hold_out
from w2vcli.training.vocabulary import Vocabulary, make_vocabulary

_ONE = "1x1"
_COLUMNS = ("seeds", *MEASURES.values(), f"loss beside {_ONE}", "machines of work", "MB an epoch", "pairs/CPU s")


@dataclass(frozen=True)
class Run:
    """How to train: in ``blocks`` and ``segments``, drawn anew or ``once``. Without blocks, by the engine numba."""

    name: str
    blocks: int = 0
    segments: int = 0
    once: bool = False


def run_of(name: str) -> Run:
    """Return the run that a name such as 8x16-once stands for."""
    if name == "numba":
        return Run(name)
    found = re.fullmatch(r"(\d+)x(\d+)(-once)?", name)
    if found is None:
        raise argparse.ArgumentTypeError(f"{name} is no run such as 8x16, 8x16-once or numba")
    return Run(name, int(found[1]), int(found[2]), found[3] is not None)


def main() -> None:
    """Run what has no results yet, or print the table of results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, nargs="?")
    parser.add_argument("--runs", type=run_of, nargs="+", default=[run_of("1x1"), run_of("8x16")])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--results", type=Path, default=Path("blocks.jsonl"))
    parser.add_argument("--table", type=Path, help="print the table of these results, and run nothing")
    add_settings(parser)
    options = parser.parse_args()
    if options.table:
        click.echo(table(options.table))
        return
    done = {(row["run"], row["seed"]) for row in rows_of(options.results)} if options.results.exists() else set()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["W2V_HOME"] = folder
        with options.corpus.open(encoding="utf-8") as lines:
            corpus = read(lines, Path(folder, "text"))
        for seed in options.seeds:
            settings = replace(settings_of(options), seed=seed, workers=1)
            text = hold_out(all_sentences(corpus), settings)
            vocabulary = make_vocabulary(text.selection, settings)
            for run in options.runs:
                if (run.name, seed) not in done:
                    row = {"run": run.name, "seed": seed} | measure(run, text, vocabulary, settings, Path(folder))
                    with options.results.open("a", encoding="utf-8") as file:
                        file.write(f"{json.dumps(row)}\n")


def measure(run: Run, text: TrainingText, vocabulary: Vocabulary, settings: Settings, folder: Path) -> dict[str, Any]:
    """Train, and return what it took and what came out."""
    began = time.process_time()
    if run.blocks:
        arrays, facts = simulate(run, text, vocabulary, settings)
    else:
        arrays, facts = train_text(text, settings, "numba").arrays, {}
    facts["cpu_s"] = round(time.process_time() - began, 1)
    sample = draw_sample(text, vocabulary, settings)
    if sample is not None:
        facts["loss"] = mean_loss(sample, settings, arrays, None)
    path = folder / "vectors.bin"
    with path.open("wb") as out:
        out.write(b"%d %d\n" % arrays["vectors"].shape)
        for word, vector in zip(vocabulary.words, arrays["vectors"], strict=True):
            out.write(word.encode() + b" " + vector.tobytes())
    run_w2v("load", str(path), "-o", "simulated", "-q", "--force")
    return facts | evaluate("simulated")


def simulate(
    run: Run, text: TrainingText, vocabulary: Vocabulary, settings: Settings
) -> tuple[dict[str, Float32s], dict[str, Any]]:
    """Train in blocks, one bucket after another, and return the weights and what it took."""
    sentences = Stretch(text.corpus.ids, text.starts, text.stops)
    training = BlockTraining(vocabulary.counts, vocabulary.rows, settings, run.blocks)
    shape = len(vocabulary.words), settings.vector_size
    arrays = [aligned(shape[0], training.row_floats) for _ in range(2)]
    arrays[0][:, : shape[1]] = first_vectors(np.random.default_rng(settings.seed), *shape)
    epochs = settings.epochs or 5
    rounds = Rounds(run.blocks, run.segments, epochs)
    seconds, pairs, longest = {"drawing": 0.0, "finding": 0.0, "training": 0.0}, 0, 0
    for epoch in range(epochs):
        for segment, stretches in enumerate(stretches_of(sentences, run.segments)):
            began = time.process_time()
            drawing = training.draw(0, 0) if run.once else training.draw(epoch, segment)
            blocks = [gathered(array, of) for array, of in zip(arrays, drawing[:2], strict=True)]
            seconds["drawing"] -= began - (began := time.process_time())
            buckets, _ = training.find_pairs(sentences, stretches, drawing, epoch)
            seconds["finding"] -= began - (began := time.process_time())
            for number, shift in enumerate(drawing.shifts):
                alphas = rounds.alphas(settings, epoch, segment, number)
                sizes = []
                for one in range(run.blocks):
                    other = (one + shift) % run.blocks
                    bucket = buckets[one * run.blocks + other]
                    both = blocks[0][one], blocks[1][other], drawing.of_outputs.rows[other]
                    training.train(bucket, *both, alphas, epoch, segment, one, other)
                    sizes.append(len(bucket.inputs))
                pairs, longest = pairs + sum(sizes), longest + max(sizes)
            seconds["training"] -= began - time.process_time()
            for array, of, parts in zip(arrays, drawing[:2], blocks, strict=True):
                for rows, part in zip(of.rows, parts, strict=True):
                    array[rows] = part
    facts = {f"{name}_s": round(value, 1) for name, value in seconds.items()}
    facts |= {"pairs": pairs // epochs, "machines": pairs / longest, "pairs_a_second": pairs / seconds["training"]}
    facts["MB"] = 0 if run.blocks == 1 else run.segments * run.blocks * 2 * shape[0] * shape[1] * 4 / 1e6
    return {name: array[:, : shape[1]] for name, array in zip(("vectors", "syn1neg"), arrays, strict=True)}, facts


def gathered(array: Float32s, blocks: Blocks) -> list[Float32s]:
    """Return the rows of each block, as a machine has them."""
    found = []
    for rows in blocks.rows:
        found.append(aligned(len(rows), array.shape[1]))
        found[-1][:] = array[rows]
    return found


def rows_of(path: Path) -> list[dict[str, Any]]:
    """Return the results in a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def table(path: Path) -> str:
    """Return results as a table in Markdown: means and standard deviations over the seeds.

    Seeds hold out other text. So of the loss there is the difference to that of one block, by seed.
    """
    runs: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows_of(path):
        runs.setdefault(row["run"], {})[row["seed"]] = row
    lines = [f"| run | {' | '.join(_COLUMNS)} |", f"|---|{'--:|' * len(_COLUMNS)}"]
    for name, rows in sorted(runs.items(), key=lambda each: _key(each[0])):
        cells = [str(len(rows))]
        cells += [summarize([row[title] for row in rows.values()]) for title in MEASURES.values()]
        one = {} if name == _ONE else runs.get(_ONE, {})
        beside = [row["loss"] - one[seed]["loss"] for seed, row in rows.items() if seed in one]
        cells.append(summarize(beside) if beside else "")
        for fact, form in (("machines", ".1f"), ("MB", ",.0f"), ("pairs_a_second", ",.0f")):
            values = [row[fact] for row in rows.values() if fact in row]
            cells.append(format(statistics.mean(values), form) if values else "")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _key(name: str) -> tuple[int, int, bool]:
    run = run_of(name)
    return run.blocks, run.segments, run.once


if __name__ == "__main__":
    main()
