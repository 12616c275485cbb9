from __future__ import annotations

import re

from w2vcli import errors
from w2vcli.errors import UnknownWords, W2vError


def test_the_tree_in_the_docstring_names_every_error_once() -> None:
    drawn = re.findall(r"─ (\w+)", errors.__doc__ or "")
    defined = [name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, W2vError)]
    assert sorted([*drawn, "W2vError"]) == sorted(defined)


def test_one_unknown_word_with_what_was_meant() -> None:
    assert str(UnknownWords({"kingg": "did you mean king?"})) == "not in the vocabulary: kingg; did you mean king?"


def test_several_unknown_words_each_with_what_was_meant() -> None:
    error = UnknownWords({"kingg": "did you mean king or kings?", "qqq": ""})
    assert str(error) == "not in the vocabulary: kingg (did you mean king or kings?), qqq"


def test_controls_in_an_unknown_word_are_made_visible() -> None:
    assert str(UnknownWords({"a\x1b": ""})) == r"not in the vocabulary: a\x1b"
