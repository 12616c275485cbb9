"""The page of ``w2v explore`` in a real browser: asked of the program, and sent to somebody."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.conftest import MakeModel
from w2vcli.explorer.answers import Answers
from w2vcli.explorer.kept_map import keep_map, open_map
from w2vcli.explorer.maps import Maps
from w2vcli.explorer.page import make_frame, make_page
from w2vcli.explorer.sent_page import compact_vectors, cosines_of_sums, save_page
from w2vcli.explorer.server import ExplorerServer, View
from w2vcli.explorer.word_map import Region, WordMap
from w2vcli.models.directory import Model, new_model, open_model_directory
from w2vcli.queries.axes import find_axis, find_direction, place
from w2vcli.queries.search import most_similar
from w2vcli.queries.terms import unit
from w2vcli.reporting import SILENT

if TYPE_CHECKING:
    from tests.conftest import Browser

RNG = np.random.default_rng(8)
HOSTILE = [
    "<script>window.harmed = 1</script>",
    "</script><img src=x onerror=window.harmed=1>",
    "constructor",
    "__proto__",
    "toString",
    "\"quoted'",
    "l" * 300,
    "שלום",
    "\ufeff",
    "\U0001f600",
    "소녀",
    "&amp;",
    "${1}",
    "{{WORDS}}",
]
WORDS = [*(f"word{at}" for at in range(400)), "walking", "talking", "girl", *HOSTILE]


def made_map() -> WordMap:
    """Return a map of which nothing is computed: how good one is, test_explorer_map.py shows."""
    places = RNG.integers(3_000, 62_000, (len(WORDS), 2)).astype(np.uint16)
    regions = [[Region(f"region{at} · {level}", 8_000 * at + 9_000, 30_000) for at in range(6)] for level in range(3)]
    region_of = (np.arange(len(WORDS)) % 6).astype(np.uint8)
    trust = (np.arange(len(WORDS)) % 251).astype(np.uint8)
    return WordMap(places, "tsne", len(WORDS), regions, region_of, trust)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """Return a model with a map, which all tests ask and none changes."""
    path = tmp_path_factory.mktemp("models") / "toy.w2v"
    vectors = (RNG.normal(size=(len(WORDS), 12)) + 0.5).astype(np.float32)
    with new_model(path, 12) as writer:
        writer.append(WORDS, vectors, np.arange(10 * len(WORDS), 0, -10))
        writer.finish(source={"kind": "test"})
    found = open_model_directory(path)
    keep_map(found, made_map())
    return found


@pytest.fixture(scope="module")
def server(model: Model) -> Iterator[ExplorerServer]:
    """Serve the page of the model."""
    started = ExplorerServer([View(make_page(model, "en"), Maps(model), Answers(model))])
    started.start()
    yield started
    started.close()


@pytest.fixture
def served(server: ExplorerServer, browser: Browser) -> Any:
    """Open the page of a program that answers."""
    page = browser.open(server.address)
    page.wait_for_selector("html[data-whole=yes]")
    return page


@pytest.fixture(scope="module")
def sent_page(model: Model, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a page that was written to a file."""
    path = tmp_path_factory.mktemp("pages") / "words.html"
    found = open_map(model)
    assert found is not None
    save_page(model, found, len(WORDS), path, "en", SILENT, force=False)
    return path.as_uri()


@pytest.fixture
def sent(sent_page: str, browser: Browser) -> Any:
    """Open a page from disk."""
    page = browser.open(sent_page)
    page.wait_for_selector("html[data-whole=yes]")
    return page


_ASK_EACH = """async rows => {
    const found = [];
    for (const row of rows) {
        await askAbout(row);
        const cells = [...document.querySelectorAll("#panel tbody tr")].map(line => line.cells[1].textContent);
        found.push([document.querySelector("#panel h2").textContent, ...cells]);
    }
    return found;
}"""


def ask(page: Any, question: str) -> str:
    """Ask, and return what the panel shows."""
    page.evaluate("document.getElementById('panel').replaceChildren()")
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function("() => document.getElementById('panel').childElementCount > 0")
    page.wait_for_function("() => !waiting")
    text: str = page.inner_text("#panel")
    return text


def rows_of(page: Any) -> list[list[str]]:
    return [row.inner_text().split("\t") for row in page.locator("#panel tbody tr").all()]


def rectangles(page: Any) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(
        "labels.placed.map(({left, top, width, height}) => [left, top, width, height])"
    )
    return found


def test_a_word_is_answered_by_the_whole_model_and_each_neighbour_has_its_label(served: Any, model: Model) -> None:
    assert ask(served, "girl").startswith("girl")
    expected = most_similar(model, ["girl"])
    rows = rows_of(served)
    assert [row[0] for row in rows] == [row.word if row.word != "\ufeff" else "\\ufeff" for row in expected]
    assert [row[1] for row in rows] == [f"{row.similarity:.3f}" for row in expected]
    counts = dict(zip(WORDS, range(10 * len(WORDS), 0, -10), strict=True))
    assert [row[2] for row in rows] == [f"{counts[row.word]:,}" for row in expected]
    assert served.evaluate("labels.placed.length") == 11
    served.click("#more")
    served.wait_for_function("() => document.querySelectorAll('#panel tbody tr').length === 20")
    served.locator("#panel td button").first.click()
    served.wait_for_function("word => document.querySelector('#panel h2').textContent === word", arg=rows[0][0])


def test_words_are_added_and_subtracted(served: Any, model: Model) -> None:
    ask(served, "word3 - word4 + word5")
    expected = most_similar(model, ["word3", "word5"], ["word4"])
    assert [row[1] for row in rows_of(served)] == [f"{row.similarity:.3f}" for row in expected]
    assert served.evaluate("labels.placed.length") == 13


def test_what_may_be_meant_is_asked_with_a_click(served: Any) -> None:
    assert "not in the vocabulary: gril" in ask(served, "gril")
    served.click(".meant")
    served.wait_for_function("() => document.querySelector('#panel h2')?.textContent === 'girl'")


@pytest.mark.parametrize("opened", ["served", "sent"])
def test_no_two_labels_lie_over_one_another(opened: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(opened)
    for zoom in range(10):
        if zoom == 5:
            ask(page, "girl")
        elif zoom == 6:
            page.press("#question", "Escape")
        page.evaluate("zoom => { fit([402]); view.scale = wholeScale * 1.5 ** zoom; paint(); }", arg=zoom)
        found = rectangles(page)
        assert found
        for (left, top, width, height), (other, above, wide, high) in combinations(found, 2):
            assert left >= other + wide or other >= left + width or top >= above + high or above >= top + height


@pytest.mark.parametrize("opened", ["served", "sent"])
def test_hostile_words_are_shown_and_do_nothing(
    opened: str, request: pytest.FixtureRequest, model: Model, browser: Browser
) -> None:
    page = request.getfixturevalue(opened)
    shown = page.evaluate(_ASK_EACH, arg=[WORDS.index(word) for word in HOSTILE])
    for word, (heading, *similarities) in zip(HOSTILE, shown, strict=True):
        assert heading == ("\\ufeff" if word == "\ufeff" else word)
        assert similarities == [f"{each.similarity:.3f}" for each in most_similar(model, [word])]
    assert page.evaluate("window.harmed") is None
    assert browser.errors == []


def test_a_hostile_address_does_nothing(sent: Any, browser: Browser) -> None:
    address = sent.url.partition("#")[0]
    for part in ("q=<script>window.harmed=1</script>", "x=1e999&y=NaN&z=-1", "colour=__proto__&axis=a:b", "%", "q=/(/"):
        page = browser.open(f"{address}#{part}")
        page.wait_for_selector("html[data-whole=yes]")
        assert page.evaluate("window.harmed") is None
        assert page.evaluate("Number.isFinite(view.x + view.y + view.scale)")
        page.close()
    assert browser.errors == []


def test_a_page_that_was_sent_asks_nobody_and_has_exact_neighbours(sent: Any, model: Model, browser: Browser) -> None:
    ask(sent, "girl")
    assert [row[1] for row in rows_of(sent)] == [f"{row.similarity:.3f}" for row in most_similar(model, ["girl"])]
    told = ask(sent, "word3 - word4 + word5")
    assert told.startswith("Nearest to word3 + word5 − word4")
    assert "± 0.001 in 95 % of such answers" in told
    expected = [row.word for row in most_similar(model, ["word3", "word5"], ["word4"], topn=3)]
    assert expected[0] in [row[0] for row in rows_of(sent)[:3]]
    assert "not among the words of this page: xyzzy" in ask(sent, "xyzzy")
    assert [url for url in browser.requests if not url.startswith("blob:")] == [sent.url.partition("#")[0]]
    assert browser.errors == []


@pytest.mark.parametrize("opened", ["served", "sent"])
def test_two_words_are_compared_and_several_are_told_as_what_they_are(
    opened: str, request: pytest.FixtureRequest, model: Model
) -> None:
    page = request.getfixturevalue(opened)
    one, other = (unit(row) for row in model.vectors[[3, 4]].astype(float))
    told = ask(page, "word3 word4")
    assert told.startswith("Nearest to the mean of word3 + word4")
    found = re.search(r"Similarity of word3 and word4: (-?[0-9.]+)", told)
    assert found is not None
    assert float(found[1]) == pytest.approx(one @ other, abs=0.0011 if opened == "served" else 0.006)
    assert page.locator("#pair .why").count() == (opened == "served")
    assert ask(page, "word3 - word4 word5").startswith("Nearest to word3 − word4 − word5")
    assert "word3" in ask(page, "/word3").splitlines()[0]


def test_cosines_of_compact_vectors_are_as_far_off_as_the_page_says() -> None:
    spread = np.random.default_rng(3).normal(size=(900, 40)) * np.geomspace(3, 0.1, 40)
    units = (spread / np.linalg.norm(spread, axis=1, keepdims=True)).astype(np.float32)
    asked = np.random.default_rng(4).integers(0, len(units), (100, 3))
    exact = cosines_of_sums(units, asked)
    offs = []
    for room in (4_000, 8_000, 16_000, 32_000):
        steps, off = compact_vectors(units, room)
        assert len(zlib.compress(np.where(steps < 0, -2 * steps - 1, 2 * steps).astype(np.uint8).T.tobytes())) <= room
        compact = cosines_of_sums(steps.astype(np.float32), asked)
        first = np.argsort(-compact, axis=1)[:, :10]
        errors = np.abs(np.take_along_axis(compact, first, axis=1) - np.take_along_axis(exact, first, axis=1))
        assert (errors <= off).mean() > 0.92
        assert (errors <= 0.6 * off).mean() < 0.95
        offs.append(off)
    assert offs == sorted(offs, reverse=True)
    assert offs[-1] < 0.02


def test_an_order_that_is_not_sure_is_told(sent: Any) -> None:
    sent.evaluate("source.all.off = 0.2")
    told = ask(sent, "word3 - word4 + word5")
    first = sent.evaluate("source._sum([3, 5], [4], 400).hits.map(hit => hit.similarity)")
    many = sum(value > first[0] - 0.4 for value in first)
    assert many > 1
    assert f"The order is not sure: each of the first {many} words may be the nearest." in told
    assert "± 0.20" in told


def test_a_page_that_was_sent_says_what_it_does_not_have(sent: Any) -> None:
    assert "no lines of the text and no reasons" in ask(sent, "GIRL")
    assert sent.inner_text("#panel h2") == "girl"
    assert "keeps the 10 nearest of its words" in sent.inner_text("#panel")
    assert "Write words with + or - between them" in ask(sent, "girl -")
    assert ask(sent, "girl-walking").startswith("Nearest to girl − walking")
    assert "1 words match ^walk" in ask(sent, "^walk")


@pytest.mark.parametrize("opened", ["served", "sent"])
def test_a_wrong_axis_leaves_the_answer_and_no_colours_of_another_one(
    opened: str, request: pytest.FixtureRequest
) -> None:
    page = request.getfixturevalue(opened)
    ask(page, "girl")
    page.select_option("#colour", "axis")
    for typed, told in (
        ("word1:word2", None),
        ("word1:zeppelin", "zeppelin"),
        ("word1-word2", "An axis is two words with a colon between them"),
        ("word1:word2", None),
    ):
        page.fill("#axis", typed)
        page.press("#axis", "Enter")
        if told is None:
            page.wait_for_selector("#legend:not([hidden])")
            assert page.locator("#wrong").is_hidden()
            continue
        page.wait_for_function("told => document.getElementById('wrong').textContent.includes(told)", arg=told)
        assert "word1:" not in page.inner_text("#wrong")
        assert page.locator("#legend").is_hidden()
        assert page.get_attribute("#axis", "aria-invalid") == "true"
    assert page.inner_text("#panel h2") == "girl"


def test_all_words_that_match_are_lit_up_and_can_be_saved(sent: Any) -> None:
    assert "2 words match *king" in ask(sent, "*king")
    assert [row[0] for row in rows_of(sent)] == ["walking", "talking"]
    assert sent.evaluate("lit.map(row => words[row])") == ["walking", "talking"]
    with sent.expect_download() as download:
        sent.click("#save")
    assert Path(download.value.path()).read_text().splitlines()[1].startswith("walking\t")
    assert "not a pattern" in ask(sent, "/(/")


def test_words_within_a_line_are_listed(sent: Any) -> None:
    box = sent.locator("#map").bounding_box()
    sent.keyboard.down("Shift")
    corners = [(0, 0), (1, 0), (1, 1), (0, 1)]
    sent.mouse.move(box["x"] + 1, box["y"] + 1)
    sent.mouse.down()
    for x, y in corners:
        sent.mouse.move(box["x"] + 1 + x * (box["width"] - 2), box["y"] + 1 + y * (box["height"] - 2), steps=3)
    assert sent.locator("#lasso polygon").is_visible()
    sent.mouse.up()
    sent.keyboard.up("Shift")
    assert not sent.locator("#lasso polygon").is_visible()
    selected = f"{len(WORDS)} words selected"
    assert selected in sent.inner_text("#panel")
    # Who opens a word of the list comes back to it, by Escape and by the browser.
    for way in (lambda: sent.keyboard.press("Escape"), sent.go_back, lambda: sent.click("#panel .back")):
        sent.locator("#panel tbody button").first.click()
        sent.wait_for_function("() => document.querySelector('#panel h2')")
        way()
        sent.wait_for_function("() => !document.querySelector('#panel h2')")
        assert sent.inner_text("#panel").startswith(selected)
    # A line around nothing changes nothing, and the button is for one line.
    sent.evaluate("chooseSelect(true); selectInside([[0, 0], [1, 0], [1, 1], [0, 1]])")
    assert sent.inner_text("#panel").startswith(selected)
    assert "no words selected" in sent.inner_text("#state")
    assert sent.get_attribute("#select", "aria-pressed") == "false"
    sent.keyboard.press("Escape")
    assert sent.inner_text("#panel").startswith("Type a word")


def test_a_word_that_stands_out_keeps_its_colour_and_a_row_shows_its_point(sent: Any) -> None:
    sent.select_option("#colour", "count")
    ask(sent, "girl")
    middle = """row => { const [x, y] = screenOf(row); return [...labels.context.getImageData(
        x * painter.ratio, y * painter.ratio, 1, 1).data].slice(0, 3); }"""
    row = sent.evaluate("asked[0]")
    assert sent.evaluate(middle, arg=row) == sent.evaluate("row => colors[colorOf[row]]", arg=row)
    sent.hover("#panel tbody tr:nth-child(3)")
    assert sent.evaluate("pointedRow === hits[2].row")


def test_the_view_is_fitted_again_and_zooms_into_no_emptiness(sent: Any) -> None:
    ask(sent, "girl")
    sent.set_viewport_size({"width": 700, "height": 500})
    sent.wait_for_function("() => painter.width < 701 && !waiting")
    assert sent.evaluate("[...asked, ...hits.map(hit => hit.row)].every(row => isInView(...screenOf(row)))")
    sent.evaluate("() => { for (let at = 0; at < 60; at++) zoom(1.3, 1, 1); paint(); }")
    assert sent.evaluate("inside") > 0


def test_a_region_tells_what_it_is_and_is_gone_into(sent: Any) -> None:
    sent.evaluate("paint()")
    box = sent.locator("#map").bounding_box()
    left, top, scale = sent.evaluate(
        "(() => { const { left, top } = labels.placed[0]; return [left, top, view.scale]; })()"
    )
    for step in (4, 6):
        sent.mouse.move(box["x"] + left + step, box["y"] + top + step)
    sent.wait_for_selector("#pointed:not([hidden])")
    assert "a region of the map" in sent.inner_text("#pointed")
    sent.mouse.click(box["x"] + left + 6, box["y"] + top + 6)
    sent.wait_for_function("() => !waiting")
    assert sent.evaluate("view.scale") == pytest.approx(2 * scale)
    assert sent.inner_text("#panel").startswith("Type a word")
    assert not sent.locator("#pointed").is_visible()


def test_the_address_keeps_the_view(sent: Any, browser: Browser) -> None:
    ask(sent, "girl")
    sent.select_option("#colour", "count")
    sent.evaluate("zoom(1.5)")
    sent.wait_for_function("() => location.hash.includes('q=girl') && location.hash.includes('colour=count')")
    before = sent.evaluate("[view.x, view.y, view.scale]")
    other = browser.open(sent.url)
    other.wait_for_selector("html[data-whole=yes]")
    other.wait_for_function("() => document.querySelector('#panel h2')?.textContent === 'girl'")
    other.wait_for_function("() => document.getElementById('colour').value === 'count'")
    np.testing.assert_allclose(other.evaluate("[view.x, view.y, view.scale]"), before, rtol=0.01)


def test_colours_go_by_an_axis(served: Any) -> None:
    served.select_option("#colour", "axis")
    served.fill("#axis", "word1:word2")
    served.press("#axis", "Enter")
    served.wait_for_selector("#legend:not([hidden])")
    low, below, high, above = served.inner_text("#legend").split()
    assert (low, high) == ("word1", "word2")
    assert float(below) == -float(above) < 0
    assert served.evaluate("colorOf[2]") == 63
    assert served.evaluate("colorOf[1]") == 0
    served.click("#table")
    assert "word1:word2" in served.locator("#panel th").all_inner_texts()
    values = [float(row[3]) for row in rows_of(served)[1:3]]
    assert values[0] < 0 < values[1]
    assert served.evaluate("fileName()") == "toy-Table.tsv"


def test_two_axes_are_places_and_the_map_comes_back(served: Any, model: Model) -> None:
    before = served.evaluate("[...xy]")
    served.select_option("#place", "axes")
    served.fill("#across", "word1:word2")
    served.press("#across", "Enter")
    served.fill("#up", "word3:word4,word5:word6")
    served.press("#up", "Enter")
    served.wait_for_selector("html[data-map=axes]")
    assert served.locator("#ends bdi").all_inner_texts() == ["word1", "word2", "word3", "word4"]
    axes = [
        find_direction(model, find_axis(model, text), 42) for text in ("a=word1:word2", "b=word3:word4,word5:word6")
    ]
    expected = place(model, WORDS[:50], axes)
    places = np.reshape(served.evaluate("[...xy]"), (-1, 2))[:50]
    for axis in range(2):
        assert np.corrcoef(places[:, axis], expected[:, axis])[0, 1] > 0.9999
    scales = np.ptp(places, axis=0) / np.ptp(expected, axis=0)  # both axes have the same
    assert scales[0] == pytest.approx(scales[1], rel=1e-3)
    served.select_option("#place", "map")
    served.wait_for_selector("html[data-map=tsne]")
    assert served.evaluate("[...xy]") == before


def test_the_keyboard_is_enough(sent: Any) -> None:
    sent.keyboard.press("/")
    sent.keyboard.type("gir")
    assert sent.locator("#offers li").all_inner_texts() == ["girl"]
    sent.keyboard.press("ArrowDown")
    sent.keyboard.press("Enter")
    sent.wait_for_function("() => document.querySelector('#panel h2')?.textContent === 'girl'")
    sent.keyboard.press("Escape")
    sent.evaluate("fitAll()")
    sent.focus("#map")
    before = sent.evaluate("[view.x, view.scale]")
    sent.keyboard.press("ArrowRight")
    sent.keyboard.press("+")
    after = sent.evaluate("[view.x, view.scale]")
    assert after[0] > before[0]
    assert after[1] > before[1]
    sent.evaluate("document.activeElement.blur()")
    sent.keyboard.press("0")
    np.testing.assert_allclose(sent.evaluate("[view.x, view.scale]"), before)


def tree_of(page: Any) -> list[tuple[str, str]]:
    """Return the role and the name of all that a screen reader finds."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip()) for node in nodes if not node["ignored"]
    ]


CONTROLS = {"button", "combobox", "textbox", "searchbox", "listbox", "option", "application", "table", "columnheader"}


def test_every_control_has_a_name_and_is_reached_by_the_tab_key(served: Any) -> None:
    for choice in ("colour", "place"):
        served.select_option(f"#{choice}", "axis" if choice == "colour" else "axes")
    ask(served, "girl")
    assert [role for role, name in tree_of(served) if role in CONTROLS and not name] == []
    reached = []
    served.focus("#question")
    for _ in range(12):
        reached.append(served.evaluate("document.activeElement.id || document.activeElement.textContent"))
        served.keyboard.press("Tab")
    header = "question colour axis place across up select table whole theme map".split()
    assert reached[: len(header)] == header
    assert reached[-1] == rows_of(served)[0][0]


def test_a_table_has_what_the_picture_shows_and_follows_it(sent: Any, model: Model) -> None:
    sent.click("#table")
    assert sent.evaluate("document.activeElement.textContent") == "Words in view"
    found = open_map(model)
    assert found is not None
    rows = rows_of(sent)
    assert [row[0] for row in rows] == WORDS[:50]
    assert [row[1] for row in rows] == [f"{10 * len(WORDS) - 10 * at:,}" for at in range(50)]
    names = [region.name for region in found.regions[0]]
    assert [row[2] for row in rows] == [names[at] for at in found.region_of[:50]]
    low, high = found.places.min(axis=0).astype(float), found.places.max(axis=0).astype(float)
    places = np.array([[float(cell) for cell in row[3:]] for row in rows])
    for axis in range(2):
        shares = (found.places[:50, axis] - low[axis]) / (high[axis] - low[axis])
        assert np.corrcoef(places[:, axis], shares)[0, 1] > 0.999
    assert ("table", "Words in view") in tree_of(sent)
    sent.evaluate("fit([402])")
    sent.wait_for_function("() => document.querySelectorAll('#panel tbody tr').length < 50")
    assert "girl" in [row[0] for row in rows_of(sent)]
    sent.locator("#panel tbody button").first.click()
    sent.wait_for_function("() => document.getElementById('table').getAttribute('aria-pressed') === 'false'")


def test_answers_are_announced(sent: Any) -> None:
    ask(sent, "girl")
    first = ", ".join(f"{row[0]} {float(row[1]):.2f}" for row in rows_of(sent)[:3])
    assert ("status", "") in tree_of(sent)
    assert sent.text_content("#said").startswith("girl: 10 words. ")
    assert [name.split()[0] for name in sent.text_content("#said").split(". ", 1)[1].split(", ")] == [
        row.split()[0] for row in first.split(", ")
    ]
    ask(sent, "*king")
    assert sent.text_content("#said") == "2 words match *king"
    ask(sent, "xyzzy")
    assert "not among the words of this page: xyzzy" in sent.text_content("#said")


def test_who_wants_less_motion_gets_none(sent: Any) -> None:
    sent.emulate_media(reduced_motion="reduce")
    sent.evaluate("moveTo(xy.map(value => value / 2))")
    assert sent.evaluate("document.documentElement.dataset.map") == "tsne"  # it is there at once


def test_a_page_can_be_read_in_korean_and_in_the_dark(model: Model, browser: Browser) -> None:
    path, found = Path("words.html"), open_map(model)
    assert found is not None
    save_page(model, found, 50, path, "ko", SILENT, force=False)
    page = browser.open(path.resolve().as_uri())
    page.wait_for_selector("html[data-whole=yes]")
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert page.inner_text("#whole") == "전체 보기"
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 28)"
    assert re.search("[a-z]{4}", page.inner_text("#panel")) is None or "Shift" in page.inner_text("#panel")


def test_models_beside_each_other_are_asked_the_same(model: Model, make_model: MakeModel, browser: Browser) -> None:
    other = make_model(["girl", "boy", *(f"w{at}" for at in range(60))], RNG.normal(size=(62, 8)), name="other")
    views = [View(make_page(each, "en"), Maps(each), Answers(each)) for each in (model, other)]
    server = ExplorerServer(views, make_frame(["toy", "other"]))
    server.start()
    page = browser.open(server.address)
    left, right = (page.frames[at] for at in (1, 2))
    for frame in (left, right):
        frame.wait_for_selector("html[data-whole=yes]")
    left.fill("#question", "girl")
    left.press("#question", "Enter")
    for frame, asked in ((left, model), (right, other)):
        frame.wait_for_selector("#panel tbody tr")
        first = frame.locator("#panel tbody td").first.inner_text()
        assert first.replace("\\ufeff", "\ufeff") == most_similar(asked, ["girl"])[0].word
    right.press("#question", "Escape")
    left.wait_for_selector("#panel tbody", state="detached")
    assert browser.errors == []
    server.close()
