"""``w2v mcp``."""

from __future__ import annotations

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import note
from w2vcli.errors import MissingExtra
from w2vcli.inputs import open_stdin
from w2vcli.models.registry import find_model

_LIBRARIES = {"mcp", "mcp_types", "pydantic"}


@click.command("mcp", cls=W2vCommand)
@options.model
def command(model: str | None) -> None:
    """Serve a model to other programs.

    \b
    Examples:
      w2v mcp
      w2v mcp -m google-news

    A program that speaks the Model Context Protocol, such as an assistant in an
    editor, starts this and asks over standard input and output: similar, analogy,
    similarity, odd, features, why and compare. It changes no model, and opens no
    connection. It needs the extra "mcp".
    """
    try:
        import mcp.server.mcpserver  # noqa: F401 - is it there?
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _LIBRARIES:
            raise
        raise MissingExtra("servers of the Model Context Protocol", "mcp") from error
    if open_stdin().isatty():
        raise click.UsageError("w2v mcp is started by a program, which speaks to it over standard input.")
    from w2vcli.face.model import Model
    from w2vcli.serving.mcp_server import make_server

    opened = Model(find_model(model))
    note(f"serving {opened.name}, until standard input ends")
    make_server(opened).run("stdio")
