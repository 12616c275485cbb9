from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Annotation
from PIL import Image

from w2vcli.errors import BadSettings
from w2vcli.views import fonts
from w2vcli.views.pictures import require_format, save
from w2vcli.views.plot import PointsPicture, draw
from w2vcli.views.projection import Projection
from w2vcli.views.scene import MOST_GROUPS, THEMES, Again, Scene

POINTS = np.array([[0, 0], [1, 1], [0.02, 0.01], [1, 0.98]], dtype=np.float32)
SVG = "{http://www.w3.org/2000/svg}"
WORDS = ["man", "$apple_{", "woman", "a\tb"]


def scene(points: np.ndarray = POINTS, words: Sequence[str] = WORDS, **others: Any) -> Scene:
    projection = Projection(points, "pca", 42, "scikit-learn", explained_variance=(0.5, 0.25, 0.125)[: points.shape[1]])
    return Scene("toy", words, others.pop("rows", range(len(words))), projection, **others)


def written(name: str, **others: Any) -> bytes:
    stream = io.BytesIO()
    save(draw(scene(**others)).figure, stream, Path(name), "how it was made")
    return stream.getvalue()


def boxes_of(picture: PointsPicture) -> list[Any]:
    picture.figure.canvas.draw()
    return [text.get_window_extent() for axes in picture.figure.axes for text in axes.texts if text.get_text()]


def test_every_word_is_a_label_at_its_point_and_none_lies_over_another() -> None:
    picture = draw(scene())
    figure = picture.figure
    axes = figure.axes[0]
    assert tuple(figure.get_size_inches()) == (8, 8)
    assert {text.get_text() for text in axes.texts} == {"man", "$apple_{", "woman", r"a\tb"}
    np.testing.assert_allclose(np.asarray(axes.collections[0].get_offsets(), dtype=float), POINTS.astype(float))
    assert picture.without_room == []
    boxes = boxes_of(picture)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("count", [40, 200, 700])
def test_no_label_lies_over_another_however_many_words_there_are(count: int, dimensions: int) -> None:
    words = [f"word{number}" for number in range(count)]
    points = np.random.default_rng(1).normal(size=(count, dimensions)).astype(np.float32)
    picture = draw(scene(points, words))
    boxes = boxes_of(picture)
    assert len(boxes) == count - len(picture.without_room) > 30
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_labels_without_room_are_those_of_the_less_frequent_words() -> None:
    words = [f"a long word {number}" for number in range(100)]
    picture = draw(scene(np.full((100, 2), 0.5, dtype=np.float32), words, rows=range(200, 100, -1)))
    labelled = {text.get_text() for text in picture.figure.axes[0].texts}
    assert labelled == set(words[-len(labelled) :])
    assert set(picture.without_room) == set(words[: -len(labelled)]) != set()
    assert picture.without_room[-1] == words[0]  # the least frequent one


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_words_that_no_font_can_write_have_a_point_and_no_label() -> None:
    picture = draw(scene(words=["man", "소녀", "woman", "boy"], groups=["과일", "", "", ""]))
    assert {text.get_text() for text in picture.figure.axes[0].texts} == {"man", "woman", "boy"}
    assert (picture.without_font, picture.missing, picture.without_room) == (["소녀"], frozenset("소녀과일"), [])
    assert sum(len(np.asarray(points.get_offsets())) for points in picture.figure.axes[0].collections) == 4
    [caption] = picture.figure.texts
    assert caption.get_text().endswith("; no font for Hangul")
    assert [text.get_text() for text in picture.figure.legends[0].get_texts()] == [r"\uacfc\uc77c"]


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_a_picture_of_which_no_word_can_be_written_is_still_drawn() -> None:
    picture = draw(scene(words=["소년", "소녀", "왕", "왕비"]))
    assert (picture.labels, picture.figure.axes[0].texts[:]) == (0, [])
    assert len(np.asarray(picture.figure.axes[0].collections[0].get_offsets())) == 4
    save(picture.figure, io.BytesIO(), Path("p.pdf"))


@pytest.mark.usefixtures("only_matplotlibs_font")
def test_a_picture_in_svg_needs_no_font() -> None:
    words = ["소년", "소녀", "왕", "王妃"]
    picture = draw(scene(words=words, groups=["과일", "", "", ""]), keeps_text=True)
    stream = io.BytesIO()
    save(picture.figure, stream, Path("p.svg"))
    root = ElementTree.fromstring(stream.getvalue())  # noqa: S314
    assert {*words, "과일"} <= {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert (picture.labels, picture.without_font) == (4, [])


@pytest.mark.parametrize("points", [POINTS, np.column_stack([POINTS, POINTS[:, 0]])])
def test_arrows_lead_from_word_to_word(points: np.ndarray) -> None:
    axes = draw(scene(points, arrows=[(0, 1)])).figure.axes[-1]
    [arrow] = [text for text in axes.texts if isinstance(text, Annotation)]
    x, y = axes.transData.transform(np.array([arrow.xyann, arrow.xy])).T
    assert x[0] != x[1]
    assert y[0] != y[1]
    if points.shape[1] == 2:
        assert (arrow.xyann, arrow.xy) == ((0, 0), (1, 1))


def test_what_pca_explains_stands_at_its_axes_and_how_it_was_made_below() -> None:
    figure = draw(scene()).figure
    assert figure.axes[0].get_xlabel() == "PC 1 (50.0% of the variance)"
    assert figure.axes[0].get_ylabel() == "PC 2 (25.0% of the variance)"
    assert [text.get_text() for text in figure.texts] == ["PCA of 4 words of toy, seed 42, scikit-learn"]


def test_the_dark_theme_is_dark() -> None:
    light, dark = (
        np.asarray(Image.open(io.BytesIO(written("p.png", theme=THEMES[name]))).convert("L")).mean() for name in THEMES
    )
    assert light > 220
    assert dark < 50


def test_how_it_was_made_is_in_the_metadata_and_text_stays_text() -> None:
    assert Image.open(io.BytesIO(written("p.png"))).info["Description"] == "how it was made"
    svg = written("p.svg").decode()
    assert "how it was made" in svg
    assert ">woman</text>" in svg
    assert b"/Subject (how it was made)" in written("p.pdf")


@pytest.mark.parametrize(("name", "magic"), [("p.png", b"\x89PNG"), ("p.svg", b"<?xml"), ("p.PDF", b"%PDF")])
def test_formats_by_ending_and_the_same_bytes_twice(name: str, magic: bytes) -> None:
    data = written(name)
    assert data.startswith(magic)
    assert data == written(name)


def test_a_picture_has_something_on_it() -> None:
    image = np.asarray(Image.open(io.BytesIO(written("p.png"))).convert("L"))
    assert image.shape == (1200, 1200)
    assert (image < 128).sum() > 1000


def test_other_endings_are_refused() -> None:
    with pytest.raises(BadSettings, match=r"p.gif: a picture's name ends with .png, .svg, .pdf"):
        require_format(Path("p.gif"))


LONG = [f"{name} administration, international organizations, championship {at}…" for at, name in enumerate("abcdef")]


@pytest.mark.parametrize(
    "names",
    [
        LONG,
        ["국제 기구와 그 구성원들의 대표 회의, 그리고 그 밖의 모든 것들에 대한 긴 이름"[at:] for at in range(6)],
        [f"group {at}" for at in range(MOST_GROUPS)],
        [f"{at} {name * 9}" for at in range(9) for name in LONG],
        ["x" * 3000, "y"],
        ["_hidden", "__", "_"],
        ["one"],
    ],
    ids=["clusters", "hangul", "many", "many-and-long", "endless", "underscores", "one"],
)
def test_a_legend_is_within_the_picture_and_names_every_group(names: list[str]) -> None:
    if fonts.find_fonts(names).missing:
        pytest.skip("no font with Hangul is installed (pip install koreanize-matplotlib)")
    points = np.random.default_rng(0).normal(size=(len(names), 2)).astype(np.float32)
    picture = draw(scene(points, [f"w{at}" for at in range(len(names))], groups=names))
    figure = picture.figure
    figure.canvas.draw()
    [legend] = figure.legends
    shown = [text.get_text() for text in legend.get_texts()]
    assert all(name.startswith(text.removesuffix("…")) for name, text in zip(names, shown, strict=True))
    assert all(text.get_text() and text.get_window_extent().width > 0 for text in legend.get_texts())
    whole = figure.bbox
    for artist in (legend, *legend.get_texts()):
        box = artist.get_window_extent()
        assert whole.x0 <= box.x0 < box.x1 <= whole.x1
        assert whole.y0 <= box.y0 < box.y1 <= whole.y1
    assert legend.get_window_extent().y0 >= figure.axes[0].get_window_extent().y1 > 0.5 * whole.y1


def test_a_long_caption_is_shortened_in_its_middle() -> None:
    drawn = draw(Scene("m" * 300, WORDS, range(4), scene().projection)).figure
    [caption] = drawn.texts
    assert caption.get_window_extent().x1 <= drawn.bbox.x1
    assert caption.get_text().startswith("PCA of 4 words of mmm")
    assert caption.get_text().endswith("seed 42, scikit-learn")


@pytest.mark.parametrize("dimensions", [2, 3])
def test_both_directions_have_the_same_scale(dimensions: int) -> None:
    points = np.random.default_rng(0).normal(size=(30, dimensions)).astype(np.float32)
    points[:, 0] *= 20
    axes: Any = draw(scene(points, [f"w{at}" for at in range(30)])).figure.axes[0]
    axes.figure.canvas.draw()
    if dimensions == 2:
        corner, right, above = axes.transData.transform([(0, 0), (1, 0), (0, 1)])
        assert right[0] - corner[0] == pytest.approx(above[1] - corner[1], rel=1e-3)
    else:
        lengths = [high - low for low, high in (axes.get_xlim3d(), axes.get_ylim3d(), axes.get_zlim3d())]
        assert np.asarray(lengths) / axes.get_box_aspect() == pytest.approx(lengths[0] / axes.get_box_aspect()[0])


HOSTILE = [
    *("\ufeffthe", "co\ufeffoperate", "$x^2$", "a\nb", "<script>alert(1)</script>", "&amp;", "--><!--", "]]>"),
    *("\u05e9\u05dc\u05d5\u05dd", "می\u200cخواهم", "\u2764\ufe0f", "a\u200bb", "a\u00adb", "a\u0378b", "a\ue000b"),
    *(
        "a\ufffeb",
        "a\ud800b",
        "a\x00b",
        "a\x7fb",
        "\u0301",
        "\u3164",
        "a\u3000b",
        "\u202eabc",
        "$",
        r"\frac{",
        "_x",
        "%s",
    ),
    *("\U000e0067", "a\U000f0000b", "{0}", "\u00a0", "😀", "x" * 500),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ["p.png", "p.svg", "p.pdf"])
def test_any_word_can_be_drawn_in_any_format(name: str) -> None:
    points = np.random.default_rng(0).normal(size=(len(HOSTILE), 2)).astype(np.float32)
    groups = [word if fonts.find_fonts([fonts.label_of(word)]).missing == frozenset() else "" for word in HOSTILE]
    data = written(name, points=points, words=HOSTILE, groups=groups)
    assert len(data) > 5000
    if name == "p.svg":
        texts = ["".join(text.itertext()) for text in ElementTree.fromstring(data).iter(f"{SVG}text")]  # noqa: S314
        expected = [r"\ufeffthe", r"co\ufeffoperate", "$x^2$", r"a\nb", "<script>alert(1)</script>", r"a\ud800b"]
        assert [word for word in expected if word not in texts] == []


def test_text_of_many_words_stays_text() -> None:
    words = [f"word{at}" for at in range(600)]
    points = np.random.default_rng(1).normal(size=(600, 2)).astype(np.float32)
    picture = draw(scene(points, words))
    stream = io.BytesIO()
    save(picture.figure, stream, Path("p.svg"))
    root = ElementTree.fromstring(stream.getvalue())  # noqa: S314
    texts = {"".join(text.itertext()) for text in root.iter(f"{SVG}text")}
    assert {*words} - {*picture.without_room} <= texts
    assert b"paint-order: stroke; stroke: #ffffff" in stream.getvalue()


def luminance(color: Sequence[float]) -> float:
    """Return the relative luminance of a colour by the Web Content Accessibility Guidelines."""
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in color[:3]]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize("theme", THEMES)
def test_a_word_is_faded_by_what_comes_again_and_never_below_what_can_be_read(theme: str) -> None:
    again = Again([0.0, 0.25, 0.5, 1.0], 12)
    picture = draw(scene(groups=["x", "x", "y", "y"], again=again, theme=THEMES[theme]))
    axes = picture.figure.axes[0]
    opacities = {text.get_text(): text.get_alpha() for text in axes.texts if text.get_text()}
    assert [opacities[word] for word in ("man", "$apple_{", "woman", r"a\tb")] == [0.62, 0.81, 1, 1]
    first, second = (np.asarray(found.get_facecolor())[:, 3] for found in axes.collections[:4:2])
    assert first.tolist() == pytest.approx([0.4, 0.7])
    assert second.tolist() == [1, 1]
    [legend] = picture.figure.legends
    markers: list[Any] = list(legend.legend_handles)
    assert [np.asarray(marker.get_facecolor())[0, 3] for marker in markers] == [1, 1]
    assert picture.caption is not None
    assert picture.caption.endswith(", faint: their nearest words seldom come again in 12 variants")
    text, background = (np.array(to_rgb(getattr(THEMES[theme], name))) for name in ("text", "background"))
    faintest = luminance((0.62 * text + 0.38 * background).tolist())
    light, dark = sorted([faintest, luminance(background.tolist())], reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
