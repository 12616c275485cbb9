"""What kind of questions the columns of a test set hold, and which column holds what.

If the columns have names that are known, the names decide. Else the first rule that fits does:

==========================================  ==============================================================
a column of numbers, and two of words       pairs: ``tiger cat 7.35``
four words in half of the rows              analogies: ``man woman king queen``
five, one of them a tag (MSR)               analogies with a section: ``good better bad worse JJ_JJR``
two, one of them from a short list          categories: ``apple food``
two, the second with ``/`` in it            analogies, pairs of one relation (BATS): ``big bigger/larger``
one, below names of sections                categories
three or more                               odd ones out, the odd one last
words below ``: target math`` and the like   associations (WEAT)
==========================================  ==============================================================

A set that is read as the wrong kind gives a figure that looks right. So where two rules fit, or one that is seldom
meant, the set is refused with the kinds that it may be, and ``--kind`` says which it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from w2vcli.errors import DamagedInput
from w2vcli.escaping import visible
from w2vcli.measure.columns import SetColumn, SetTable, is_mean, is_rater, titles
from w2vcli.measure.kinds import Kind
from w2vcli.measure.refusals import (
    no_score,
    refuse_others,
    require_names_for_all,
    require_no_relation,
    several_fit,
)
from w2vcli.measure.weat import roles_of

EXPECTED: dict[Kind, str] = {
    "pairs": "two words and a score",
    "analogies": "four words",
    "categories": "a word and its category",
    "odd": "three words or more, the odd one last",
    "weat": "words in sections called 'target NAME' and 'attribute NAME'",
}
_ANY = "; or ".join(EXPECTED.values())
_SEVERAL = re.compile(r"[^/\s][^/]*(/[^/]+)+")
_BATS = re.compile(r"[IDEL]\d\d \[")  # as the files of BATS are called
_MSR = re.compile(r"[A-Z]{2,5}\$?_[A-Z]{2,5}\$?", re.IGNORECASE)
# 500 pairs of one relation, each with each other, make 249,500 questions.
_MOST_PAIRS = 500


class QuestionLayout(NamedTuple):
    """In which columns the words, the score and the section of a question stand.

    Without ``words`` all fields are words, the odd one last. Analogies with two words have a pair of one relation in
    each row, and any two pairs make a question. ``several`` says that ``/`` stands between several right answers.
    """

    kind: Kind
    words: tuple[SetColumn, ...] = ()
    score: SetColumn | None = None
    section: SetColumn | None = None
    several: bool = False

    @property
    def is_relation(self) -> bool:
        """Whether the rows are pairs of one relation, of which any two make a question."""
        return self.kind == "analogies" and len(self.words) == 2


def find_layout(table: SetTable, kind: Kind | None, name: str) -> QuestionLayout:
    """Return how the table of the file ``name`` is laid out, as questions of ``kind`` if that is given.

    Raises
    ------
    DamagedInput
        If no kind fits, or several do.
    """
    if not table.rows:
        raise _nothing(table, kind, name)
    if kind in {None, "weat"} and (associations := _associations(table, kind, name)) is not None:
        return associations
    refuse_others(table, kind, name)
    require_names_for_all(table, name)
    # Names are what somebody meant; fields are only what they look like.
    layout = _by_names(table, kind, name) if table.named else _by_fields(table, kind, name)
    if layout.is_relation and len(table.rows) > _MOST_PAIRS:
        raise DamagedInput(
            f"{name} has {len(table.rows):,} pairs of one relation, of which any two make a question; at most"
            f" {_MOST_PAIRS} can be asked: split the file into its relations, or say --kind categories"
        )
    return layout


def told(table: SetTable, layout: QuestionLayout) -> str:
    """Return in a few words how a set was read: its kind and what stands in which columns."""
    parts = [f"read as {layout.kind} (--kind)"]
    if layout.is_relation:
        parts.append(f"{layout.words[0].title} and {layout.words[1].title} are pairs of one relation, each with each")
    elif layout.words:
        parts.append(f"words in {titles(layout.words)}")
    if layout.several:
        parts.append("'/' between several right answers")
    parts += [
        f"{role} in {column.title}"
        for role, column in (("score", layout.score), ("section", layout.section))
        if column is not None
    ]
    used = {column.at for column in (*layout.words, layout.score, layout.section) if column is not None}
    unused = [column for column in table.columns if column.at not in used]
    if layout.words and unused:
        parts.append(f"not used: {titles(unused)}")
    if table.heading is not None:
        parts.append(f"line {table.heading.line:,} is the heading")
    return "; ".join(parts)


def _nothing(table: SetTable, kind: Kind | None, name: str) -> DamagedInput:
    """Return what to say of a set without a question: what was expected, and what its first line is."""
    if kind is None or not table.rows:
        return DamagedInput(f"{name} has no question in it: expected lines of {_ANY}")
    first = table.rows[0]
    return DamagedInput(f"{name} has no question in it: line {first.line:,}: {expected_but(kind, first.fields)}")


def expected_but(kind: Kind, fields: Sequence[str]) -> str:
    """Return what a line of a kind should be, and what it is."""
    count = len(fields)
    shown = visible(" ".join(fields))[:60]
    return f"expected {EXPECTED[kind]}, found {count} field{'s' if count != 1 else ''}: {shown}"


def _by_names(table: SetTable, kind: Kind | None, name: str) -> QuestionLayout:
    """Return the layout that the names of columns tell: of the kind asked for, else of the first that fits."""
    words, answers, odd = (table.of_role(role) for role in ("word", "answer", "odd"))
    section = max(table.of_role("section"), key=lambda column: len(set(column.fields)), default=None)
    fits: dict[Kind, QuestionLayout] = {}
    if len(words) >= 2 and odd and not answers:
        fits["odd"] = QuestionLayout("odd", (*words, odd[0]), None, section)
    elif len(words) == 2 and (score := _score(table, name)) is not None:
        fits["pairs"] = QuestionLayout("pairs", tuple(words), score)
    elif len(words) + len(answers) == 4 and len(answers) < 2:
        fits["analogies"] = QuestionLayout("analogies", (*words, *answers), None, section)
    elif len(words) + len(answers) == 2 and len(answers) < 2:
        several = _has_lists([*words, *answers][1])
        if kind is None and not (several or section):
            raise no_score(table, name)
        fits["analogies"] = QuestionLayout("analogies", (*words, *answers), None, section, several)
    elif len(words) == 1 and section is not None:
        fits["categories"] = QuestionLayout("categories", (words[0],), None, section)
    elif len(words) >= 3 and not answers and kind == "odd":
        fits["odd"] = QuestionLayout("odd", tuple(words), None, section)
    if kind == "odd" and len(words) >= 3 and not fits.keys() & {"odd"}:
        fits["odd"] = QuestionLayout("odd", (*words, *answers), None, section)
    if kind == "categories" and len(words) == 2 and not answers:
        fits["categories"] = QuestionLayout("categories", (words[0],), None, words[1])
    if kind is not None and kind in fits:
        return fits[kind]
    if kind is None and fits:
        return next(iter(fits.values()))
    found = titles(table.columns)
    if kind is None and len(words) >= 3:
        raise several_fit(name, f"columns {found} have {len(words)} words and no answer", {"odd": "the odd one last"})
    raise DamagedInput(
        f"{name} has no question in it: expected {EXPECTED[kind] if kind else _ANY}; found the columns {found},"
        " which may be called word1, word2, word3, word4, score, section, word, category, odd"
    )


def _associations(table: SetTable, kind: Kind | None, name: str) -> QuestionLayout | None:
    """Return the layout of words in sections of targets and attributes, or None if the sections are others."""
    column = next(iter(table.of_role("section")), None)
    sections = list(dict.fromkeys(column.fields if column else [row.section for row in table.rows]))
    roles = roles_of(sections)
    if len(roles) < len(sections) and kind is None:
        return None
    counts = [list(roles.values()).count(role) for role in ("target", "attribute")]
    if len(roles) < len(sections) or counts[0] < 1 or counts[1] != 2:
        shown = visible(", ".join(filter(None, sections)))[:60] or "no section"
        raise DamagedInput(f"{name}: expected {EXPECTED['weat']}, one target or more and two attributes; found {shown}")
    words = tuple(table.of_role("word")[:1]) if column else ()
    return QuestionLayout("weat", words, None, column)


def _score(table: SetTable, name: str) -> SetColumn | None:
    """Return the column of the score: the one of that name, else the only one with numbers; None if there is none.

    Columns of single raters do not count. Of several scores, the one that is called a mean is taken.
    """
    named = [column for column in table.of_role("score") if column.has_numbers]
    means = [column for column in named if is_mean(column)]
    if len(named) == 1 or len(means) == 1:
        return (means or named)[0]
    if not named:
        named = [
            column for column in table.columns if column.role == "other" and column.has_numbers and not is_rater(column)
        ]
    if len(named) > 1:
        raise DamagedInput(
            f"{name}: which of the columns {titles(named)} is the score? Leave one of them, or call it 'mean score'"
        )
    return named[0] if named else None


def _by_fields(table: SetTable, kind: Kind | None, name: str) -> QuestionLayout:
    """Return the layout that the fields tell, where no names of columns do."""
    # Four columns that were said to be analogies may begin with numbers: 1 one 2 two.
    columns = table.columns if kind == "analogies" and len(table.columns) == 4 else _without_index(table.columns)
    numeric = [column for column in columns if column.has_numbers]
    if kind is None and len(columns) == 4 and [column.has_numbers for column in columns] == [False, True] * 2:
        choices: dict[Kind, str] = {"analogies": "as in one 1 two 2", "pairs": "the score is the first number"}
        raise several_fit(name, "words and numbers take turns", choices)
    if kind == "pairs" or (kind is None and numeric and len(columns) > 2):
        return _pairs(table, columns, name)
    if kind == "odd":
        return _odd(table, columns)
    return _by_widths(table, columns, kind, name)


def _by_widths(table: SetTable, columns: list[SetColumn], kind: Kind | None, name: str) -> QuestionLayout:
    """Return the layout of words without scores: four, five, two, one or at least three in half of the rows."""
    unused = len(table.columns) - len(columns)
    counts = [len(row.fields) - unused for row in table.rows]
    # Three words are odd ones out at best, as are six and more, so these widths come last, together.
    width = next((width for width in (4, 5, 2, 1) if 2 * counts.count(width) >= len(counts)), 0)
    layout = None
    if width == 4 and kind in {None, "analogies"}:
        layout = QuestionLayout("analogies", tuple(columns[:4]))
    elif width == 5 and kind in {None, "analogies"}:
        layout = _five(columns[:5], kind, name)
    elif width == 2 and kind == "categories":
        layout = _categories(columns[:2])
    elif width == 2 and not any(column.has_numbers for column in columns):
        layout = _two(columns[:2], kind, name)
    elif width == 1 and kind in {None, "categories"} and any(row.section for row in table.rows):
        layout = QuestionLayout("categories", (columns[0],))
    if layout is None and kind is None and 2 * sum(count >= 3 for count in counts) >= len(counts):
        require_no_relation(table, columns, name)
        layout = _odd(table, columns)
    if layout is None:
        raise _nothing(table, kind, name)
    return layout


def _without_index(columns: list[SetColumn]) -> list[SetColumn]:
    """Leave out a first column that numbers the rows."""
    first, others = columns[0], columns[1:]
    if not first.has_distinct_integers or sum(not column.has_numbers for column in others) < 2:
        return columns
    # Without a score, distinct integers may be words: 3 drei 7 sieben. Only 1, 2, 3 and so on are surely an index.
    has_score = any(column.has_numbers for column in others)
    return others if has_score or first.counts_rows else columns


def _pairs(table: SetTable, columns: Sequence[SetColumn], name: str) -> QuestionLayout:
    """Return the layout of two words and a score: the first number behind the words, else the first of all."""
    numeric = [column for column in columns if column.has_numbers]
    texts = [column for column in columns if not column.has_numbers]
    if len(texts) < 2 < len(columns):  # words may be written in digits
        texts = list(columns[:2])
        numeric = [column for column in columns[2:] if column.has_numbers]
    if not numeric or len(columns) < 3:
        raise _nothing(table, "pairs", name)
    words = _two_words(texts, numeric, name)
    score = next((column for column in numeric if column.at > words[1].at), numeric[0])
    integers = all(all(text.isdecimal() for text in column.fields) for column in columns[-2:])
    # tiger,cat,7,35 is four fields where somebody wrote a decimal comma, and a wrong score of 7 would go unseen.
    if table.separator == "commas" and len(columns) == 4 and numeric == list(columns[-2:]) and integers:
        shown = visible(",".join(table.rows[0].fields))[:40]
        raise DamagedInput(
            f"{name}: two numbers between commas, as in {shown}, may be one with a decimal comma; write decimal"
            " points, or semicolons between fields, or the line word1,word2,score,other first"
        )
    return QuestionLayout("pairs", words, score)


def _two_words(texts: Sequence[SetColumn], numeric: Sequence[SetColumn], name: str) -> tuple[SetColumn, SetColumn]:
    """Return the two columns of words among ``texts``, which may be tags, sentences, topics and remarks too."""
    before = [column for column in texts if column.at < numeric[-1].at]
    candidates = [column for column in texts if not (column.has_tags or column.has_sentences)]
    if len(candidates) > 2:  # what stands behind a score is told of the pair
        candidates = [column for column in candidates if column in before] or candidates
    # A first column of few values, as noun, noun, verb, is a topic of the pair.
    if len(candidates) > 2 and candidates[0].repeated > 0.5 >= max(each.repeated for each in candidates[1:]):
        candidates = candidates[1:]
    if len(candidates) < 2:
        candidates = list(texts[:2])
    if len(candidates) > 2:
        raise DamagedInput(
            f"{name}: which two of {titles(candidates)} are the words?"
            " Write a first line with names of columns, as in word1, word2, score"
        )
    return candidates[0], candidates[1]


def _odd(table: SetTable, columns: Sequence[SetColumn]) -> QuestionLayout:
    """Return the layout of words of which the last is the odd one."""
    # A set of rows of one length may have an index before its words; else all fields are words.
    whole = len(columns) == len(table.columns)
    return QuestionLayout("odd") if whole else QuestionLayout("odd", tuple(columns))


def _five(columns: Sequence[SetColumn], kind: Kind | None, name: str) -> QuestionLayout | None:
    """Return the layout of four words and a tag, as in MSR's set, or a section; None if the five are all words."""
    # MSR's tags, such as JJ_JJR, are no words, whether they repeat or not.
    tagged = [column for column in columns if all(_MSR.fullmatch(text) for text in column.fields)]
    repeating = [column for column in (columns[0], columns[-1]) if column.repeated > 0.5]
    section = next(iter(tagged or repeating), None)
    if kind is None and not tagged:
        if section is None:
            return None
        raise several_fit(
            name,
            f"five words a line, of which {section.title} repeats",
            {"analogies": f"{section.title} is the section", "odd": "five words, the odd one last"},
        )
    if section is None:
        raise DamagedInput(
            f"{name}: which of five columns is the section? Write a first line with names of columns, as in"
            " section, word1, word2, word3, word4"
        )
    words = tuple(column for column in columns if column is not section)
    return QuestionLayout("analogies", words, None, section)


def _two(columns: Sequence[SetColumn], kind: Kind | None, name: str) -> QuestionLayout:
    """Return the layout of two words a line: pairs of one relation (BATS), or words and categories."""
    first, second = columns
    several = _has_lists(second)
    if kind == "analogies" or _BATS.match(name) or (several and second.repeated < 0.5):
        return QuestionLayout("analogies", (first, second), several=several)
    # Of 45 words in 5 categories, each category comes 9 times: nearly all fields of that column repeat.
    if max(first.repeated, second.repeated) >= 0.9 and not (several and second.repeated < 0.9):
        return _categories(columns)
    raise several_fit(
        name,
        "two words a line",
        {"categories": "a word and its category", "analogies": "pairs of one relation, each with each"},
    )


def _categories(columns: Sequence[SetColumn]) -> QuestionLayout:
    """Return the layout of a word and its category, which is the column that repeats."""
    first, second = columns
    if first.repeated >= 0.9 and second.repeated < 0.5:  # the category is written first
        first, second = second, first
    return QuestionLayout("categories", (first,), None, second)


def _has_lists(column: SetColumn) -> bool:
    """Tell whether fields have several words with ``/`` between them, as right answers in BATS."""
    return any(_SEVERAL.fullmatch(text) for text in column.fields)
