"""Where bold text and colours are printed.

What comes first in this list decides::

    --no-color                     nowhere
    NO_COLOR, not empty            nowhere
    FORCE_COLOR, not empty         also in a pipe; so CLICOLOR_FORCE, if it is not 0
    CLICOLOR=0, TERM=dumb          nowhere
    none of these                  on a terminal

It is bold text in help, headings and the word Error, and the windows of ``w2v pairs``. Answers in a pipe have no style.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

_MOST_COLUMNS, _WIDE, _LEAST_COLUMNS, _MARGIN = 80, 60, 20, 2


def style_by_environment() -> bool | None:
    """Return whether the environment asks for styles: False nowhere, True everywhere, None on a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        return True
    return False if os.environ.get("CLICOLOR") == "0" or is_dumb() else None


def is_dumb() -> bool:
    """Tell whether the terminal cannot even move its cursor."""
    return os.environ.get("TERM") == "dumb"


def be_plain(ctx: click.Context) -> None:
    """Leave styles out, in this context of Click and in those around it."""
    here: click.Context | None = ctx
    while here is not None:  # each has taken its own from its parent when it began
        here.color = False
        here = here.parent


def is_plain() -> bool:
    """Tell whether styles are left out also on a terminal."""
    ctx = click.get_current_context(silent=True)
    return (style_by_environment() if ctx is None else ctx.color) is False


def console(*, stderr: bool = False) -> Console:
    """Return what rich prints to, with styles or without."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, color_system=None if is_plain() else "auto")


class BoldHelp(click.HelpFormatter):
    """What help is written into: with bold headings, and as narrow as the terminal is.

    Click's is never narrower than 50 columns, and gives 30 of them to the names of options.
    """

    def __init__(self, max_width: int | None = None) -> None:
        import shutil  # 2 ms that a question need not pay

        columns = min(shutil.get_terminal_size().columns, max_width or _MOST_COLUMNS)
        super().__init__(width=max(columns - _MARGIN, _LEAST_COLUMNS))

    def column_of_names(self, most: int) -> int:
        """Return how wide the names of options may be that have their explanation beside them."""
        return most if self.width >= _WIDE else self.width // 3

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names with their explanations beside them."""
        super().write_dl(list(rows), self.column_of_names(col_max), col_spacing)

    def write_heading(self, heading: str) -> None:
        """Write what stands above a section."""
        self.write(f"{' ' * self.current_indent}{click.style(f'{heading}:', bold=True)}\n")
