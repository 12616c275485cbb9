"""``w2v explore``."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from w2vcli.atomic import require_absent
from w2vcli.cli import options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.output import print_facts
from w2vcli.cli.questions import open_model
from w2vcli.errors import BadSettings
from w2vcli.reporting import Reporter
from w2vcli.signals import end_process, was_seen
from w2vcli.speaking.language import language, translated

if TYPE_CHECKING:
    from w2vcli.explorer.moved import Moved
    from w2vcli.explorer.server import View
    from w2vcli.models.directory import Model

_PAIR = 2
_MODES = (
    options.Mode(
        ("port", "browser", "beside"),
        lambda values: not values["output"],
        "--port, --browser and --beside are of the page that is served, not of -o",
    ),
    options.Mode(("top", "force"), lambda values: values["output"], "--top and --force are of -o"),
)


@click.command("explore", cls=W2vCommand, columns=COLUMNS["explore"], modes=_MODES)
@options.model
@click.option(
    "--beside",
    type=options.ModelName(),
    multiple=True,
    metavar="MODEL",
    help="Show another model beside it, which is asked the same; may be repeated.",
)
@click.option("-o", "--output", type=options.OutputFile(), help="Page (.html) to write instead, for sending.")
@click.option("--top", type=click.IntRange(min=2), help="Take only this many words, the most frequent.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to answer at.  [default: one that is free]")
@click.option("--browser/--no-browser", default=True, help="Open the page in the browser.")
@options.variants
@options.force
@options.formats
@options.reporting
def command(
    model: str | None,
    beside: tuple[str, ...],
    output: Path | None,
    top: int | None,
    port: int | None,
    browser: bool,
    variants: bool,
    force: bool,
    reporter: Reporter,
) -> None:
    """Open a page with a map of all words, and ask it.

    \b
    Examples:
      w2v explore
      w2v explore -m google-news
      w2v explore -m news --beside novels
      w2v explore --no-browser --port 8765
      w2v explore -o words.html --top 5000

    Type a word, or king - man + woman, and see the nearest words of the whole
    model, each with its label on the map. /ing$/ lights up all words that match.
    Colours go by count, by region or by an axis such as man:woman. Shift and the
    mouse draw around words and list them. Lines of the text are shown where it is
    still there. The address in the browser keeps the view.

    The map is by PCA at once. A better one, by t-SNE, is made meanwhile and kept
    with the model. Only this machine can reach the page, by an address that
    nobody else knows. Ctrl-C ends it.

    With -o the page is one file, which needs neither w2v nor a network.
    """
    opened = open_model(model, reporter)
    if output is not None:
        _write(opened, output, top, reporter, force=force)
        return
    from w2vcli.explorer.moved import Moved
    from w2vcli.explorer.page import make_frame
    from w2vcli.explorer.server import ExplorerServer

    models = [opened, *(open_model(name, reporter) for name in beside)]
    with ExitStack() as stack:
        moved = Moved(models[0], models[1], translated) if len(models) == _PAIR else None
        views = [_view(models, number, moved, stack, variants=variants) for number in range(len(models))]
        frame = make_frame([each.name for each in models]) if beside else None
        server = ExplorerServer(views, frame, port or 0)
        server.start()
        stack.callback(server.close)
        names = " · ".join(each.name for each in models)
        reporter.note(f"{names} is at {server.address}; Ctrl-C ends it")
        if browser and not stack.enter_context(_opened(server.address)):
            reporter.note("no browser could be started here: open the address in one")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            was_seen()
    end_process(0)  # a map that is being made would be waited for


def _view(models: Sequence[Model], number: int, moved: Moved | None, stack: ExitStack, *, variants: bool) -> View:
    """Return the view of one of the models that are shown, and begin to make its better map."""
    from w2vcli.cli.how_sure import open_variants
    from w2vcli.explorer.answers import Answers
    from w2vcli.explorer.maps import Maps
    from w2vcli.explorer.page import make_page
    from w2vcli.explorer.server import View
    from w2vcli.models.registry import cache_folder

    model = models[number]
    sure = open_variants(model, str(model.path)) if variants else ()
    answers = Answers(model, sure, cache=cache_folder(), told=translated)
    stack.callback(answers.close)
    maps = Maps(model)
    maps.improve()
    if moved is None:
        return View(make_page(model, language()), maps, answers)
    page = make_page(model, language(), beside=models[1 - number].name)
    return View(page, maps, answers, partial(moved.of, number))


def _write(model: Model, output: Path, top: int | None, reporter: Reporter, *, force: bool) -> None:
    """Write the page into a file."""
    from w2vcli.explorer.maps import kept_or_made
    from w2vcli.explorer.sent_page import MOST_WORDS, save_page
    from w2vcli.views.pictures import PAGE

    if output.suffix.lower() != PAGE:
        raise BadSettings(f"{output}: the name of a page ends with {PAGE}")
    require_absent(output, force=force)
    words = min(top or MOST_WORDS, len(model.words))
    if top is None and words < len(model.words):
        reporter.note(f"the page has the {words:,} most frequent of {len(model.words):,} words")
    size = save_page(model, kept_or_made(model, reporter, words), words, output, language(), reporter, force=force)
    print_facts({"output": str(output), "words": words, "bytes": size})


@contextmanager
def _opened(address: str) -> Iterator[bool]:
    """Open an address in the browser, and tell whether one was started.

    Other users of the machine see what a browser is started with, and the address is secret. So it is started with a
    file that only this user can read, and that goes on to the address.
    """
    import webbrowser

    from w2vcli.explorer.page import way_to

    number, name = tempfile.mkstemp(prefix="w2v-explore-", suffix=".html")
    with os.fdopen(number, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(way_to(address))
    try:
        yield _has_screen() and webbrowser.open(Path(name).as_uri())
    finally:
        Path(name).unlink(missing_ok=True)


def _has_screen() -> bool:
    """Tell whether there is a screen. On Linux without one, a browser for terminals would start, which runs no page.

    Whoever names a browser in ``BROWSER`` gets that one.
    """
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
