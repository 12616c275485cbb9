"""Pictures in files and in windows."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from w2vcli.errors import BadSettings, NoScreen

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
PAGE = ".html"


def require_format(path: Path, *others: str) -> None:
    """Raise `BadSettings` if ``path`` does not end as a picture that can be written, or one of ``others``."""
    if path.suffix.lower() not in (*_FORMATS, *others):
        raise BadSettings(f"{path}: a picture's name ends with {', '.join([*_FORMATS, *others])}")


def save(figure: Figure, stream: BinaryIO, path: Path, description: str | None = None) -> None:
    """Write a figure in the format that the ending of ``path`` names: PNG, SVG or PDF.

    Text stays text in SVG and PDF; ``description`` goes into the file's metadata.
    """
    import matplotlib

    from w2vcli.views.fonts import label_of
    from w2vcli.views.halos import Halos

    suffix = path.suffix.lower()
    metadata = _FORMATS[suffix] | {_DESCRIPTIONS[suffix]: description and label_of(description)}
    halos = figure.findobj(Halos) if suffix == ".svg" else []
    written = io.BytesIO() if halos else stream
    for halo in halos:
        halo.set_visible(False)
    with matplotlib.rc_context({"svg.hashsalt": "w2v", "svg.fonttype": "none", "pdf.fonttype": 42}):
        figure.savefig(written, format=suffix[1:], dpi=_DPI, metadata=metadata, facecolor=figure.get_facecolor())
    for halo in halos:
        halo.set_visible(True)
    if isinstance(written, io.BytesIO) and halos:
        style = "".join(halo.as_style() for halo in halos if isinstance(halo, Halos))
        stream.write(written.getvalue().replace(b"</style>", f"{style}</style>".encode(), 1))


def new_figure(width: float, height: float, *, on_screen: bool = False) -> Figure:
    """Return an empty figure of that many inches, to be shown in a window if ``on_screen``."""
    if on_screen:
        from matplotlib import pyplot

        return pyplot.figure(figsize=(width, height))
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def require_screen() -> None:
    """Raise `NoScreen` if matplotlib cannot open a window."""
    from matplotlib import pyplot

    if pyplot.get_backend().lower() == "agg":
        raise NoScreen("there is no screen to show the picture on; write it to a file with -o plot.png")


def show() -> None:
    """Show the figures that were drawn ``on_screen``, until their windows are closed."""
    from matplotlib import pyplot

    pyplot.show()
