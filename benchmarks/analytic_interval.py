"""Whether a formula can tell how far similarities spread, without training variants: the sandwich, beside variants.

    w2v train fairy-tales.txt.gz -o tales --lowercase
    w2v stability tales --variants 24
    python -m benchmarks.analytic_interval tales

With the output weights fixed, the vector of a word is a logistic regression on the words around it. Its covariance is
the sandwich of the inverse Hessian and the variance of the scores of documents, and the delta method makes of it the
variance of a cosine. A formula knows nothing of seeds, so that of five other seeds is added, the mean of
all pairs.

``ratio`` is the root of the mean variance by the sandwich over that of the variants, ``with seeds`` the same with the
seeds. ``rank`` is Spearman's correlation of both standard deviations over pairs. They are measured with few
variants, so no formula can reach 1: ``at most`` is what the true standard deviations would have, by how far those of
half of the variants agree with those of the other half.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.coverage_tables import CLASSES, title
from w2vcli.array_types import Floats, Integers
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.models.directory import open_without_index
from w2vcli.models.registry import cache_folder, find_model
from w2vcli.models.variants import open_variants
from w2vcli.queries.terms import unit
from w2vcli.reporting import SILENT
from w2vcli.training.epochs import train_text
from w2vcli.training.formulas import keep_probabilities, noise_probabilities
from w2vcli.training.plans import plans_of
from w2vcli.training.settings import Settings
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.variant_training import VariantTraining, prepare_variants

_WORDS = 40  # of each class
_RANKS = (3, 20)  # of the neighbours that are looked at
_RIDGE = 1e-3  # of the mean of the Hessian's diagonal
_FARTHEST = 40
_SEEDS = 5


class Weights(NamedTuple):
    """The vectors of words and their output weights (words x vector_size), in float64."""

    vectors: Floats
    outputs: Floats


class Contexts(NamedTuple):
    """Pairs of a word and one around it: rows of both, the block they are in, and the share that training takes."""

    word: Integers
    other: Integers
    block: Integers
    share: Floats


def main() -> None:
    """Print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    path = find_model(parser.parse_args().model)
    model = open_without_index(path, with_weights=True)
    plan = plans_of(model.facts, path)[0]
    weights = Weights(model.vectors[:].astype(np.float64), model.weights["syn1neg"].astype(np.float64))
    variants = [unit(each.vectors[:].astype(np.float64)) for each in open_variants(model)]
    with tempfile.TemporaryDirectory() as folder:
        corpus = read_with_cache(plan.sources, Path(folder), plan.reading, cache_folder(), SILENT)
        training = prepare_variants(corpus, plan)
        seeds = [unit(_other_seed(corpus, replace(plan.settings, seed=100 + at))) for at in range(_SEEDS)]
        _tell("| rarer word | pairs | n | seeds | variants | sandwich | ratio | with seeds | rank | at most | s |")
        _tell("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
        for line in rows(training, weights, variants, seeds):
            _tell(line)


def _other_seed(corpus: EncodedCorpus, settings: Settings) -> Floats:
    return train_text(hold_out(all_sentences(corpus), settings), settings, "numba").vectors.astype(np.float64)


def rows(
    training: VariantTraining, weights: Weights, variants: Sequence[Floats], seeds: Sequence[Floats]
) -> Iterator[str]:
    """Yield the rows of the table, for pairs of words of like counts."""
    counts, units = training.vocabulary.counts, unit(weights.vectors)
    rng = np.random.default_rng(3)
    for least, most in CLASSES:
        of_class = np.flatnonzero((counts >= least) & (counts <= (most or counts.max())))
        frequent = np.flatnonzero(counts >= least)
        pairs = []
        for row in rng.choice(of_class, min(_WORDS, len(of_class)), replace=False).tolist():
            nearest = frequent[np.argsort(-(units[frequent] @ units[row]))]
            pairs += [(row, int(nearest[rank]), 1) for rank in _RANKS]
            pairs += [(row, other, 0) for other in rng.choice(frequent, 2).tolist() if other != row]
        left, right, near = np.array(pairs).T
        began = time.perf_counter()
        sandwich = deviations(training, weights, left, right)
        seconds = time.perf_counter() - began

        def spread(models: Sequence[Floats], left: Integers = left, right: Integers = right) -> Floats:
            found: Floats = np.array([(each[left] * each[right]).sum(axis=1) for each in models]).std(axis=0, ddof=1)
            return found

        of_variants, of_seeds = spread(variants), spread(seeds)
        halves = [spread(variants[::2]), spread(variants[1::2])]
        for kind, name in ((1, "near"), (0, "any")):
            chosen = near == kind
            ours, theirs, by_seeds = (_root_mean(sd[chosen]) for sd in (sandwich, of_variants, of_seeds))
            together = np.hypot(ours, by_seeds)
            rank = _rank_correlation(sandwich[chosen], of_variants[chosen])
            agree = max(_rank_correlation(*(half[chosen] for half in halves)), 0)
            most_possible = np.sqrt(2 * agree / (1 + agree))  # Spearman and Brown, and the root for one side's noise
            yield (
                f"| {title(least, most)} | {name} | {chosen.sum()} | {by_seeds:.3f} | {theirs:.3f} | {ours:.3f} "
                f"| {ours / theirs:.2f} | {together / theirs:.2f} | {rank:.2f} | {most_possible:.2f} | {seconds:.1f} |"
            )


def deviations(training: VariantTraining, weights: Weights, left: Integers, right: Integers) -> Floats:
    """Return the standard deviation of the cosine of each pair of rows, by the sandwich."""
    needed = np.unique([left, right])
    influences = dict(zip(needed.tolist(), influences_of(training, weights, needed), strict=True))
    found = []
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        moves = np.zeros(len(training.blocks.ends))
        for word, beside in ((one, other), (other, one)):
            blocks, influence = influences[word]
            moves[blocks] += influence @ _gradient(weights.vectors[word], weights.vectors[beside])
        found.append(np.sqrt((moves**2).sum()))
    return np.array(found)


def _gradient(one: Floats, other: Floats) -> Floats:
    """Return how the cosine of two vectors changes with the first."""
    lengths = np.linalg.norm(one) * np.linalg.norm(other)
    cosine = one @ other / lengths
    found: Floats = other / lengths - cosine * one / (one @ one)
    return found


def influences_of(training: VariantTraining, weights: Weights, words: Integers) -> Iterator[tuple[Integers, Floats]]:
    """Yield for each word the blocks that it is in, and how far each moves its vector (blocks x vector_size)."""
    settings, outputs = training.settings, weights.outputs
    noise = noise_probabilities(training.vocabulary.counts, settings.ns_exponent)
    contexts = contexts_of(training, words)
    order = np.argsort(contexts.word, kind="stable")
    ends = np.searchsorted(contexts.word[order], words, side="right")
    for word, first, last in zip(words.tolist(), [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        of_word = order[first:last]
        other, block, share = contexts.other[of_word], contexts.block[of_word], contexts.share[of_word]
        sigma = 1 / (1 + np.exp(-(outputs @ weights.vectors[word])))
        expected = np.bincount(other, share, len(noise)) + settings.negative * share.sum() * noise
        hessian = (outputs * (expected * sigma * (1 - sigma))[:, None]).T @ outputs
        hessian += _RIDGE * np.trace(hessian) / len(hessian) * np.eye(len(hessian))
        blocks, at = np.unique(block, return_inverse=True)
        scores = np.zeros((len(blocks), outputs.shape[1]))
        np.add.at(scores, at, (share * (1 - sigma[other]))[:, None] * outputs[other])
        scores -= np.bincount(at, share)[:, None] * (settings.negative * outputs.T @ (noise * sigma))
        influence: Floats = np.linalg.solve(hessian, scores.T).T
        yield blocks.astype(np.int64), influence


def contexts_of(training: VariantTraining, words: Integers) -> Contexts:
    """Return all contexts of some words. Subsampling is taken in expectation: it brings words nearer to each other."""
    corpus, window = training.corpus, training.settings.window
    keep = keep_probabilities(training.vocabulary.counts, training.settings.sample)
    sentences = np.repeat(np.arange(len(corpus.sentence_ends)), np.diff(corpus.sentence_ends, prepend=0))
    rows = training.vocabulary.rows[corpus.ids]
    sentences, rows = sentences[rows >= 0], rows[rows >= 0].astype(np.int64)
    blocks = np.searchsorted(training.blocks.ends, sentences, side="right")
    kept = np.concatenate([[0], np.cumsum(keep[rows])])  # how many words before a place are left, in expectation
    places = np.flatnonzero(np.isin(rows, words))
    found = []
    for step in (*range(-_FARTHEST, 0), *range(1, _FARTHEST + 1)):
        at = places[(places + step >= 0) & (places + step < len(rows))]
        low, high = np.minimum(at, at + step), np.maximum(at, at + step)
        reached = 1 - (kept[high] - kept[low + 1]) / window
        good = (sentences[at] == sentences[at + step]) & (reached > 0)
        at, reached = at[good], reached[good]
        share = reached * keep[rows[at]] * keep[rows[at + step]]
        found.append(Contexts(rows[at], rows[at + step], blocks[at], share))
    word, other, block = (np.concatenate([one[at] for one in found]).astype(np.int64) for at in range(3))
    return Contexts(word, other, block, np.concatenate([one.share for one in found]))


def _root_mean(deviations: Floats) -> float:
    return float(np.sqrt((deviations**2).mean()))


def _rank_correlation(one: Floats, other: Floats) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(one, other)[0])


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
