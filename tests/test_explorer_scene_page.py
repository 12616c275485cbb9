"""The page of chosen words, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.gensim_oracle import KeyedVectors
from tests.test_explorer_map import packed_in, unpack
from w2vcli.explorer.scene_page import scene_packet, write_scene_page
from w2vcli.views.projection import Projection
from w2vcli.views.scene import THEMES, Again, Scene

if TYPE_CHECKING:
    from tests.conftest import Browser

RNG = np.random.default_rng(0)
WORDS = ["girl", "소녀", "<b>bold</b> & co", "</script>", "\u00a0", "$x_1$", *(f"word{at}" for at in range(54))]
VECTORS = RNG.normal(size=(60, 20)).astype(np.float32)
HTML = ['<img src=x onerror="window.hit=1">', "</script><script>window.hit=1</script>", "<!--<script>", "{{SCRIPT}}"]
NAMES_OF_OBJECTS = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"]
HEADING = "document.querySelector('#panel h2')?.textContent"
Open = Callable[..., Any]


def scene(words: list[str], dimensions: int = 2, **others: Any) -> Scene:
    side = round(len(words) ** (1 / dimensions) + 0.5)
    grid = np.stack(np.unravel_index(np.arange(len(words)), (side,) * dimensions), axis=1)
    points = (grid + np.random.default_rng(1).uniform(0, 0.4, grid.shape)).astype(np.float32)
    return Scene("<toy>", words, range(len(words)), Projection(points, "tsne", 42, "scikit-learn", 30), **others)


@pytest.fixture
def opened(browser: Browser) -> Open:
    """Write a page and open it from disk; what it asks the network for is in `browser.requests`."""

    def write(
        drawn: Scene,
        vectors: np.ndarray,
        counts: list[int] | None = None,
        part: str = "",
        *,
        follows_system: bool = False,
    ) -> Any:
        path = Path("page.html")
        with path.open("wb") as stream:
            write_scene_page(stream, drawn, vectors, counts, follows_system=follows_system)
        page = browser.open(f"{path.resolve().as_uri()}{part}")
        page.wait_for_selector("html[data-whole=yes]")
        return page

    return write


def ask(page: Any, question: str) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(f"word => {HEADING} === word", arg=question)


def test_a_word_is_found_with_its_neighbours_among_these_words(opened: Open, browser: Browser) -> None:
    page = opened(scene(WORDS, groups=["a", "b"] * 30, arrows=[(0, 1)]), VECTORS, list(range(1060, 1000, -1)))
    assert page.title() == "60 words of <toy>"
    whole = page.evaluate("view.scale")
    page.fill("#question", "소")
    assert page.locator("#offers li").all_inner_texts() == ["소녀"]
    ask(page, "소녀")
    assert page.inner_text("#panel p >> nth=0") == "seen 1,059 times, rank 2 · group: b"
    vectors = KeyedVectors(20)
    vectors.add_vectors(list(map(str, range(60))), VECTORS)
    expected = [(WORDS[int(at)].replace("\u00a0", "\\xa0"), similarity) for at, similarity in vectors.most_similar("1")]
    rows = [row.inner_text().split("\t") for row in page.locator("#panel tbody tr").all()]
    assert [row[0] for row in rows] == [word for word, _ in expected]
    assert [float(row[1]) for row in rows] == pytest.approx([similarity for _, similarity in expected], abs=6e-4)
    assert page.evaluate("[view.scale > 0, scene.arrows]") == [True, [[0, 1]]]
    assert page.locator("#more").count() == 0  # the page has no more of them
    page.locator("#panel td button").first.click()
    page.wait_for_function(f"word => {HEADING} === word", arg=expected[0][0])
    page.click("#whole")
    page.wait_for_function("whole => Math.abs(view.scale / whole - 1) < .001", arg=whole)
    assert [url for url in browser.requests if not url.startswith("blob:")] == [page.url.partition("#")[0]]
    assert browser.errors == []


def test_a_group_can_be_hidden_and_its_labels_go_with_it(opened: Open) -> None:
    page = opened(scene(WORDS, groups=["fruit" if at < 30 else "rest" for at in range(60)]), VECTORS)
    labelled = "paint(), labels.placed.map(({text}) => text)"
    assert "girl" in page.evaluate(labelled)
    page.locator("#legend button").first.click()
    assert page.locator("#legend button").first.get_attribute("aria-pressed") == "false"
    assert "girl" not in page.evaluate(labelled)
    assert "word40" in page.evaluate(labelled)
    assert page.evaluate("inside") == 30
    page.keyboard.press("Enter")  # it has kept the focus
    assert "girl" in page.evaluate(labelled)


def test_a_point_tells_its_word_and_count(opened: Open) -> None:
    page = opened(scene(WORDS), VECTORS, [5] * 60)
    box = page.locator("#map").bounding_box()
    x, y = page.evaluate("screenOf(0)")
    page.mouse.move(box["x"] + x - 2, box["y"] + y)
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.wait_for_selector("#pointed:not([hidden])")
    assert page.inner_text("#pointed") == "girl · seen 5 times, rank 1"


def test_both_themes(opened: Open) -> None:
    page = opened(scene(WORDS, theme=THEMES["dark"], groups=["a", "b"] * 30), VECTORS)
    color = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(color) == "rgb(22, 24, 28)"
    assert page.evaluate("colors.slice(0, 2).map(cssHex)") == list(THEMES["dark"].groups[:2])
    page.click("#theme")
    assert page.evaluate(color) == "rgb(255, 255, 255)"
    assert page.evaluate("colors.slice(0, 2).map(cssHex)") == list(THEMES["light"].groups[:2])


def test_a_page_without_a_theme_follows_the_system_and_lines_are_short(opened: Open) -> None:
    page = opened(scene(WORDS, groups=["a", "b"] * 30), VECTORS, follows_system=True)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_selector(f"html[data-theme={scheme}]")
    page.set_viewport_size({"width": 390, "height": 500})
    page.wait_for_function("() => painter.width < 391 && !waiting")
    away = """labels.placed.map(({ x, y, left, top, width, height }) => Math.hypot(
        Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height)))"""
    assert max(page.evaluate(away)) <= page.evaluate("FAR")


def test_a_word_is_faded_by_what_comes_again(opened: Open) -> None:
    page = opened(scene(WORDS, again=Again([0.25, *[1.0] * 59], 12)), VECTORS)
    # Half way between the faintest and the whole: .4 + .6 / 2 for a point, .62 + .38 / 2 for a label.
    assert page.evaluate("[looks().opacityOf(0), looks().labelOpacityOf(0), looks().opacityOf(1)]") == [0.7, 0.81, 1]
    ask(page, "girl")
    assert "25 % of its nearest words come again in 12 variants" in page.inner_text("#panel")


def test_space_can_be_turned(opened: Open, browser: Browser) -> None:
    drawn = scene(WORDS, 3, arrows=[(0, 1)])
    page = opened(drawn, VECTORS)
    # Turning keeps distances, so those in the plane and in depth are those of the points.
    points = drawn.projection.points.astype(float)
    for _ in range(2):
        away = "[xy[0] - xy[118], xy[1] - xy[119], scene.depths[0] - scene.depths[59]]"
        across, up, depth = page.evaluate(away)
        seen = np.hypot(np.hypot(across, up) / (65535 * 0.48), depth)
        radius = np.linalg.norm(points - (points.min(axis=0) + points.max(axis=0)) / 2, axis=1).max()
        assert seen == pytest.approx(np.linalg.norm(points[0] - points[59]) / radius, rel=1e-3)
        before = page.evaluate("[...xy]")
        page.focus("#map")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("[...xy]") != before
    assert "Drag to turn" in page.inner_text("#panel")
    assert browser.errors == []


def test_five_thousand_words(opened: Open, browser: Browser) -> None:
    words = [f"word{at}" for at in range(5_000)]
    page = opened(scene(words, groups=["a", "b"] * 2_500), RNG.normal(size=(5_000, 8)).astype(np.float32))
    ask(page, "word4999")
    assert page.evaluate("labels.placed.length") == 11
    assert browser.errors == []


@pytest.mark.parametrize(("word", "part"), [("소녀", "%EC%86%8C%EB%85%80"), ("100%", "100%"), ("%E0%A4%A", "%E0%A4%A")])
def test_a_link_leads_to_a_word(opened: Open, browser: Browser, word: str, part: str) -> None:
    page = opened(scene([word, "girl", *WORDS[2:]]), VECTORS, part=f"#{part}")
    page.wait_for_function(f"word => {HEADING} === word", arg=word)
    assert browser.errors == []


def test_a_word_with_blanks_is_asked_as_one(opened: Open) -> None:
    page = opened(scene(["bank (old)", "bank (new)", *WORDS[2:]]), VECTORS)
    ask(page, "bank (new)")
    assert len(page.locator("#panel tbody tr").all()) == 10


@pytest.mark.parametrize("dimensions", [2, 3])
def test_nothing_in_a_page_is_taken_for_html_or_for_a_name(opened: Open, browser: Browser, dimensions: int) -> None:
    words = [*HTML, *NAMES_OF_OBJECTS, "&lt;b&gt;", "\u2028", "]]>", "javascript:window.hit=1", *WORDS[13:]]
    groups = [[*HTML, *NAMES_OF_OBJECTS][at % 9] for at in range(len(words))]
    drawn = scene(words, dimensions, groups=groups)
    named = Scene("</title><script>window.hit=1</script>", drawn.words, drawn.rows, drawn.projection, drawn.groups)
    page = opened(named, VECTORS)
    assert page.title() == f"{len(words)} words of </title><script>window.hit=1</script>"
    assert {"constructor", "__proto__"} <= set(page.evaluate("labels.placed.map(({text}) => text)"))
    for word in (*HTML, *NAMES_OF_OBJECTS[:3], "&lt;b&gt;"):
        ask(page, word)
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('img').length") == 0
    assert browser.errors == []


def test_many_groups_with_long_names_leave_room_for_the_points(opened: Open) -> None:
    names = [f"group {at % 50} of words about organizations {'x' * 60}" for at in range(60)]
    page = opened(scene(WORDS, groups=names), VECTORS)
    legend, shown = page.locator("#legend").bounding_box(), page.locator("#map").bounding_box()
    assert legend["height"] < 0.5 * shown["height"]
    assert legend["width"] < 0.4 * shown["width"]
    assert page.locator("#legend button").first.get_attribute("title") == names[0]


def test_a_packet_has_the_scene_with_the_most_frequent_words_first() -> None:
    rows = np.random.default_rng(3).permutation(60) * 7
    drawn = scene(WORDS, groups=["a", "", "b"] * 20, arrows=[(0, 5)], again=Again(np.linspace(0, 1, 60).tolist(), 4))
    drawn = Scene(drawn.model, WORDS, rows.tolist(), drawn.projection, drawn.groups, drawn.arrows, again=drawn.again)
    found = unpack(scene_packet(drawn, VECTORS, list(range(60))))
    order = np.argsort(rows)
    words = found["words"].split("\n")
    assert [words[at] for start_end in found["arrows"] for at in start_end] == ["girl", "$x_1$"]
    assert words == [WORDS[at].replace("\u00a0", "\\xa0") for at in order]
    np.testing.assert_array_equal(found["rows"], np.sort(rows))
    np.testing.assert_array_equal(found["counts"], order)
    assert [found["groups"][at]["name"] if at < 255 else "" for at in found["group_of"]] == [
        ["a", "", "b"][at % 3] for at in order
    ]
    np.testing.assert_allclose(found["again"], order / 59, atol=1e-6)


def test_both_directions_of_a_page_have_the_same_scale() -> None:
    drawn = scene(WORDS)
    drawn.projection.points[:, 0] *= 10
    places = unpack(scene_packet(drawn, VECTORS))["places"].reshape(-1, 2).astype(float)
    points = drawn.projection.points.astype(float)
    scales = np.ptp(places, axis=0) / np.ptp(points, axis=0)
    assert scales[0] == pytest.approx(scales[1], rel=1e-3)


def test_a_page_runs_its_own_script_alone() -> None:
    stream = io.BytesIO()
    write_scene_page(stream, scene(WORDS), VECTORS)
    text = stream.getvalue().decode()
    assert "default-src &#x27;none&#x27;; script-src &#x27;sha256-" in text
    assert packed_in(text)["count"] == 60
