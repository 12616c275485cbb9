"""The methods that answer analogies, by name, for help and for types: this module imports next to nothing."""

from __future__ import annotations

from typing import Literal, get_args

# gensim calls them most_similar and most_similar_cosmul.
Method = Literal["3cosadd", "3cosmul"]
METHODS: tuple[Method, ...] = get_args(Method)
