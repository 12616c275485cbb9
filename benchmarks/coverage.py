"""How often the interval of a similarity holds the similarity in a model of other documents of the same kind.

    python -m benchmarks.coverage fairy-tales.txt.gz --lowercase --splits 2

A corpus is split at random into halves A and B that share no document, or nothing larger (``--apart``). A model and its
variants are trained on A, and two models, with other seeds, on B. Words are drawn from each class of counts in A, and
pairs are compared:

- near: a word and its 10 nearest in the model of A, of the words that both halves have
- any: a word and 10 words at random that both halves have

The rows are pairs by how often the rarer of their words is in A.

``printed`` is the mean similarity in the model of A, ``mean`` that over its variants, ``elsewhere`` that in the models
of B. ``held`` is the share of similarities of B within the interval, and ``± `` half of its mean width. ``factor`` is
what `SPREAD` would be if 95 % were held. The bootstrap is the usual one: models of documents drawn with replacement,
and their mean ± 1.96 standard deviations; ``holds printed`` is how often that holds the model it was made for.

A second table tells how many neighbours are among the 10 nearest in the models of B, too, by the share ``again`` of
variants in which they are. A third one has neighbours by how many of the documents or blocks have the rarer word, and
how many have both: there intervals that go by this number stand beside those that are made as of frequent words.

A fourth one tells how much of what A says is luck, which does not come again. ``slope`` is that of the line through
pairs at random: what the models of B say, by the mean over variants of A. Neighbours were chosen for being high, and
fall as far as this line says where luck is all that chose them.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.coverage_tables import CLASSES, Pairs, read_pairs, table, table_of_again, table_of_luck, table_of_units
from benchmarks.halves import PARTS, split_in_halves
from w2vcli.array_types import Floats, Integers
from w2vcli.corpus.cache import read_with_cache
from w2vcli.corpus.encoded import EncodedCorpus
from w2vcli.models.registry import cache_folder
from w2vcli.queries.terms import unit
from w2vcli.reporting import SILENT
from w2vcli.training.epochs import train_text
from w2vcli.training.plans import TrainingPlan, plan_training
from w2vcli.training.settings import Settings
from w2vcli.training.text import Selection, all_sentences, chosen_documents, hold_out
from w2vcli.training.variant_training import VariantTraining, prepare_variants

_WORDS = 200  # of each class
_PARTNERS = 10
_MODELS_OF_B = 2


def main() -> None:
    """Train, or read what was trained, and print the table."""
    options = _options()
    if options.values and options.values.exists():
        pairs = read_pairs(options.values)
    else:
        for pairs in measure(options):
            if options.values:
                np.savez_compressed(options.values, **pairs._asdict())
    tables = table(pairs, options.variants), table_of_again(pairs), table_of_units(pairs), table_of_luck(pairs)
    _tell("\n\n".join("\n".join(lines) for lines in tables))


def _options() -> argparse.Namespace:
    parser = parser_of_halves(__doc__)
    parser.add_argument("--variants", type=int, nargs="+", default=[12], help="the most are trained, each is shown")
    parser.add_argument("--resamples", type=int, default=12, help="of the usual bootstrap")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--values", type=Path, help="an .npz file: written, or read if it exists")
    return parser.parse_args()


def parser_of_halves(description: str | None) -> argparse.ArgumentParser:
    """Return a parser for a corpus that is split in halves, and how it is trained on."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="+")
    parser.add_argument("--vector-size", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--lowercase", action="store_true")
    parser.add_argument("--column", help="of a table, whose rows are documents")
    parser.add_argument("--tokenizer", default="unicode")
    parser.add_argument(
        "--apart", default=PARTS, help="what lies on one side: parts, documents, folders, or a number of stretches"
    )
    return parser


def measure(options: argparse.Namespace) -> Iterator[Pairs]:
    """Train on all splits, and yield the pairs of those that are done, which takes long."""
    plan = plan_of(options)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        corpus = read(plan, Path(folder))
        for split in range(options.splits):
            halves = split_in_halves(corpus, Path(folder, str(split)), options.seed, options.apart)
            found.append(measure_split(*halves, plan, options))
            options.seed += 1
            yield Pairs(*(np.concatenate(values, axis=-1) for values in zip(*found, strict=True)))


def plan_of(options: argparse.Namespace) -> TrainingPlan:
    """Return the plan of a training on the corpus that was given."""
    names = ("vector_size", "workers", "lowercase", "column", "tokenizer")
    return plan_training(options.corpus, {name: getattr(options, name) for name in names}, "numba")


def read(plan: TrainingPlan, folder: Path) -> EncodedCorpus:
    """Return the corpus of a plan, which lies in ``folder``."""
    whole = folder / "whole"
    whole.mkdir()
    return read_with_cache(plan.sources, whole, plan.reading, cache_folder(), SILENT)


@dataclass(frozen=True)
class Compared:
    """Two halves of a corpus: what trains variants of A, and the rows in A of pairs of words, with what models say."""

    training: VariantTraining
    vectors: Floats
    shared: Integers
    left: Integers
    right: Integers
    near: Integers
    elsewhere: Floats
    again_elsewhere: Floats

    def cosines(self, vectors: Floats) -> Floats:
        """Return the similarities of the pairs, by unit vectors in the order of the vocabulary of A."""
        found: Floats = (vectors[self.left] * vectors[self.right]).sum(axis=1)
        return found

    def pairs(self, variants: Floats, resampled: Floats, again: Floats) -> Pairs:
        """Return the pairs with what variants and resamples say of them."""
        counts = self.training.vocabulary.counts[np.array([self.left, self.right])]
        units = units_of_words(self.training)
        of_pairs = np.array([[len(units[row]) for row in rows] for rows in (self.left, self.right)])
        of_both = [
            len(np.intersect1d(units[left], units[right], assume_unique=True))
            for left, right in zip(self.left, self.right, strict=True)
        ]
        return Pairs(
            counts,
            of_pairs,
            np.array(of_both),
            self.near,
            self.cosines(self.vectors),
            variants,
            resampled,
            self.elsewhere,
            again,
            self.again_elsewhere,
        )


def units_of_words(training: VariantTraining) -> list[Integers]:
    """Return for each word of the vocabulary the units that variants weight in which it is."""
    blocks, corpus = training.blocks, training.corpus
    rows = training.vocabulary.rows[corpus.ids].astype(np.int64)
    of_token = np.searchsorted(blocks.stops[blocks.ends - 1], np.arange(len(rows)), side="right")
    pairs = np.unique(rows[rows >= 0] * len(blocks.ends) + of_token[rows >= 0])
    words, units = np.divmod(pairs, len(blocks.ends))
    ends = np.searchsorted(words, np.arange(len(training.vocabulary.words)), side="right")
    return np.split(units, ends[:-1])


def are_nearest(vectors: Floats, left: Integers, right: Integers, among: Integers) -> Floats:
    """Return for each pair 1 if the second is one of the 10 nearest of the first, ``among`` some rows, else 0."""
    asked, at = np.unique(left, return_inverse=True)
    cosines = vectors[among] @ vectors[asked].T
    last = np.partition(cosines, -_PARTNERS - 1, axis=0)[-_PARTNERS - 1]  # the first is the word itself
    found: Floats = ((vectors[left] * vectors[right]).sum(axis=1) > last[at] - 1e-9).astype(np.float64)
    return found


def compare(a: EncodedCorpus, b: EncodedCorpus, plan: TrainingPlan, seed: int) -> Compared:
    """Train a model of A and some of B, and choose pairs of words."""
    settings = replace(plan.settings, seed=seed)
    words, vectors = _train(all_sentences(a), settings)
    others = [_train(all_sentences(b), replace(settings, seed=seed + 1 + at)) for at in range(_MODELS_OF_B)]
    rows_of_b = {word: row for row, word in enumerate(others[0][0])}
    shared = np.array([row for row, word in enumerate(words) if word in rows_of_b])
    training = prepare_variants(a, replace(plan, settings=settings))
    if training.vocabulary.words != words:
        raise SystemExit("variants have other words than the model")
    left, right, near = choose_pairs(training.vocabulary.counts, vectors, shared, np.random.default_rng([seed, 6]))
    to_b = np.array([rows_of_b.get(word, -1) for word in words])
    elsewhere = [(values[to_b[left]] * values[to_b[right]]).sum(axis=1) for _, values in others]
    again = [are_nearest(values, to_b[left], to_b[right], to_b[shared]) for _, values in others]
    return Compared(training, vectors, shared, left, right, near, np.array(elsewhere), np.mean(again, axis=0))


def measure_split(a: EncodedCorpus, b: EncodedCorpus, plan: TrainingPlan, options: argparse.Namespace) -> Pairs:
    """Train on both halves, and return the pairs."""
    compared, seed = compare(a, b, plan, options.seed), options.seed
    variants, again = [], []
    for at in range(max(options.variants)):
        vectors = unit(compared.training.train(1000 * seed + at).astype(np.float64))
        variants.append(compared.cosines(vectors))
        again.append(are_nearest(vectors, compared.left, compared.right, compared.shared))
        sys.stderr.write(f"split {seed}: {at + 1} variants\n")
    settings = compared.training.settings
    resampled = resamples(a, compared.training.vocabulary.words, settings, options.resamples)
    by_resamples = np.array([compared.cosines(each) for each in resampled])
    return compared.pairs(np.array(variants), by_resamples, np.mean(again, axis=0))


def choose_pairs(
    counts: Integers, vectors: Floats, shared: Integers, rng: np.random.Generator
) -> tuple[Integers, Integers, Integers]:
    """Return the rows of both words of pairs, and for each pair 1 if it is one of neighbours, 0 if of any words."""
    found = []
    for least, most in CLASSES:
        rows = shared[(counts[shared] >= least) & (counts[shared] <= (most or counts.max()))]
        for row in np.sort(rng.choice(rows, min(_WORDS, len(rows)), replace=False)).tolist():
            cosines = vectors[shared] @ vectors[row]
            cosines[shared == row] = -np.inf
            found += [(row, other, 1) for other in shared[np.argsort(-cosines)[:_PARTNERS]].tolist()]
            any_words = rng.choice(shared[shared != row], _PARTNERS, replace=False)
            found += [(row, other, 0) for other in any_words.tolist()]
    left, right, near = np.array(found, dtype=np.int64).T
    return left, right, near


def resamples(corpus: EncodedCorpus, words: Sequence[str], settings: Settings, count: int) -> Iterator[Floats]:
    """Yield unit vectors for ``words``, of models of documents drawn with replacement. They are NaN where one lacks."""
    rng = np.random.default_rng([settings.seed, 7])
    documents = len(corpus.document_ends())
    for at in range(count):
        text = chosen_documents(corpus, rng.integers(documents, size=documents))
        known, vectors = _train(text, replace(settings, seed=1000 * settings.seed + at))
        rows = {word: row for row, word in enumerate(known)}
        found = np.full((len(words), vectors.shape[1]), np.nan)
        for row, word in enumerate(words):
            if word in rows:
                found[row] = vectors[rows[word]]
        yield found


def _train(text: Selection, settings: Settings) -> tuple[list[str], Floats]:
    """Return the words and their unit vectors, trained as ``w2v train`` does."""
    trained = train_text(hold_out(text, settings), settings, "numba")
    return trained.vocabulary.words, unit(trained.vectors.astype(np.float64))


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
