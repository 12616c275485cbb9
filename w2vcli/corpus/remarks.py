"""Whether another tokenizer would fit a text better, by its most frequent words and by how it begins."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

from w2vcli.corpus.encoded import EncodedCorpus

_SCRIPTS = {
    "HANGUL": "korean",
    "CJK": "chinese",
    "HIRAGANA": "japanese",
    "KATAKANA": "japanese",
    "THAI": "characters",
    "LAO": "characters",
    "KHMER": "characters",
    "MYANMAR": "characters",
}
_REASONS = {
    "korean": "most words are Korean, with their particles: --tokenizer korean takes these off (w2vcli[korean])",
    "chinese": "most words look Chinese, which has no blanks between them: --tokenizer chinese finds them "
    "(w2vcli[chinese]), --tokenizer characters takes each character",
    "japanese": "most words look Japanese, which has no blanks between them: --tokenizer japanese finds them "
    "(w2vcli[japanese]), --tokenizer characters takes each character",
    "characters": "most words are in a script without blanks between them: --tokenizer characters takes each character",
}
_MOST_FREQUENT, _MOST_CHARACTERS = 1000, 20
# Particles that are the most frequent words of a Korean text in which they are cut off. Else few of them stand alone.
_PARTICLES = frozenset("은는이가을를에의")
_FEWEST_PARTICLES, _AMONG = 4, 50
# What the Penn Treebank's and Moses' tokenizers leave behind, what stands for rare words, and the marks at parts of
# words that subword-nmt, BERT and SentencePiece make.
_TRACES = re.compile(r"(?<!\S)(?:@[-,.]@|<unk>|-[LR]RB-|``|''|\[(?:UNK|CLS|SEP)\]|\w+@@|##\w+|\u2581\w+)(?!\S)")
_LONE_MARK = re.compile(r"(?<!\S)[,.](?!\S)")
_FEWEST_TRACES, _FEWEST_MARKS = 3, 20
# A document of HTML may begin with comments or a declaration of XML.
_HTML = re.compile(
    # No comment reaches over its end, or n of them could be taken together in 2 ** n ways.
    r"\ufeff?\s*(?:(?:<!--(?:(?!-->).)*-->|<\?xml[^>]*>)\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
# A token of CoNLL-U: ten columns, of which the first is its number in the sentence, 1-2 for two in one, 1.1 for none.
_CONLLU = re.compile(r"^[1-9]\d*(?:[-.]\d+)?(?:\t[^\t\n]+){9}$", re.MULTILINE)
_FEWEST_CONLLU = 3


def tokenizer_for(corpus: EncodedCorpus) -> str | None:
    """Return the tokenizer for the script of most characters, None if most are of a script with blanks.

    The 1,000 most frequent words count, each as often as it comes, by their first 20 characters.
    """
    scripts: dict[str | None, int] = {}
    for number in np.argsort(-corpus.counts, kind="stable")[:_MOST_FREQUENT].tolist():
        for character in corpus.words[number][:_MOST_CHARACTERS]:
            name = unicodedata.name(character, "").split()[:1]
            tokenizer = _SCRIPTS.get(name[0]) if name else None
            scripts[tokenizer] = scripts.get(tokenizer, 0) + int(corpus.counts[number])
    if scripts.get("japanese", 0) > 0.1 * sum(scripts.values()):
        return "japanese"  # which has Chinese characters too, so that its own kana are few
    return max(scripts, key=lambda tokenizer: scripts[tokenizer])


def better_tokenizer(corpus: EncodedCorpus, tokenizer: str) -> str | None:
    """Return which tokenizer would fit a corpus better than ``unicode``, and why, as a note. None if none would.

    Korean words whose particles are cut off already need none.
    """
    better = tokenizer_for(corpus) if tokenizer == "unicode" else None
    return None if better is None or (better == "korean" and _has_lone_particles(corpus)) else _REASONS[better]


def _has_lone_particles(corpus: EncodedCorpus) -> bool:
    frequent = {corpus.words[number] for number in np.argsort(-corpus.counts, kind="stable")[:_AMONG].tolist()}
    return len(_PARTICLES & frequent) >= _FEWEST_PARTICLES


def looks_tokenized(text: str) -> bool:
    """Tell whether a text is tokenized already: punctuation stands alone, or it has a tokenizer's own marks.

    ``The king , said he .`` has lone marks, and ``play@@ ing`` has the mark of subword-nmt.
    """
    if len(_TRACES.findall(text)) >= _FEWEST_TRACES:
        return True
    lone = len(_LONE_MARK.findall(text))
    return lone >= _FEWEST_MARKS and lone >= 0.9 * (text.count(", ") + text.count(". ") + text.count(".\n"))


def markup_of(text: str) -> str | None:
    """Return ``HTML`` or ``CoNLL-U`` if the beginning of a text looks like it, else None.

    Both would be read as plain text, and their tags and annotations as words.
    """
    if _HTML.match(text):
        return "HTML"
    return "CoNLL-U" if len(_CONLLU.findall(text)) >= _FEWEST_CONLLU else None
