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
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

PLAIN = {"NO_COLOR": "1"}  # what tells another program


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
    """What help is written into, with bold headings."""

    def write_heading(self, heading: str) -> None:
        """Write what stands above a section."""
        self.write(f"{' ' * self.current_indent}{click.style(f'{heading}:', bold=True)}\n")
