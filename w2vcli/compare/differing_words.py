"""Which words mean something else on the other side: what ``w2v compare`` answers.

wanted = WantedWords(topn=10, measures=["procrustes"])
found = find_differing_words(compared, wanted, reporter)
found.words[0].word, found.words[0].others["procrustes"]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from w2vcli.compare.comparison import ComparedSides, ComparedWord, compared_words
from w2vcli.compare.differences import FEWEST_UNITS, Differences, measure_differences
from w2vcli.compare.measure_names import ALL, CONTEXTS, chosen_measures
from w2vcli.compare.measures import OtherMeasures, measure_others
from w2vcli.errors import BadCorpus
from w2vcli.escaping import visible
from w2vcli.reporting import Reporter


@dataclass(frozen=True)
class WantedWords:
    """Which words are wanted: those that are ``asked``, else the ``topn`` that differ most, or ``least``.

    ``near`` is how many neighbours each has on a side. The first of the ``measures`` orders the words.
    """

    asked: Sequence[str] = ()
    least: bool = False
    topn: int = 10
    near: int = 5
    min_count: int = 20
    shuffles: int = 1000
    seed: int = 1
    measures: Sequence[str] = ()


@dataclass(frozen=True)
class DifferingWords:
    """The ``words`` that were found, all ``differences``, and the ``columns`` of other measures that the words have.

    ``rare`` are words that were asked and are seen too seldom.
    """

    words: list[ComparedWord]
    differences: Differences
    columns: list[str]
    rare: list[str]
    min_count: int

    def require_all(self) -> None:
        """Raise `BadCorpus` if words that were asked could not be compared."""
        if self.rare:
            raise BadCorpus(
                f"seen too seldom on a side to be compared: {', '.join(map(visible, self.rare))}; a word has to be "
                f"seen {self.min_count} times on each (--min-count), in {FEWEST_UNITS} documents or blocks"
            )


def find_differing_words(compared: ComparedSides, wanted: WantedWords, reporter: Reporter) -> DifferingWords:
    """Return the words that are wanted, with their differences between two sides.

    Raises
    ------
    BadCorpus
        If no word is frequent enough on both sides.
    BadSettings
        If a measure makes no sense for these sides. With ``all`` it is left out instead, with a note.
    """
    rows = {word: row for row, word in enumerate(compared.words)}
    found = measure_differences(
        compared.text,
        compared.sides,
        min_count=wanted.min_count,
        shuffles=wanted.shuffles,
        seed=wanted.seed,
        asked=[rows[word] for word in wanted.asked] or None,
        reporter=reporter,
    )
    if not wanted.asked and not len(found.rows):
        raise BadCorpus(f"no word is seen {wanted.min_count} times on each side; take a lower --min-count")
    measures = wanted.measures
    places, others = measure_others(
        OtherMeasures(compared, wanted.min_count, wanted.shuffles, wanted.seed, reporter),
        found,
        chosen_measures(measures),
        by_first=bool(measures) and measures[0] not in {CONTEXTS, ALL},
        topn=None if wanted.asked else wanted.topn,
        least=wanted.least,
        forgiving=ALL in measures,
    )
    shown = compared_words(compared, found, places, wanted.near, others)
    measured = {one.word for one in shown}
    rare = [word for word in wanted.asked if word not in measured]
    return DifferingWords(shown, found, list(others), rare, wanted.min_count)
