"""The page of words, in a real browser."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.gensim_oracle import KeyedVectors
from w2vcli.views.page import write_page
from w2vcli.views.projection import Projection
from w2vcli.views.scene import THEMES, Again, Scene

if TYPE_CHECKING:
    from tests.conftest import Browser

RNG = np.random.default_rng(0)
WORDS = ["girl", "소녀", "<b>bold</b> & co", "</script>", "\u00a0", "$x_1$", *(f"word{at}" for at in range(54))]
VECTORS = RNG.normal(size=(60, 20)).astype(np.float32)
Open = Callable[..., Any]


def scene(words: list[str], dimensions: int = 2, **others: Any) -> Scene:
    side = round(len(words) ** (1 / dimensions) + 0.5)
    grid = np.stack(np.unravel_index(np.arange(len(words)), (side,) * dimensions), axis=1)
    points = (grid + np.random.default_rng(1).uniform(0, 0.4, grid.shape)).astype(np.float32)
    return Scene("<toy>", words, range(len(words)), Projection(points, "tsne", 42, "scikit-learn", 30), **others)


@pytest.fixture
def opened(browser: Browser) -> Open:
    """Write a page and open it from disk; what it asks the network for is in `browser.requests`."""

    def write(drawn: Scene, vectors: np.ndarray, counts: list[int] | None = None) -> Any:
        pytest.importorskip("plotly")
        path = Path("page.html")
        with path.open("wb") as stream:
            write_page(stream, drawn, vectors, counts)
        page = browser.open(path.resolve().as_uri())
        page.wait_for_selector("#plot .main-svg")
        page.wait_for_function("document.getElementById('plot').data.at(-1).x.length > 0 || plot.data.length > 3")
        return page

    return write


def found(page: Any) -> list[str]:
    texts: list[str] = page.locator("#found li").all_inner_texts()
    return texts


def ranges(page: Any) -> list[float]:
    values: list[float] = page.evaluate("[...plot._fullLayout.xaxis.range, ...plot._fullLayout.yaxis.range]")
    return values


def test_a_searched_word_is_found_and_zoomed_to_with_its_neighbours(opened: Open, browser: Browser) -> None:
    page = opened(scene(WORDS, groups=["a", "b"] * 30, arrows=[(0, 1)]), VECTORS, list(range(1060, 1000, -1)))
    whole = ranges(page)
    page.fill("input", "소")
    assert found(page) == ["소녀"]
    page.press("input", "Enter")
    assert page.inner_text("aside h2") == "소녀"
    assert page.inner_text("aside p") == "count 1,059 · b"
    vectors = KeyedVectors(20)
    vectors.add_vectors(list(map(str, range(60))), VECTORS)
    expected = [(WORDS[int(at)].replace("\u00a0", "\\xa0"), similarity) for at, similarity in vectors.most_similar("1")]
    rows = [row.inner_text().split("\t") for row in page.locator("aside tbody tr").all()]
    assert [word for word, _ in rows] == [word for word, _ in expected]
    assert [float(shown) for _, shown in rows] == pytest.approx([similarity for _, similarity in expected], abs=6e-5)
    width = "plot._fullLayout.xaxis.range[1] - plot._fullLayout.xaxis.range[0]"
    page.wait_for_function(f"{width} < {(whole[1] - whole[0]) * 0.8}")
    near = ranges(page)
    assert near[1] - near[0] < (whole[1] - whole[0]) * 0.8
    assert near[3] - near[2] < (whole[3] - whole[2]) * 0.8
    x, y = page.evaluate("[data.points[0][1], data.points[1][1]]")
    assert sum(near[:2]) / 2 == pytest.approx(x)
    assert sum(near[2:]) / 2 == pytest.approx(y)
    page.locator("aside td button").first.click()
    assert page.inner_text("aside h2") == expected[0][0]
    assert browser.requests == [page.url.partition("#")[0]]
    assert browser.errors == []


def test_words_are_words_and_no_html(opened: Open, browser: Browser) -> None:
    page = opened(scene(WORDS), VECTORS)
    assert page.title() == "60 words of <toy>"
    for word in ("<b>bold</b> & co", "</script>", "$x_1$"):
        page.fill("input", word)
        assert found(page) == [word]
        page.press("input", "Enter")
        assert page.inner_text("aside h2") == word
        page.wait_for_function("word => plot.data.at(-1).text.some(text => text.length > 3)", arg=word)
    page.fill("input", "xyzzy")
    assert found(page) == ["not among these words"]
    assert browser.errors == []


def test_the_wheel_zooms_and_all_is_shown_again(opened: Open) -> None:
    page = opened(scene(WORDS), VECTORS)
    whole = ranges(page)
    page.evaluate("plot.once('plotly_relayout', () => { window.zoomed = true; })")
    page.mouse.move(400, 400)
    page.mouse.wheel(0, -600)
    page.wait_for_function(f"plot._fullLayout.xaxis.range[0] > {whole[0]} + 0.1")
    page.wait_for_function("window.zoomed")  # a wheel is done some moments after its last turn
    page.click("#all")
    page.wait_for_function(f"Math.abs(plot._fullLayout.xaxis.range[0] - {whole[0]}) < 0.01")
    assert page.inner_text("aside").startswith("Click a point")


def test_a_group_can_be_hidden_and_its_labels_go_with_it(opened: Open) -> None:
    page = opened(scene(WORDS, groups=["fruit" if at < 30 else "rest" for at in range(60)]), VECTORS)
    labels = "plot.data.at(-1).text"
    assert page.evaluate(labels).count("girl") == 1
    page.locator(".legendtoggle").first.click()
    page.wait_for_function(f"!{labels}.includes('girl') && {labels}.includes('word40')")


def test_a_point_tells_its_word_count_and_neighbours(opened: Open) -> None:
    page = opened(scene(WORDS), VECTORS, [5] * 60)
    place = page.evaluate(
        """() => { const box = plot.getBoundingClientRect(), layout = plot._fullLayout;
        return [box.x + layout.xaxis._offset + layout.xaxis.d2p(data.points[0][0]),
                box.y + layout.yaxis._offset + layout.yaxis.d2p(data.points[1][0])]; }"""
    )
    page.mouse.move(place[0] - 3, place[1])
    page.mouse.move(*place)
    page.wait_for_selector(".hoverlayer .hovertext")
    text = page.locator(".hoverlayer .hovertext").first.text_content()
    assert text.startswith("girlcount 5")
    assert len(re.findall(r"0\.\d{4}", text)) == 10


def test_both_themes(opened: Open) -> None:
    page = opened(scene(WORDS, theme=THEMES["dark"]), VECTORS)
    color = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(color) == "rgb(27, 27, 31)"
    page.click("#theme")
    assert page.evaluate(color) == "rgb(255, 255, 255)"
    page.wait_for_function("plot.layout.paper_bgcolor === '#ffffff'")


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_word_is_faded_by_what_comes_again(opened: Open, browser: Browser, dimensions: int) -> None:
    again = Again([0.25, *[1.0] * 59], 12)
    groups = ["x"] * 30 + ["y"] * 30
    page = opened(scene(WORDS, dimensions, groups=groups, again=again), VECTORS)
    # Half way between #0072b2 and white a point would be .4 + .6 / 2 opaque: .7 of the one and .3 of the other.
    colors, places = page.evaluate("[plot.data[0].marker.color, plot.data[0].customdata]")
    assert dict(zip(places, colors, strict=True))[0] == "#4d9cc9"
    assert colors[0] == "#0072b2"  # the legend has that of the first
    assert set(colors) == {"#0072b2", "#4d9cc9"}
    label = "plot.data.at(-1).textfont.color[plot.data.at(-1).text.indexOf('girl')]"
    page.wait_for_function(f"{label} === '#464646'")
    page.click("#theme")
    page.wait_for_function(f"{label} === '#c4c4c5'")
    assert "#0072b2" not in page.evaluate("plot.data[0].marker.color")
    page.fill("input", "girl")
    page.press("input", "Enter")
    assert "25 % of its nearest words come again in 12 variants" in page.inner_text("aside")
    assert browser.errors == []


def test_three_dimensions(opened: Open, browser: Browser) -> None:
    page = opened(scene(WORDS, 3, arrows=[(0, 1)]), VECTORS)
    page.fill("input", "girl")
    page.press("input", "Enter")
    assert page.inner_text("aside h2") == "girl"
    assert page.evaluate("plot.data[0].type") == "scatter3d"
    assert browser.errors == []


def test_ten_thousand_words(opened: Open, browser: Browser) -> None:
    words = [f"word{at}" for at in range(10_000)]
    page = opened(scene(words), RNG.normal(size=(10_000, 50)).astype(np.float32))
    page.fill("input", "word9999")
    page.press("input", "Enter")
    assert page.inner_text("aside h2") == "word9999"
    page.wait_for_function("plot.data.at(-1).text.includes('word9999')")
    assert browser.errors == []


def test_a_link_leads_to_a_word(opened: Open, browser: Browser) -> None:
    url = opened(scene(WORDS), VECTORS).url
    page = browser.open(f"{url}#%EC%86%8C%EB%85%80")
    page.wait_for_selector("aside h2")
    assert page.inner_text("aside h2") == "소녀"


def test_the_data_of_the_page_are_numbers_and_words() -> None:
    pytest.importorskip("plotly")
    stream = io.BytesIO()
    write_page(stream, scene(WORDS), VECTORS)
    text = stream.getvalue().decode()
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert data["words"][:4] == WORDS[:4]
    assert (len(data["points"]), len(data["points"][0])) == (2, 60)
    assert "default-src 'none'; script-src 'unsafe-inline'" in text


NAMES_OF_OBJECTS = ["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf", "watch", "__TEXT_CACHE"]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_words_that_every_object_has_do_not_take_the_labels_away(
    opened: Open, browser: Browser, dimensions: int
) -> None:
    words = [*NAMES_OF_OBJECTS, "driver", "team", "race"]
    groups = [words[(at + 1) % len(words)] if at < 8 else "" for at in range(len(words))]
    page = opened(scene(words, dimensions, groups=groups), VECTORS[: len(words)])
    page.wait_for_timeout(1500)  # Plotly draws in the next frame, where it would fail
    assert browser.errors == []
    labels = page.evaluate("plot.data.findLast(trace => trace.mode === 'markers+text').text")
    assert {label.rstrip("\u200b") for label in labels} == set(words)
    for word in NAMES_OF_OBJECTS[:3]:
        page.fill("input", word)
        page.press("input", "Enter")
        assert page.inner_text("aside h2") == word
    assert browser.errors == []


@pytest.mark.parametrize("word", ["100%", "%", "%E0%A4%A", "a%zz"])
def test_a_link_to_a_word_with_a_percent_sign_opens_the_page(opened: Open, browser: Browser, word: str) -> None:
    url = opened(scene([word, *WORDS[1:]]), VECTORS).url
    page = browser.open(f"{url}#{word}")
    page.wait_for_selector("aside h2")
    assert page.inner_text("aside h2") == word
    page.wait_for_function("plot.data.at(-1).text.length > 5")
    assert browser.errors == []


HTML = ['<img src=x onerror="window.hit=1">', "</script><script>window.hit=1</script>", "<!--<script>", "{{SCRIPT}}"]


@pytest.mark.parametrize("dimensions", [2, 3])
def test_nothing_in_a_page_is_taken_for_html(opened: Open, browser: Browser, dimensions: int) -> None:
    words = [*HTML, "&lt;b&gt;", "\u2028", "]]>", "javascript:window.hit=1", *WORDS[8:]]
    drawn = scene(words, dimensions, groups=[HTML[at % 4] for at in range(len(words))])
    named = Scene("</title><script>window.hit=1</script>", drawn.words, drawn.rows, drawn.projection, drawn.groups)
    page = opened(named, VECTORS[: len(words)])
    assert page.title() == f"{len(words)} words of </title><script>window.hit=1</script>"
    for word in (*HTML, "&lt;b&gt;"):
        page.fill("input", word)
        page.press("input", "Enter")
        assert page.inner_text("aside h2") == word
    page.wait_for_timeout(500)
    assert page.evaluate("window.hit") is None
    assert page.evaluate("document.querySelectorAll('#plot img, aside img').length") == 0
    assert browser.errors == []


def test_both_directions_of_a_page_have_the_same_scale(opened: Open) -> None:
    drawn = scene(WORDS)
    drawn.projection.points[:, 0] *= 10
    page = opened(drawn, VECTORS)
    scales = page.evaluate("['xaxis', 'yaxis'].map(name => Math.abs(plot._fullLayout[name]._m))")
    assert scales[0] == pytest.approx(scales[1], rel=1e-6)


def test_many_groups_with_long_names_leave_room_for_the_points(opened: Open) -> None:
    names = [f"group {at % 50} of words about organizations {'x' * 60}" for at in range(60)]
    page = opened(scene(WORDS, groups=names), VECTORS)
    share = page.evaluate(
        "document.querySelector('.legend .bg').getBoundingClientRect().height / plot.getBoundingClientRect().height"
    )
    assert 0 < share < 0.35
    assert page.locator(".legendtext").first.text_content() == "group 0 of words about organization…"
