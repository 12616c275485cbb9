"""What the program behind the page answers, and to whom."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.linalg import orthogonal_procrustes

from tests.conftest import MakeModel
from tests.test_explorer_map import unpack
from w2vcli.explorer.answers import Answers
from w2vcli.explorer.maps import Maps
from w2vcli.explorer.moved import Moved
from w2vcli.explorer.page import make_page
from w2vcli.explorer.server import ExplorerServer, View
from w2vcli.models.directory import Model
from w2vcli.queries.axes import find_axis, find_direction, place
from w2vcli.queries.search import most_similar


@pytest.fixture
def server(toy: Model) -> Iterator[ExplorerServer]:
    started = ExplorerServer([View(make_page(toy, "en"), Maps(toy), Answers(toy))])
    started.start()
    yield started
    started.close()


def get(server: ExplorerServer, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Ask for a path, with headers such as ``Sec_Fetch_Site``."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, dict(answer.getheaders())


def ask(server: ExplorerServer, what: str) -> Any:
    status, body, _ = get(server, f"/{server.token}/{what}")
    assert status == 200
    return json.loads(body)


def test_only_whoever_knows_the_address_is_answered(server: ExplorerServer) -> None:
    for path in (
        "/",
        "/words?from=0&most=9",
        f"/{server.token[:-1]}/",
        f"/{server.token}x/ask?text=king",
        "/%00/",
        "//",
    ):
        assert get(server, path)[:2] == (403, b"")
    assert get(server, f"/{server.token}/")[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "example.com"},
        {"Host": "127.0.0.1"},  # another port of this machine
        {"Origin": "http://example.com"},
        {"Origin": "null"},  # a page from disk
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},  # another port of this machine
    ],
)
def test_no_other_page_is_answered(server: ExplorerServer, headers: dict[str, str]) -> None:
    assert get(server, f"/{server.token}/ask?text=king", **headers)[:2] == (403, b"")


def test_the_page_may_be_opened_from_the_file_that_starts_the_browser_and_nothing_else(server: ExplorerServer) -> None:
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert get(server, f"/{server.token}/", **headers)[0] == 200
    assert get(server, f"/{server.token}/ask?text=king", **headers)[0] == 403
    assert "frame-ancestors 'self'" in get(server, f"/{server.token}/")[2]["Content-Security-Policy"]


def test_nothing_can_be_written(server: ExplorerServer) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert get(server, f"/{server.token}/ask?text=king", method)[0] == 501


def test_it_listens_to_this_machine_alone(server: ExplorerServer) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_an_answer_may_be_read_by_no_other_page_and_is_not_kept(server: ExplorerServer) -> None:
    headers = get(server, f"/{server.token}/")[2]
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "wrong",
    "words?from=-1&most=5 words?from=8&most=5 words?from=x ask?row=x lines map?version=x lines?row=-1 "
    "why?row=0&other=8 why?row=0".split(),
)
def test_a_request_that_is_wrong_is_refused(server: ExplorerServer, wrong: str) -> None:
    assert get(server, f"/{server.token}/{wrong}")[:2] == (400, b"")


def test_what_there_is_not_is_not_found(server: ExplorerServer) -> None:
    for path in ("elsewhere", "../", "ask/more"):
        assert get(server, f"/{server.token}/{path}")[0] == 404


def test_questions_are_answered_as_by_the_commands(server: ExplorerServer, toy: Model) -> None:
    found = ask(server, "ask?text=king%20-%20man%20%2B%20woman&most=3")
    expected = most_similar(toy, ["king", "woman"], ["man"], 3)
    assert [hit["word"] for hit in found["hits"]] == [neighbour.word for neighbour in expected]
    similarities = [neighbour.similarity for neighbour in expected]
    assert [hit["similarity"] for hit in found["hits"]] == pytest.approx(similarities, abs=1e-6)
    assert found["asked"] == [toy.words.row(word) for word in ("king", "woman", "man")]
    assert [toy.words[hit["row"]] for hit in found["hits"]] == [hit["word"] for hit in found["hits"]]
    row = ask(server, "ask?row=0&most=2")
    assert [hit["word"] for hit in row["hits"]] == [each.word for each in most_similar(toy, ["man"], topn=2)]


def test_what_may_be_meant_is_told_of_an_unknown_word(server: ExplorerServer) -> None:
    assert ask(server, "ask?text=kign") == {"error": "unknown", "unknown": [{"word": "kign", "meant": ["king"]}]}
    assert "error" in ask(server, "ask?text=king%20%2B")
    assert ask(server, "ask?row=99") == {"error": "unknown"}


def test_an_axis_places_each_word(server: ExplorerServer, toy: Model) -> None:
    status, body, _ = get(server, f"/{server.token}/axis?text=man%3Awoman")
    assert status == 200
    words = [toy.words[row] for row in range(len(toy.words))]
    expected = place(toy, words, [find_direction(toy, find_axis(toy, "g=man:woman"), 42)])[:, 0]
    found = unpack(body)
    assert found["ends"] == ["man", "woman"]
    np.testing.assert_allclose(found["values"], expected, atol=1e-6)
    assert "error" in unpack(get(server, f"/{server.token}/axis?text=man%3Axyzzy")[1])


def test_without_a_text_there_are_no_lines_and_it_is_said_why(server: ExplorerServer) -> None:
    assert "error" in ask(server, "lines?row=0")


def test_words_that_moved_are_those_that_a_turn_leaves_apart(make_model: MakeModel) -> None:
    random = np.random.default_rng(5)
    words = [f"w{at}" for at in range(60)]
    vectors = random.normal(size=(60, 4))
    turn = np.linalg.qr(random.normal(size=(4, 4)))[0]
    other = vectors @ turn
    other[7] = random.normal(size=4)
    first = make_model(words, vectors, name="first")
    second = make_model(["more", *words[::-1]], np.vstack([np.ones(4), other[::-1]]), name="second")
    moved = Moved(first, second)
    here, there = moved.of(0), moved.of(1)
    assert not isinstance(here, str)
    assert not isinstance(there, str)
    assert here.argmax() == 7
    units, others = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (vectors, other))
    units, others = (each - each.mean(axis=0) for each in (units, others))
    units, others = (each / np.linalg.norm(each, axis=1, keepdims=True) for each in (units, others))
    turned = units @ orthogonal_procrustes(units, others)[0]
    np.testing.assert_allclose(here, 1 - (turned * others).sum(axis=1), atol=1e-5)
    np.testing.assert_array_equal(there, [np.nan, *here[::-1]])
    assert "too few" in str(Moved(first, make_model(words[:7], vectors[:7], name="small")).of(0))
    assert "cannot be turned" in str(Moved(first, make_model(words, vectors[:, :3], name="flat")).of(1))


def test_words_are_shown_and_cannot_break_a_line(make_model: MakeModel) -> None:
    words = ["a\u2028b", "<b>", "\u202eabc"]
    model = make_model(words, np.eye(3))
    shown = unpack(Maps(model).words(0, 3))["words"].split("\n")
    assert len(shown) == 3
    assert shown[1] == "<b>"
    assert "\u202e" not in shown[2]
