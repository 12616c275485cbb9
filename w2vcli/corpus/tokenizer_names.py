"""The names of the tokenizers. The command line shows them without loading what they need."""

from __future__ import annotations

SUBWORDS = "subwords"

# What each one makes of a text. `w2vcli.corpus.tokenizers` has how.
TOKENIZER_NAMES = {
    "unicode": "words of letters, digits, marks and _ of any script",
    "whitespace": "what stands between blanks, for text that is tokenized already",
    "korean": "morphemes; verbs and adjectives in the form of the dictionary",
    "korean-tags": "the same with their parts of speech, as in 영화/NNG",
    "chinese": "words of Chinese",
    "japanese": "words of Japanese; verbs and adjectives in the form of the dictionary",
    "characters": "characters as people see them, without punctuation, for scripts without blanks between words",
    SUBWORDS: "subword units that are learnt on the corpus",
}
