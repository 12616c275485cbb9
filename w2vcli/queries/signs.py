"""Signs and weights that are glued to their words: ``king -man``, ``king*2``, or the words ``-1``, ``C++`` and ``5*2``.

    typed          the vocabulary has           it is read as
    king-man       king, man                    king - man, and that is told
    king-man       king, man, king-man          the word, and the other reading is told
    e-mail         mail                         an error: e-mail is not in the vocabulary
    -girl          girl, -girl                  an error that shows both readings
    king*2         king                         king, which counts twice
    king*2         king, king*2                 the word, and king*2.0 is told, which counts twice

Nothing is guessed. Where a term may be read in two ways that differ, the question is not answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from w2vcli.errors import BadExpression
from w2vcli.models.directory import Model
from w2vcli.queries.expression import (
    MINUS,
    PLUS,
    SIGNS,
    Expression,
    TypedPart,
    Weighed,
    parse_expression,
    split_signs,
    weighed,
)
from w2vcli.queries.tokens import has_pieces, loses_sign, row_of, tokens_of

Note = Callable[[str], None]

_BLANKS = "put blanks around + and -"
_MOST_SIGNS = 64  # all ways to cut a term are tried


def read_expression(terms: Sequence[str], model: Model, note: Note) -> Expression:
    """Return what ``terms`` add and subtract. A glued sign is a sign if no word of the vocabulary is spelt so.

    What may have been meant otherwise is told to ``note``.

    Raises
    ------
    BadExpression
        If it is no analogy, a glued sign has an unknown word, or there are two readings.
    """
    parts: list[TypedPart] = []
    for term in _words_of(terms, model):
        [as_typed] = split_signs([term])
        if as_typed.is_sign:
            # A dash of its own in the vocabulary, as from a text with dashes, could be meant as a word.
            if term not in "+-" and model.words.row(term) is not None:
                note(f"{term} is read as a sign; :similar in w2v shell and w2v similar take it as a word")
            parts.append(as_typed)
            continue
        found = _weight_in(term, model, note)
        word = term if found is None else found.word
        is_signed = bool(parts) and parts[-1].is_sign
        read = [TypedPart(word)] if SIGNS.isdisjoint(word) else _read(word, model, note, is_signed=is_signed)
        if found is not None:  # king-man*2 is king - man*2
            read[-1] = read[-1]._replace(weight=found.weight)
        parts += read
    return parse_expression(parts)


def require_no_arithmetic(words: Iterable[str], model: Model, note: Note) -> None:
    """Refuse a word whose sign or weight would be lost or be taken for arithmetic, where there is none.

    Raises
    ------
    BadExpression
        If a word has a sign at an end, or is one, or has a weight, and is not in the vocabulary.
    """
    words = list(words)
    for word in words:
        found = weighed(word)
        if found is not None and model.words.row(found.word) is not None and not _is_spelt_with_weight(word, model):
            raise BadExpression(
                f"{word} is not in the vocabulary, and a weight means nothing here; leave it out, or ask w2v analogy"
            )
        if SIGNS.isdisjoint(word):
            continue
        bare = word.strip("".join(SIGNS))
        means_another = not bare or (bare != word and row_of(model, bare) is not None)
        if model.words.row(word) is not None:
            if means_another and len(words) > 1:
                note(f"{word} is asked as a word; to add and subtract words, ask w2v analogy")
        elif means_another or loses_sign(word, model):
            raise BadExpression(
                f"{word} is not in the vocabulary, and a sign means nothing here; leave it out, or ask w2v analogy"
            )
        elif _readings(word, model):
            note(f"{word} is asked as a word; to add and subtract words, ask w2v analogy")


def _weight_in(term: str, model: Model, note: Note) -> Weighed | None:
    """Return the word and the weight that ``king*2`` is, or None for a term without a weight.

    If a word of the vocabulary is spelt so, it is meant, and ``note`` is told how to weigh the other.
    """
    found = weighed(term)
    if found is None or found.word[-1] in SIGNS:
        return None
    if not _is_spelt_with_weight(term, model):
        return found
    if _is_word(found.word, model):
        other = term if "." in term[len(found.word) :] else f"{term}."
        while model.words.row(other := f"{other}0") is not None:
            pass
        note(f"{term} is a word of the vocabulary; to weigh {found.word}, write {other}")
    return None


def _is_spelt_with_weight(term: str, model: Model) -> bool:
    """Return whether the vocabulary has ``king*2`` itself, perhaps as its tokenizer writes it."""
    spellings = [term, *(token for token in tokens_of(term, model) if weighed(token) is not None)]
    return any(model.words.row(spelling) is not None for spelling in spellings)


def _words_of(terms: Sequence[str], model: Model) -> list[str]:
    """Return ``terms``, and in place of one with blanks that is no word of the model, the words in it."""
    words: list[str] = []
    for term in terms:
        has_blanks = " " in term or "\t" in term
        words += [term] if not has_blanks or _is_word(term, model) else term.split()
    return words


def _read(term: str, model: Model, note: Note, *, is_signed: bool) -> list[TypedPart]:
    """Return the parts of a term that has signs and is not one.

    If a sign stands before it (``is_signed``), a word of the vocabulary is meant as a word.

    Raises
    ------
    BadExpression
        If it has two readings, or none.
    """
    readings = _readings(term, model)
    if model.words.row(term) is not None:
        if readings and not is_signed:
            shown = _shown(readings[0])
            if term[0] in SIGNS or term[-1] in SIGNS:
                raise BadExpression(
                    f"{term} is a word of the vocabulary, and may be {shown}: write + {term} for the word, or {_BLANKS}"
                )
            note(f"{term} is a word of the vocabulary; for {shown}, {_BLANKS}")
        return [TypedPart(term)]
    if _is_word(term, model):
        if readings:
            [token] = tokens_of(term, model)
            raise BadExpression(f"{term} may be the word {token} or {_shown(readings[0])}: write the one that is meant")
        return [TypedPart(term)]
    if not readings:
        raise BadExpression(f"{term} is not in the vocabulary; {_BLANKS}{_hint(term, model)}")
    if len(readings) > 1:
        raise BadExpression(f"{term} may be {' or '.join(map(_shown, readings))}; {_BLANKS}")
    [parts] = readings
    if sum(not part.is_sign for part in parts) > 1:
        note(f"{term} is read as {_shown(parts)}")
    return parts


def _readings(term: str, model: Model) -> list[list[TypedPart]]:
    """Return how ``term`` can be cut into signs and words that the model has: no way, one, or the first two.

    ``twenty-one-man`` is ``twenty-one - man`` and ``twenty - one - man`` if the model has all these words. What comes
    after a place is found once, however many ways lead there.
    """
    if sum(map(SIGNS.__contains__, term)) > _MOST_SIGNS:
        return []
    signs = [at for at, character in enumerate(term) if character in SIGNS]

    @cache
    def from_word(start: int) -> list[list[TypedPart]]:
        """Cut what begins at ``start`` with a word."""
        ways: list[list[TypedPart]] = []
        for stop in [*(at for at in signs if at > start), len(term)]:
            part = None if (start, stop) == (0, len(term)) else _part(term[start:stop], model)
            if part is None:
                continue
            behind = [[]] if stop == len(term) else from_sign(stop)
            ways += [[part, *rest] for rest in behind]
        return ways[:2]

    @cache
    def from_sign(at: int) -> list[list[TypedPart]]:
        """Cut what begins at ``at`` with a sign, which may be the end."""
        sign = TypedPart("+" if term[at] in PLUS else "-", is_sign=True, is_glued=True)
        return [[sign]] if at + 1 == len(term) else [[sign, *rest] for rest in from_word(at + 1)]

    return ((from_sign(0) if term[0] in SIGNS else []) + from_word(0))[:2]


def _part(term: str, model: Model) -> TypedPart | None:
    """Return a term of a longer one if it is a word that the model has, perhaps with its weight."""
    found = weighed(term)
    if found is not None and not _is_spelt_with_weight(term, model):
        return TypedPart(found.word, weight=found.weight) if _is_word(found.word, model) else None
    return TypedPart(term) if _is_word(term, model) else None


def _is_word(word: str, model: Model) -> bool:
    """Return whether the model has ``word``, with its signs if it has some."""
    if model.words.row(word) is not None:
        return bool(word.strip("".join(SIGNS)))
    return row_of(model, word) is not None or (has_pieces(model) and bool(word) and SIGNS.isdisjoint(word))


def _shown(parts: Iterable[TypedPart]) -> str:
    """Return parts as they should be typed."""
    return " ".join(part.typed for part in parts)


def _hint(term: str, model: Model) -> str:
    """Return what may be meant by the unknown words in ``term``."""
    spaced = "".join(" " if character in MINUS | PLUS else character for character in term)
    from w2vcli.queries.suggestions import explain

    hints = {word: explain(word, model) for word in spaced.split() if not _is_word(word, model)}
    return "".join(f"; {word}: {hint}" for word, hint in hints.items() if hint)
