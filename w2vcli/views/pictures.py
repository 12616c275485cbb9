"""Pictures in files and in windows: what all of them share, whatever they show."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from w2vcli.atomic import new_file
from w2vcli.errors import BadSettings, NoScreen
from w2vcli.views.scene import Theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# The date in a file would make two files of the same picture differ.
_FORMATS: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None},
    ".pdf": {"CreationDate": None},
}
_DESCRIPTIONS = {".png": "Description", ".svg": "Description", ".pdf": "Subject"}
_DPI = 150
_TEXT = ".svg"
PAGE = ".html"


@dataclass(frozen=True)
class Picture:
    """A drawn ``figure``, and the ``caption`` that says how it was made. A notebook shows it."""

    figure: Figure
    caption: str | None = None

    def _repr_png_(self) -> bytes:
        stream = io.BytesIO()
        save(self.figure, stream, Path("picture.png"), self.caption)
        return stream.getvalue()

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, bytes], dict[str, dict[str, int]]]:
        """Return the picture for a notebook, at half its pixels: as sharp as the screen can be, and not too wide."""
        png = self._repr_png_()
        width, height = (int.from_bytes(png[at : at + 4], "big") // 2 for at in (16, 20))
        return {"image/png": png}, {"image/png": {"width": width, "height": height}}

    def write(self, path: Path, *, force: bool = False) -> None:
        """Write the picture to a file, whole or not at all.

        Raises
        ------
        OutputExists
            If there is such a file, unless ``force`` is set.
        """
        with new_file(path, force=force) as stream:
            save(self.figure, stream, path, self.caption)

    def deliver(self, path: Path | None, *, on_screen: bool, force: bool = False) -> None:
        """Write the picture to a file, unless ``path`` is None, and show it if it was drawn ``on_screen``."""
        if path is not None:
            self.write(path, force=force)
        if on_screen:
            show()


def require_format(path: Path, *others: str) -> None:
    """Raise `BadSettings` unless ``path`` ends as a picture that can be written, or as one of ``others``."""
    if path.suffix.lower() not in (*_FORMATS, *others):
        raise BadSettings(f"{path}: a picture's name ends with {', '.join([*_FORMATS, *others])}")


def keeps_text(path: Path | None, *, on_screen: bool = False) -> bool:
    """Tell whether a picture keeps its labels as text, which the fonts of its reader draw: in SVG and nowhere else.

    A picture that is also shown ``on_screen`` is drawn here. There is no ``path`` if it is only shown.
    """
    return path is not None and path.suffix.lower() == _TEXT and not on_screen


@contextmanager
def drawing(settings: Any) -> Iterator[None]:
    """Draw with matplotlib's ``settings``, and without its warnings of missing glyphs.

    What we draw ourselves has no such glyphs. In SVG the reader's fonts have them, and matplotlib only measures them.
    """
    import matplotlib

    with matplotlib.rc_context(settings), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
        yield


def save(figure: Figure, stream: BinaryIO, path: Path, description: str | None = None) -> None:
    """Write a figure to ``stream`` in the format that the ending of ``path`` names: PNG, SVG or PDF.

    Text stays text in SVG and PDF, so that it can be searched and copied. The ``description`` goes into the metadata.
    The same figure gives the same bytes each time.
    """
    from w2vcli.views.fonts import label_of
    from w2vcli.views.halos import Halos

    suffix = path.suffix.lower()
    metadata = _FORMATS[suffix] | {_DESCRIPTIONS[suffix]: description and label_of(description)}
    # In SVG a rule of the style sheet draws the halos. matplotlib would turn them into paths of its own fonts.
    halos = figure.findobj(Halos) if suffix == _TEXT else []
    written = io.BytesIO() if halos else stream
    for halo in halos:
        halo.set_visible(False)
    # It names tables of NanumGothic that it leaves out of a PDF, which tells nobody anything.
    logging.getLogger("fontTools.subset").addHandler(logging.NullHandler())
    with drawing({"svg.hashsalt": "w2v", "svg.fonttype": "none", "pdf.fonttype": 42}):
        figure.savefig(written, format=suffix[1:], dpi=_DPI, metadata=metadata, facecolor=figure.get_facecolor())
    for halo in halos:
        halo.set_visible(True)
    if isinstance(written, io.BytesIO) and halos:
        style = "".join(halo.as_style() for halo in halos if isinstance(halo, Halos))
        stream.write(written.getvalue().replace(b"</style>", f"{style}</style>".encode(), 1))


def new_figure(width: float, height: float, *, on_screen: bool = False, constrained: bool = False) -> Figure:
    """Return an empty figure of ``width`` x ``height`` inches.

    A figure that is ``on_screen`` has a window, which `show` opens. A ``constrained`` one makes room for the labels
    of its axes by itself.
    """
    layout: Any = {"layout": "constrained"} if constrained else {}
    if on_screen:
        from matplotlib import pyplot

        return pyplot.figure(figsize=(width, height), **layout)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), **layout)
    FigureCanvasAgg(figure)
    return figure


def settings_for(theme: Theme, families: Sequence[str]) -> dict[str, Any]:
    """Return matplotlib's settings for a picture with the colours of ``theme`` and fonts of ``families``."""
    return {
        "font.family": families,
        "text.parse_math": False,  # a dollar sign is a dollar sign, and begins no formula
        "text.color": theme.text,
        "axes.labelcolor": theme.text,
        "figure.facecolor": theme.background,
    }


def require_screen() -> None:
    """Raise `NoScreen` if matplotlib cannot open a window."""
    from matplotlib import pyplot

    if pyplot.get_backend().lower() == "agg":
        raise NoScreen("there is no screen to show the picture on; write it to a file with -o plot.png")


def show() -> None:
    """Show the figures that were drawn ``on_screen``, and return when their windows are closed."""
    from matplotlib import pyplot

    pyplot.show()
