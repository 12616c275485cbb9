"""What values from Python may be: the ranges and the choices of the flags, which the commands leave to Click."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any, NamedTuple, get_args

from w2vcli.errors import BadSettings
from w2vcli.measure.kinds import Kind
from w2vcli.queries.methods import METHODS


class _Whole(NamedTuple):
    """A whole number in a range, whose end may be open."""

    least: int
    most: int | None = None


_RANGES = {
    "topn": _Whole(1),
    "restrict_vocab": _Whole(1),
    "seed": _Whole(0, 2**31),
    "near": _Whole(1),
    "min_count": _Whole(2),
    "shuffles": _Whole(100, 10_000),
    "contexts": _Whole(0),
    "lines": _Whole(0),
    "resamples": _Whole(1),
    "clusters": _Whole(2),
    "dimensions": _Whole(2, 3),
    "top": _Whole(0),
    "limit": _Whole(1),
    "workers": _Whole(1, 1024),
    "components": _Whole(0),
    "phrase_min_count": _Whole(1),
    "phrase_passes": _Whole(1, 9),
    "subword_vocabulary": _Whole(1, 10_000_000),
    "stability.variants": _Whole(5),
}
_CHOICES = {
    "analogy.method": METHODS,
    "plot.method": ("tsne", "pca", "umap"),
    "kind": get_args(Kind),
    "case": ("keep", "lower", "ignore"),
    "encoding_errors": ("strict", "replace", "ignore"),
    "line_breaks": ("auto", "end", "join"),
    "phrases": ("default", "npmi"),
    "model_type": ("word2vec", "fasttext"),
}
_NONE_IS_ALL = {"words.topn"}
_NO_DEFAULT = Parameter.empty


class Checks:
    """What the values of a function may be, by the names of its parameters and what they are by default."""

    def __init__(self, function: Callable[..., Any]) -> None:
        parameters = signature(function).parameters
        self._function = function.__name__
        self._defaults = {name: each.default for name, each in parameters.items()}
        # Behind any number of words there are only values that are named.
        has_words = any(each.kind is Parameter.VAR_POSITIONAL for each in parameters.values())
        self._positions = [] if has_words else list(parameters)

    def require(self, values: tuple[Any, ...], named: Mapping[str, Any]) -> None:
        """Raise `BadSettings` if a value is none that there may be."""
        for name, value in (*zip(self._positions, values, strict=False), *named.items()):
            if name in self._defaults and value is not self._defaults[name]:
                require_value(self._function, name, value, self._defaults[name])


def require_value(function: str, name: str, value: object, default: object = _NO_DEFAULT) -> None:
    """Raise `BadSettings` if a parameter of that name cannot have a value other than its default."""
    full = f"{function}.{name}"
    if value is None and (default is None or full in _NONE_IS_ALL):
        return
    if (whole := _RANGES.get(full) or _RANGES.get(name)) and not isinstance(default, bool):
        _require_whole(name, value, whole)
    elif choices := _CHOICES.get(full) or _CHOICES.get(name):
        if value not in choices:
            raise BadSettings(f"{name} is one of {', '.join(choices)}, not {value!r}")
    elif isinstance(default, bool) and not isinstance(value, bool):
        raise BadSettings(f"{name} is True or False, not {value!r}")
    elif name == "encoding":
        try:
            codecs.lookup(str(value))
        except LookupError as error:
            raise BadSettings(f"Python knows no encoding of text called {value}") from error


def _require_whole(name: str, value: object, whole: _Whole) -> None:
    is_whole = hasattr(value, "__index__") and not isinstance(value, bool)
    if is_whole and whole.least <= value and (whole.most is None or value <= whole.most):  # type: ignore[operator]
        return
    if whole.most is None:
        raise BadSettings(f"{name} is a whole number from {whole.least:,} on, not {value!r}")
    raise BadSettings(f"{name} is a whole number from {whole.least:,} to {whole.most:,}, not {value!r}")
