"""The server of the Model Context Protocol, asked by the client of its SDK."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import MakeModel, W2v

mcp = pytest.importorskip("mcp", minversion=None, reason="mcp is not installed")
pytest.importorskip("mcp.server.mcpserver", reason="mcp is older than 2.3")
# Of the libraries below it, on which we have no hold.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

Ask = Callable[..., Any]


def ask_all(server: Any, *questions: tuple[str, dict[str, Any]]) -> list[Any]:
    """Return what a server answers to tools with their arguments."""

    async def ask() -> list[Any]:
        async with mcp.Client(server) as client:
            return [await client.call_tool(name, arguments) for name, arguments in questions]

    found: list[Any] = run(ask())
    return found


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread of its own: in that of the tests, a browser's loop may run."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@pytest.fixture
def server(toy: object) -> Any:
    from w2vcli.face.model import Model
    from w2vcli.models.registry import find_model
    from w2vcli.serving.mcp_server import make_server

    return make_server(Model(find_model(None)))


def test_the_tools_are_questions_that_read_alone(server: Any) -> None:
    async def tools() -> Any:
        async with mcp.Client(server) as client:
            return (await client.list_tools()).tools

    found = {tool.name: tool for tool in run(tools())}
    assert set(found) == {"similar", "analogy", "similarity", "odd", "features", "why", "compare"}
    for tool in found.values():
        assert tool.annotations.read_only_hint
        assert tool.description and tool.output_schema is not None
        names = set(tool.input_schema["properties"])
        assert not names & {"text", "output", "force", "cache", "path"}


def test_answers_are_those_of_the_commands(server: Any, w2v: W2v) -> None:
    similar, analogy, pair, odd, features = (
        found.structured_content
        for found in ask_all(
            server,
            ("similar", {"words": ["king"], "topn": 3}),
            ("analogy", {"positive": ["king", "woman"], "negative": ["man"]}),
            ("similarity", {"word1": "king", "word2": "queen"}),
            ("odd", {"words": ["king", "queen", "apple"]}),
            ("features", {"words": ["king"], "axes": {"gender": [["man", "woman"], ["king", "queen"]]}}),
        )
    )
    for command, found in (
        ("similar king -n 3", similar),
        ("analogy king woman - man", analogy),
        ("odd king queen apple", odd),
    ):
        expected = w2v(*command.split(), "--json").json
        assert [row["word"] for row in found["rows"]] == [row["word"] for row in expected]
        assert [row["similarity"] for row in found["rows"]] == pytest.approx([row["similarity"] for row in expected])
    assert similar["model"] == "toy" and similar["warnings"] == []
    assert pair["similarity"] == pytest.approx(0.0)
    assert [row["axis"] for row in features["rows"]] == ["gender"]


def test_what_cannot_be_answered_is_an_error_with_our_message(server: Any) -> None:
    questions: tuple[tuple[tuple[str, dict[str, Any]], str], ...] = (
        (("similar", {"words": ["kingg"]}), "not in the vocabulary: kingg; did you mean king?"),
        (("odd", {"words": ["king"]}), "odd"),
        (("why", {"terms": ["king", "queen"]}), "was not made by w2v train"),
        (("compare", {"other": "/etc/passwd"}), "other is the name of a model, not a path"),
        (("compare", {"other": "none"}), "no model called none"),
        (("features", {"words": ["king"], "axes": {"x": [["a:b", "c"]]}}), "not a word for the end of an axis"),
        (("features", {"words": ["king"], "axes": {"x": []}}), "the axis x is no list of pairs of words"),
        (("similar", {"words": []}), "at least 1 item"),
        (("similar", {"words": ["king"], "topn": 0}), "greater than or equal to 1"),
    )
    for (_, said), found in zip(questions, ask_all(server, *(question for question, _ in questions)), strict=True):
        assert found.is_error
        assert said in found.content[0].text


def test_why_and_compare_ask_the_text(w2v: W2v) -> None:
    from w2vcli.face.model import Model
    from w2vcli.models.registry import find_model
    from w2vcli.serving.mcp_server import make_server

    draw = np.random.default_rng(1)
    words = [f"w{at}" for at in range(60)]
    rows = [f"king {' '.join(draw.choice(words, 6))} queen,{'ab'[at % 2]}" for at in range(600)]
    Path("t.csv").write_text("text,side\n" + "\n".join(rows) + "\n")
    small = "--column text --min-count 1 --vector-size 8 --epochs 2 --workers 1 --sample 0 -q"
    assert w2v("train", "t.csv", *small.split()).status == 0
    server = make_server(Model(find_model(None)))
    asked = {"by": "side", "min_count": 5}
    why, compare = ask_all(server, ("why", {"terms": ["king", "queen"], "lines": 2}), ("compare", asked))
    assert not why.is_error and not compare.is_error
    assert len(why.structured_content["lines"]) == 2
    assert compare.structured_content["rows"]


def test_a_program_starts_it_and_asks_over_its_pipes(make_model: MakeModel) -> None:
    make_model(["소녀", "소년"], [[1, 0], [1, 1]], name="한국어")
    parameters = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "w2vcli", "mcp", "-m", "한국어"],
        env={**os.environ},
    )
    [found] = ask_all(parameters, ("similar", {"words": ["소녀"]}))
    assert found.structured_content["rows"][0]["word"] == "소년"


def test_without_a_model_it_says_so_and_ends(process: W2v) -> None:
    run = process("mcp", stdin="")
    assert (run.status, run.out) != (0, "")
    assert run.err.startswith("Error: there is no model yet")
