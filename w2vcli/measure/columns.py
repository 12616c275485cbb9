"""Which columns of a test set's table are its words, scores and sections: by their names, else by what is in them.

    index,Word 1,Word 2,Human (mean),std      is a heading: "Word 1" and "Word 2" are words, "Human (mean)" a score
    1,tiger,cat,7.35,0.4                      "index" and "std" are known too, and used for nothing

Sets come from many groups, so the names of columns are in many languages. They are compared by their letters and
digits alone (`_normal`), which makes ``Word 1``, ``word_1`` and ``word1`` one name.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from w2vcli.escaping import visible
from w2vcli.measure.set_rows import SetRow, SetRows

Role = Literal["index", "word", "answer", "odd", "score", "section", "other"]

# A word and its place in the question: word1, w_2, 단어 3, term_b.
_WORD = re.compile(
    r"(?:word|w|term|token|wort|mot|palabra|slovo|parola|noun|verb|adjective|lemma|entity|concept|phrase|query|item"
    r"|string|text|어휘|단어|낱말|词|詞|词语|単語|語)([1-9a-d]|one|two|three|four)"
)
_PLACES = {"one": 1, "two": 2, "three": 3, "four": 4, "a": 1, "b": 2, "c": 3, "d": 4}
_INDEX = re.compile(r"|index|idx|id|no|nr|num|number|line|row|rowname|rownames|rowid|pairid|questionid|번호|unnamed\d+")
_SECTION = re.compile(
    r"(sub)?(category|categories|class|type|group|section|topic|theme|domain)|(super|semantic)?(relation|class)(type|ship)?"
    r"|categorie|kategorie|categoria|cluster|범주|분류|유형|섹션|관계|종류|类别|分类|カテゴリ"
)
# Such as human_mean or SimLex999. A name may have one of the first parts in it; sim, rel and the last are whole names.
_SCORE = re.compile(
    r".*(score|similarity|relatedness|rating|humanmean|mean|average|avg|simlex999|simverb3500|goldstandard|gold"
    r"|judgement|judgment|human|유사도|연관도|관련도|점수|평균)|sim|rel|gold\w*|bewertung|note|评分|得分"
)
# Numbers about a score or a word: deviations, counts, and those that SimLex-999 has beside its score.
_NO_SCORE = re.compile(
    r"(sd|std|stdev|var|min|max|num|median|assoc|conc|freq).*|.*(std|stdev|sd|variance|count|freq)\d*"
)
# Of several scores that people gave, the mean is the one to compare with.
_MEAN = re.compile(r".*(mean|average|avg|평균).*")
# What one person said: WordSim-353 has columns 1 to 13.
_RATER = re.compile(r"\d+|(rater|annotator|annot|judge|subject|worker|participant)\d*")
_ANSWERS = {"answer", "answers", "expected", "target", "solution", "정답"}
_ODD = {"odd", "oddone", "oddword", "oddoneout", "outlier", "outliers", "intruder"}
# Names that a column of words may have where it is the only one of its kind, as in word, category.
_SINGLE = {
    "word",
    "words",
    "term",
    "noun",
    "wort",
    "mot",
    "단어",
    "source",
    "token",
    "concept",
    "어휘",
    "input",
    "query",
}
# Parts of speech as sets tag them: SimVerb and SCWS with a letter, others with words or Penn's tags.
_TAGS = re.compile(r"[nvajrs]|noun|verb|adj|adv|adjective|adverb|nn[sp]*|vb[dgnpz]?|jj[rs]?|rb[rs]?")
# 7.35, 7,35, .5 and 1e-3. float() would take nan, inf and 1_000 as well.
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
_MOST_SHOWN = 8
_LETTERS_SHOWN = 30
# What stands for a score that is missing.
_MISSING = {"", "nan", "na", "n/a", "none", "null", "-", "?", "inf", "-inf"}


def number(text: str) -> float | None:
    """Return the number in a field, with a decimal point or comma, perhaps in percent: ``7.35``, ``7,35`` or ``73%``.

    None is returned if the field is something else, or infinite.
    """
    text = text.removesuffix("%")
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text.replace(",", "."))
    return value if math.isfinite(value) else None


@dataclass(frozen=True)
class SetColumn:
    """A column of a table: its place from 0, its name and role, and the fields in it.

    The name is None if the table has no heading. Rows may be shorter than others, so a column may have fewer fields
    than the table has rows.
    """

    at: int
    name: str | None
    role: Role
    place: int  # of a word: 1 for the first one; 0 if its name has no number
    fields: list[str] = field(repr=False)

    @property
    def title(self) -> str:
        """The name as it is shown, or the number of a column that has none."""
        return f"column {self.at + 1}" if not self.name else _shown(self.name)

    @property
    def has_numbers(self) -> bool:
        """Whether at least half of the fields are numbers, or stand for a missing one."""
        numbers = sum(number(text) is not None for text in self.fields)
        missing = sum(text.lower() in _MISSING for text in self.fields)
        return numbers > 0 and 2 * (numbers + missing) >= len(self.fields)

    @property
    def has_distinct_integers(self) -> bool:
        """Whether all fields are integers, each another one, as an index has them."""
        return all(re.fullmatch(r"\d+", text) for text in self.fields) and len(set(self.fields)) == len(self.fields)

    @property
    def counts_rows(self) -> bool:
        """Whether the fields are consecutive integers from 0 or 1."""
        integers = [int(text) if re.fullmatch(r"\d{1,18}", text) else -1 for text in self.fields]
        return integers[0] in {0, 1} and integers == list(range(integers[0], integers[0] + len(integers)))

    @property
    def has_tags(self) -> bool:
        """Whether all fields are parts of speech, or other tags of one letter as in WordSim353's files of raters."""
        return all(_TAGS.fullmatch(text.lower()) or re.fullmatch(r"[A-Za-z]", text) for text in self.fields)

    @property
    def has_sentences(self) -> bool:
        """Whether the fields are long texts, as the contexts of SCWS are."""
        return sum(text.count(" ") for text in self.fields) > 5 * len(self.fields)

    @property
    def repeated(self) -> float:
        """The share of fields that come more than once."""
        counts = Counter(self.fields)
        return sum(count for count in counts.values() if count > 1) / max(len(self.fields), 1)


def titles(columns: Sequence[SetColumn]) -> str:
    """Return the names of the first few columns, and the numbers of those that have none."""
    first = columns[:_MOST_SHOWN]
    names = [column.title for column in first if column.name]
    numbers = [str(column.at + 1) for column in first if not column.name]
    unnamed = f"column{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}" if numbers else ""
    more = f"{len(columns) - len(first):,} more" if len(columns) > len(first) else ""
    return " and ".join(filter(None, [", ".join(names), unnamed, more]))


def _shown(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= _LETTERS_SHOWN else f"{shown[: _LETTERS_SHOWN - 1]}…"


@dataclass(frozen=True)
class SetTable:
    """The columns of a test set, and the rows below the ``heading``, which is None if there is none."""

    columns: list[SetColumn]
    rows: list[SetRow]
    heading: SetRow | None
    separator: str

    def of_role(self, role: Role) -> list[SetColumn]:
        """Return the columns of a role, in the order of the numbers in their names.

        So ``word2, word1`` is a question that begins with the second column.
        """
        found = [column for column in self.columns if column.role == role]
        return sorted(found, key=lambda column: column.place)

    @property
    def named(self) -> bool:
        """Whether the names of columns tell which of them are words."""
        return any(column.role in {"word", "answer", "odd"} for column in self.columns)


def find_columns(found: SetRows, *, may_have_scores: bool = True) -> SetTable:
    """Return the table with its columns.

    The first row is the heading in two cases: if its names are known (``word1``, ``score`` and so on), or, where there
    may be scores, if it has no number above a column of numbers. A comment above the first row may be the heading too,
    as ``# Word 1`` in gensim's sets. Names of one letter (``a b c d``) are a question if all words of the set have one
    letter.
    """
    rows = found.rows
    if not rows:
        return SetTable([], [], None, found.separator)
    width = _width(rows)
    for comment in reversed(found.comments):
        if len(comment.fields) == width and _names_columns(comment.fields, rows):
            return SetTable(_columns(comment.fields, rows, width), rows, comment, found.separator)
    first, others = rows[0], rows[1:]
    if others and len(first.fields) <= width and _is_heading(first.fields, others, width, may_have_scores):
        names = first.fields
        if len(names) == width - 1 and _columns(None, others, width)[0].has_distinct_integers:
            names = ["", *names]  # R gives the numbers of rows no name
        return SetTable(_columns(names, others, _width(others)), others, first, found.separator)
    return SetTable(_columns(None, rows, width), rows, None, found.separator)


def _width(rows: Sequence[SetRow]) -> int:
    """Return how many fields the longest row has."""
    return max(len(row.fields) for row in rows)


def _columns(names: Sequence[str] | None, rows: Sequence[SetRow], width: int) -> list[SetColumn]:
    """Return at least ``width`` columns, with the roles that their ``names`` tell."""
    columns: list[SetColumn] = []
    # A heading may be longer than the rows below it, as where the last field is often empty.
    for at in range(max(width, len(names or ()))):
        fields = [row.fields[at] for row in rows if len(row.fields) > at]
        name = names[at] if names is not None and at < len(names) else None
        role, place = _role(name, at)
        columns.append(SetColumn(at, name, role, place, fields))
    if names is not None:
        columns = _letters(columns)
    return columns


def _letters(columns: list[SetColumn]) -> list[SetColumn]:
    """Give columns called ``a``, ``b`` …, or ``a, a*, b, b*``, the roles of words."""
    lettered = [column for column in columns if _normal(column.name or "") in {"a", "b", "c", "d"}]
    if len(lettered) < 2 or any(column.role == "word" for column in columns):
        return columns
    places = {column.at: place for place, column in enumerate(lettered, 1)}
    return [
        SetColumn(column.at, column.name, "word", places[column.at], column.fields) if column.at in places else column
        for column in columns
    ]


def _is_heading(names: Sequence[str], rows: Sequence[SetRow], width: int, may_have_scores: bool) -> bool:
    """Tell whether a first row of ``names`` is the heading of ``rows``, and not a question like them."""
    if _names_columns(names, rows) or not may_have_scores:
        return _names_columns(names, rows)
    # No number stands above a column of numbers.
    below = _columns(None, rows, width)
    numeric = [column for column in below if column.has_numbers and column.at < len(names)]
    return bool(numeric) and not any(number(name) is not None or name.lower() in _MISSING for name in names)


def _names_columns(names: Sequence[str], rows: Sequence[SetRow]) -> bool:
    """Tell whether ``names`` are names of columns and not words, which a column of the set may have too."""
    if len(names) < 2 or any(number(name) is not None for name in names[:2]):
        return False
    roles = [column.role for column in _columns(names, [], len(names))]
    # One name of a word is enough if all other names are known too; two are enough by themselves.
    known = sum(role != "other" for role in roles)
    words = sum(role in {"word", "answer", "odd"} for role in roles)
    if words == 0 or (known < len(names) and words < 2):
        return False
    # A set about words such as "category" and "word" has them in its questions as well.
    questions = {text for row in rows for text in row.fields}
    if all(len(name) == 1 for name in names):
        return any(len(text) > 1 for text in questions)
    strong = sum(_WORD.fullmatch(_normal(name)) is not None for name in names) >= 2
    return strong or not any(name and name in questions for name in names)


def _role(name: str | None, at: int) -> tuple[Role, int]:
    """Return the role that the name of a column tells, and the place of a word: 0 if its name has no number."""
    if name is None:
        return "other", 0
    normal = _normal(name)
    if word := _WORD.fullmatch(normal):
        return "word", _PLACES.get(word[1]) or int(word[1])
    if normal in _SINGLE:
        return "word", 0
    for role, is_one in _ROLES.items():
        # A name of nothing but signs is that of an index in the first column, and says nothing in another.
        if is_one(normal) and not (role == "index" and normal == "" and at > 0):
            return role, 0
    return "other", 0


def _is_score(normal: str) -> bool:
    return _SCORE.fullmatch(normal) is not None and _NO_SCORE.fullmatch(normal) is None


_ROLES: dict[Role, Callable[[str], bool]] = {
    "answer": _ANSWERS.__contains__,
    "odd": _ODD.__contains__,
    "index": lambda normal: _INDEX.fullmatch(normal) is not None,
    "section": lambda normal: _SECTION.fullmatch(normal) is not None,
    "score": _is_score,
}


def is_mean(column: SetColumn) -> bool:
    """Tell whether a column is called a mean: of several scores, the one that is meant."""
    return _MEAN.fullmatch(_normal(column.name or "")) is not None


def is_rater(column: SetColumn) -> bool:
    """Tell whether a column has what single people said, or a deviation or count, by its name.

    WordSim-353 calls the columns of its thirteen raters by their numbers.
    """
    normal = _normal(column.name or "")
    return _RATER.fullmatch(normal) is not None or _NO_SCORE.fullmatch(normal) is not None


def _normal(name: str) -> str:
    """Return the letters and digits of a name, lower-cased: ``Word 1``, ``word_1`` and ``word1`` are the same."""
    folded = unicodedata.normalize("NFKC", name).lower()
    return "".join(character for character in folded if character.isalnum())
