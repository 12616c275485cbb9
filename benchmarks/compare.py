"""How many false alarms `w2v compare` gives, and how well it finds a change that was put in, beside other measures.

    python -m benchmarks.compare splits MODEL [SPLITS]
    python -m benchmarks.compare power MODEL [PAIRS]

``splits`` shuffles the documents of a model's text into two halves, or its blocks of 500 words where it has few
documents, and compares them: no word differs. ``power`` puts the word B in place of A, on one of two halves, in a share
of the sentences that have A. Then B means something else there, and all other words do not. How well a measure ranks
the words B above others that are as frequent is the area under its curve (AUC): 0.5 is chance, 1 is perfect.

- ``p`` ranks by the p of `w2v compare`, ``difference`` by its difference.
- The others are those of `w2v compare --measure`. Each half is trained for ``procrustes`` and ``overlap``, both
  together for ``referencing`` and ``compass``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.stats import mannwhitneyu

from w2vcli.array_types import Integers
from w2vcli.compare.comparison import ComparedSides
from w2vcli.compare.context_sums import TokenRows
from w2vcli.compare.differences import SURE, ComparedText, Differences, measure_differences
from w2vcli.compare.measures import OtherMeasures
from w2vcli.compare.sides import Sides, cut_into_blocks, make_sides
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.models.directory import open_model_directory
from w2vcli.models.registry import cache_folder, find_model
from w2vcli.reporting import SILENT
from w2vcli.training.epochs import train_text
from w2vcli.training.model_text import open_text
from w2vcli.training.plans import TrainingPlan
from w2vcli.training.text import all_sentences, hold_out
from w2vcli.training.vocabulary import make_vocabulary

_SHARES = (0.25, 0.5, 0.75)
_LEAST, _MOST = 200, 3000  # how often words A and B come
_MIN_COUNT = 20
_FEWEST_DOCUMENTS = 100
_SHUFFLES = 1000
# p and difference are those of `w2v compare` without --measure.
_MEASURES = ("p", "difference", "procrustes", "overlap", "referencing", "compass", "regression", "regression_p")


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def random_halves(corpus: EncodedCorpus, seed: int) -> Sides:
    """Return two halves of the documents of a corpus, or of its blocks of 500 words, by the seed."""
    documents = len(corpus.document_ends())
    rng = np.random.default_rng(seed)
    if documents >= _FEWEST_DOCUMENTS:
        return make_sides(corpus, rng.permutation(np.arange(documents) % 2), ("one", "other"), seed)
    ends, _ = cut_into_blocks(corpus.sentence_ends, corpus.document_ends())
    side = rng.permutation(np.arange(len(ends)) % 2)
    return Sides(("one", "other"), ends, np.arange(len(ends)), side, (0, 0), (0, 0), are_documents=False)


def count_false_alarms(text: ComparedText, splits: Sequence[int]) -> None:
    """Print for each of some splits how many words seem to differ."""
    shares, wrong = [], 0
    tell("split  words  p < .05  p < .001  fdr < .05  low > 0")
    for seed in splits:
        sides = random_halves(text.tokens.corpus, seed)
        found = measure_differences(text, sides, min_count=_MIN_COUNT, shuffles=1000, seed=seed)
        shares.append(float((found.p < SURE).mean()))
        wrong += bool((found.fdr < SURE).any())
        tell(
            f"{seed:5} {len(found.p):6,} {shares[-1]:8.2%} {(found.p < 0.001).mean():9.3%} "
            f"{(found.fdr < SURE).sum():10} {(found.low > 0).mean():8.2%}",
        )
    tell(f"mean share at p < .05: {np.mean(shares):.2%}; splits with a word at fdr < .05: {wrong} of {len(splits)}")


def replaced(corpus: EncodedCorpus, rows: Integers, pairs: Integers, sides: Sides, share: float) -> EncodedCorpus:
    """Return a corpus in which the second word of each pair of rows stands for the first, on the first side."""
    ids = np.array(corpus.ids)
    id_of = np.full(rows.max() + 1, -1)
    id_of[rows[rows >= 0]] = np.flatnonzero(rows >= 0)
    sentence = np.repeat(np.arange(len(corpus.sentence_ends)), np.diff(corpus.sentence_ends, prepend=0))
    drawn = np.random.default_rng(3).random(len(corpus.sentence_ends))[sentence] < share
    here = drawn & (sides.side[sides.unit_of(np.arange(len(ids)))] == 0)
    for one, other in id_of[pairs].tolist():
        ids[here & (ids == one)] = other
    return replace(corpus, ids=ids, counts=np.bincount(ids, minlength=len(corpus.words)))


def draw_pairs(counts: Integers, pairs: int) -> Integers:
    """Return rows of words, two by two, each pair with counts that are alike (pairs x 2)."""
    rng = np.random.default_rng(2)
    rows = np.flatnonzero((counts >= _LEAST) & (counts <= _MOST))
    rows = rng.permutation(rows)[: 2 * pairs]
    return rng.permuted(np.sort(rows)[: len(rows) // 2 * 2].reshape(-1, 2), axis=1)


def measure_power(corpus: EncodedCorpus, plan: TrainingPlan, pairs: int, shares: Sequence[float]) -> None:
    """Print how well each measure finds the words whose meaning was changed."""
    settings = plan.settings
    rows = make_vocabulary(all_sentences(corpus), settings).rows.astype(np.int64)
    counts = np.bincount(rows[rows >= 0], weights=corpus.counts[rows >= 0]).astype(np.int64)
    chosen = draw_pairs(counts, pairs)
    sides = random_halves(corpus, 77)
    was = np.full(len(counts), "", dtype=object)
    was[rows[rows >= 0]] = np.array(corpus.words, dtype=object)[rows >= 0]
    tell(f"share changed others {' '.join(f'{name:>11}' for name in _MEASURES)}  p < .05  others at p < .05")
    for share in shares:
        changed = replaced(corpus, rows, chosen, sides, share)
        both = train_text(hold_out(all_sentences(changed), settings), settings, plan.engine, plan.ties)
        tokens = TokenRows(changed, both.vocabulary.rows)
        text = ComparedText(tokens, both.vectors, both.vocabulary.counts, settings.window, settings.sample)
        found = measure_differences(text, sides, min_count=_MIN_COUNT, shuffles=_SHUFFLES, seed=1)
        place = {word: row for row, word in enumerate(both.vocabulary.words)}
        targets = {place[was[row]] for row in chosen[:, 1].tolist()}
        _print_power(share, found, targets, ComparedSides(text, sides, both.vocabulary, plan, both.arrays))


def _print_power(share: float, found: Differences, targets: set[int], compared: ComparedSides) -> None:
    total = found.counts.sum(axis=0)
    fair = np.flatnonzero((total >= _LEAST) & (total <= 2 * _MOST))
    is_changed = np.array([row in targets for row in found.rows[fair].tolist()])
    scores = {"p": -found.p[fair], "difference": found.difference[fair]}
    others = OtherMeasures(compared, _MIN_COUNT, _SHUFFLES, 1, SILENT)
    for name in ("procrustes", "overlap", "referencing", "compass", "regression"):
        scores |= others.columns(name, found.rows[fair])
    scores["regression_p"] *= -1
    areas = [
        float(mannwhitneyu(score[is_changed], score[~is_changed]).statistic) / is_changed.sum() / (~is_changed).sum()
        for score in map(scores.__getitem__, _MEASURES)
    ]
    hit, false = ((found.p[fair][which] < SURE).mean() for which in (is_changed, ~is_changed))
    tell(
        f"{share:5.2f} {is_changed.sum():7} {(~is_changed).sum():6,} "
        + " ".join(f"{area:11.3f}" for area in areas)
        + f"{hit:9.1%} {false:18.1%}",
    )


def main() -> None:
    """Run what the command line names."""
    what, name, *number = sys.argv[1:]
    path: Path = find_model(name)
    model = open_model_directory(path)
    with open_text(path, model.facts, cache_folder(), SILENT) as text:
        settings = replace(text.plan.settings, held_out=False)
        if what == "power":
            plan = replace(text.plan, settings=settings)
            measure_power(text.corpus, plan, int(number[0]) if number else 100, _SHARES)
            return
        vocabulary = make_vocabulary(all_sentences(text.corpus), settings, ties=text.plan.ties)
        vectors = np.asarray(model.vectors[np.arange(len(vocabulary.words))], dtype=np.float32)
        tokens = TokenRows(text.corpus, vocabulary.rows)
        compared = ComparedText(tokens, vectors, vocabulary.counts, settings.window, settings.sample)
        count_false_alarms(compared, range(int(number[0]) if number else 20))


if __name__ == "__main__":
    main()
