"""The command ``w2v``: the group of all commands, and the one place where an error becomes a line on stderr.

The exit statuses are in `w2vcli.cli.exit_statuses`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import Any

import click

from w2vcli.cli.command import W2vGroup
from w2vcli.cli.debug import faults_in_a_line, reported
from w2vcli.cli.exit_statuses import INTERRUPTED, MEMORY, NOBODY_READS, SYSTEM
from w2vcli.cli.failures import Failure, as_failure, failure_of, system_said, tell_interrupted
from w2vcli.cli.log import log_to
from w2vcli.cli.styles import style_by_environment
from w2vcli.errors import W2vError
from w2vcli.models.registry import prefer_model
from w2vcli.network import stay_offline
from w2vcli.signals import ENDED_BY_SIGNAL, end_at_once, end_process, heed_signals, was_seen
from w2vcli.speaking.language import choose_language

# Help lists the commands by job, in this order. A section is the folder of a wing: `w2v language-model`, under
# "Networks", is the object `command` in networks/language_model.py. Nothing else has to know of a new command.
SECTIONS = {
    "Build": ("train", "read", "rerun", "load", "models", "use", "rename", "rm", "info", "convert", "cache"),
    "Ask": (
        *("similar", "analogy", "similarity", "odd", "rank", "distance", "predict", "vector", "embed", "words"),
        *("lines", "why", "shell", "mcp"),
    ),
    "See": ("plot", "explore", "projector", "features"),
    "Learn": ("encode", "pairs", "lookup", "step", "lecture", "game"),
    "Networks": ("classify", "language-model"),
    "Measure": ("evaluate", "stability", "compare"),
    "Set up": ("config", "paths", "doctor", "help", "completion"),
}

# How many more objects there have to be before Python looks for garbage.
_OBJECTS_A_SEARCH = 100_000


# A program that calls `cli`, such as a test, sees what is a fault of w2v.
_HIDES_FAULTS = object()


@contextmanager
def _usage_in_a_line() -> Iterator[None]:
    """Make a line of what Click finds wrong."""
    try:
        yield
    except click.ClickException as error:
        raise as_failure(error) from error


class _Commands(W2vGroup):
    """The group of all commands, each of which is imported when it is called: ``--help`` imports no numpy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of help."""
        return [name for names in SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        for section, names in SECTIONS.items():
            if cmd_name in names:
                wing = section.lower().replace(" ", "")
                module = import_module(f"w2vcli.cli.{wing}.{cmd_name.replace('-', '_')}")
                command: click.Command = module.command
                return command
        return None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands below the headings of their sections."""
        for section, names in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(section):
                formatter.write_dl([(name, command.get_short_help_str(60)) for name, command in commands if command])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what stands before the command."""
        ctx.color = style_by_environment()
        choose_language(None)  # it stays until the error is shown, when the context is gone
        prefer_model(None)
        stay_offline(offline=False)
        log_to(ctx, None)
        with _usage_in_a_line():
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn what it raises into a line and an exit status."""
        try:
            with faults_in_a_line() if ctx.obj is _HIDES_FAULTS else nullcontext():
                return self._invoke(ctx)
        except KeyboardInterrupt:
            was_seen()
            tell_interrupted("Interrupted; what was there before is unchanged.")
            ctx.exit(INTERRUPTED)

    def _invoke(self, ctx: click.Context) -> Any:
        try:
            with _usage_in_a_line(), reported():
                return super().invoke(ctx)
        except W2vError as error:
            raise failure_of(error) from error
        except BrokenPipeError:
            # The reader, such as head, has had enough. Python would complain again when it flushes stdout at its end.
            with open(os.devnull, "wb") as nothing:
                os.dup2(nothing.fileno(), sys.stdout.fileno())
            ctx.exit(NOBODY_READS)
        except OSError as error:
            if error.errno is None:  # no failure of the system, but a mistake in some library or here
                raise
            raise Failure(system_said(error), code=SYSTEM) from error
        except MemoryError as error:
            raise Failure(f"there is not enough memory: {error}", code=MEMORY) from error


def _print_description(ctx: click.Context, _option: click.Parameter, is_asked: bool) -> None:
    """Print the whole command line as JSON, and end."""
    if is_asked and isinstance(ctx.command, click.Group):
        import json

        from w2vcli.cli.command_line import describe

        click.echo(json.dumps(describe(ctx.command, SECTIONS), ensure_ascii=False, indent=1))
        ctx.exit()


@click.command(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80, "show_default": True},
)
@click.version_option(package_name="w2vcli", prog_name="w2v", message="%(prog)s %(version)s")
@click.option(
    "--help-json",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_description,
    help="Describe all commands as JSON, for programs.",
)
@click.pass_context
def cli(ctx: click.Context) -> None:
    """word2vec at the command line.

    \b
    w2v train corpus.txt             train a model; it becomes the default one
    w2v load google-news             or load pretrained vectors
    w2v similar girl                 ask it
    w2v analogy boy queen - girl     boy + queen - girl = king
    w2v plot vocab.txt               see it
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def with_subcommands(name: str) -> list[str]:
    """Return a command as it is typed, and behind it its subcommands: ``classify``, ``classify predict`` and so on."""
    found = cli.get_command(click.Context(cli), name)
    return [name, *(f"{name} {inner}" for inner in sorted(getattr(found, "commands", ())))]


def main() -> None:
    """Run the command line and exit with its status."""
    # Imports make many objects that stay. To look for garbage among them takes a twentieth of a question's time.
    gc.set_threshold(_OBJECTS_A_SEARCH)
    _hold_places()
    _use_utf8()
    heed_signals()
    if "_W2V_COMPLETE" in os.environ:  # the Tab key was hit
        from w2vcli.cli.completing import offer

        offer()
    try:
        cli(prog_name="w2v", obj=_HIDES_FAULTS)
    except SystemExit as end:
        was_seen()
        if isinstance(end.code, int) and end.code in ENDED_BY_SIGNAL:
            end_process(end.code)
        raise
    finally:
        was_seen()


def run() -> None:
    """Run the command line as all that this process does."""
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            end_at_once(end.code or 0)
        raise


def _hold_places() -> None:
    """Open the null device in place of standard input, output or errors where that is closed.

    The next file would take its number: after ``w2v load x 2>&-``, a library that writes to number 2 would write into
    the model.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as w2v runs
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - as long as w2v runs


def _use_utf8() -> None:
    """Write UTF-8 into pipes and files whatever the locale, and escapes for what a terminal cannot show."""
    for stream in (sys.stdout, sys.stderr):
        if stream.isatty():
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
