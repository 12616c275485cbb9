"""A server of the Model Context Protocol (MCP), by which programs ask a model and change nothing.

Each tool is a question of `w2vcli.face.model.Model`, by its name and its words. What comes from outside names words,
models at home and columns of their own text, but no paths.
"""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from dataclasses import is_dataclass
from importlib.metadata import version
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from w2vcli.errors import BadSettings, W2vError
from w2vcli.face.model import Model
from w2vcli.face.table import Table
from w2vcli.models.registry import is_path

_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

Words = Annotated[list[str], Field(min_length=1, max_length=1000, description="Words of the model's vocabulary")]
Topn = Annotated[int, Field(ge=1, le=1000, description="How many, the best first")]
Answer = dict[str, Any]


def make_server(model: Model) -> MCPServer[Any]:
    """Return a server that answers questions to ``model``."""
    size = f"{len(model):,} words x {model.vector_size}"
    server: MCPServer[Any] = MCPServer(
        "w2v",
        title=f"w2v: {model.name}",
        version=version("w2vcli"),
        instructions=f"Word vectors of the model {model.name} ({size}). Similarities are cosines, from -1 to 1. "
        "count is how often a word was seen; words that were seen a few dozen times have neighbours of chance.",
        log_level="ERROR",
    )
    for tool in _tools(model):
        server.add_tool(tool, annotations=_READS, structured_output=True)
    return server


def _tools(model: Model) -> list[Callable[..., Answer]]:
    """Return the questions as functions, whose signatures and docstrings are what a program is told of them."""
    answered = _Answering(model)

    def similar(words: Words, topn: Topn = 10) -> Answer:
        """Nearest neighbours of a word, or of the mean of several words."""
        return answered(lambda: model.similar(*words, topn=topn))

    def analogy(
        positive: Words,
        negative: Annotated[list[str], Field(description="Words to subtract")] = [],  # noqa: B006 - JSON's default
        topn: Topn = 10,
        method: Literal["3cosadd", "3cosmul"] = "3cosadd",
    ) -> Answer:
        """Words that fit an analogy: positive boy and queen, negative girl, is about king."""
        return answered(lambda: model.analogy(positive=positive, negative=negative, topn=topn, method=method))

    def similarity(word1: str, word2: str) -> Answer:
        """How similar two words are: their cosine."""
        return answered(lambda: model.similarity(word1, word2))

    def odd(words: Words) -> Answer:
        """Words with their similarity to the mean of them all: the odd one out comes first. Takes three or more."""
        return answered(lambda: model.odd(*words))

    def features(
        words: Words,
        axes: Annotated[
            dict[str, list[tuple[str, str]]],
            Field(description="Pairs of words by the name of an axis, from its negative to its positive end"),
        ] = {},  # noqa: B006 - JSON's default
    ) -> Answer:
        """Places of words on axes, from -1 to 1. Without axes they are gender, royal, age and food."""
        ends = (end for pairs in axes.values() for pair in pairs for end in pair)
        if (wrong := next((end for end in ends if not end or {":", ","}.intersection(end)), None)) is not None:
            raise ToolError(f"not a word for the end of an axis: {wrong!r}")
        return answered(lambda: model.features(*words, axes=axes))

    def why(
        terms: Words,
        contexts: Annotated[int, Field(ge=0, le=1000)] = 10,
        lines: Annotated[int, Field(ge=0, le=1000)] = 10,
    ) -> Answer:
        """Reasons in the model's text why two words are near, or a word and its nearest one: contexts and lines."""
        return answered(lambda: model.why(*terms, contexts=contexts, lines=lines))

    def compare(
        words: Annotated[list[str], Field(description="Words to look at; without any, those that differ most")] = [],  # noqa: B006
        other: Annotated[str | None, Field(description="Name of another model")] = None,
        by: Annotated[str | None, Field(description="Column of the table that the model was trained on")] = None,
        topn: Topn = 10,
        min_count: Annotated[int, Field(ge=1)] = 20,
    ) -> Answer:
        """Words that mean something else in the text of another model, or on the two sides of a column."""

        def compared() -> object:
            if other is not None and is_path(other):
                raise BadSettings(f"other is the name of a model, not a path: {other}")
            return model.compare(*words, other=other, by=by, topn=topn, min_count=min_count)

        return answered(compared)

    return [similar, analogy, similarity, odd, features, why, compare]


class _Answering:
    """Asks a question at a time, with the warnings of each in its answer, since nobody may read stderr."""

    def __init__(self, model: Model) -> None:
        self._model = model.name
        self._lock = threading.Lock()

    def __call__(self, ask: Callable[[], object]) -> Answer:
        """Return an answer as JSON has it.

        Raises
        ------
        ToolError
            With the message of the error, if there is none.
        """
        with self._lock, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                found = ask()
            except (W2vError, OSError) as error:
                raise ToolError(str(error)) from error
        answer = _as_json(found)
        shown = answer if isinstance(answer, dict) else {"rows": answer}
        return {"model": self._model, **shown, "warnings": [str(each.message) for each in caught]}


def _as_json(value: object) -> Any:
    """Return an answer as lists, objects, texts and numbers. NaN, which JSON has not, is None."""
    if isinstance(value, Table):
        return [_as_json(row) for row in value.rows()]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _as_json(getattr(value, name)) for name in vars(value)}
    if isinstance(value, dict):
        return {str(key): _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(each) for each in value]
    if hasattr(value, "item"):  # a number of numpy
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
