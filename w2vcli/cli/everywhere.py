"""Options that stand anywhere: before the command, behind it, and behind its words.

    w2v --no-color similar girl
    w2v similar girl --no-color

A row of `EVERYWHERE` makes one. Each command has it then, but for one with an option of that name of its own. What was
given is asked with `given`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from w2vcli.cli import settings
from w2vcli.cli.formats import EARLY, FormatOption
from w2vcli.cli.log import log_to
from w2vcli.cli.styles import be_plain
from w2vcli.cli.translated import Translated
from w2vcli.network import stay_offline
from w2vcli.speaking.language import LANGUAGES, choose_language

_GIVEN = f"{__name__}.given"
_NO_CONFIG = "no_config"


class Everywhere(click.Option):
    """An option of every command.

    ``heed`` is called with the context and the value as soon as the value is known, which is before help is shown and
    before a mistake in another option is told.
    """

    def __init__(self, *names: str, heed: Callable[[click.Context, Any], object] | None = None, **named: Any) -> None:
        super().__init__(names, expose_value=False, is_eager=True, callback=self._take, **named)
        self._heed = heed

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the row of help, which is in the help of the whole program alone."""
        return None if ctx.parent else super().get_help_record(ctx)

    def usage(self) -> str:
        """Return how it is typed: ``-q``, or ``--lang en|ko``."""
        values = "" if self.is_flag else f" {self.metavar or '|'.join(getattr(self.type, 'choices', ['VALUE']))}"
        return f"{self.opts[0]}{values}"

    def take_early(self, ctx: click.Context, typed: str) -> None:
        """Keep and heed a value as it was typed. A wrong one is left to the parser, which tells it."""
        try:
            self._keep(ctx, True if self.is_flag else self.type.convert(typed, self, ctx))
        except click.UsageError:
            return

    def take_setting(self, ctx: click.Context, value: Any) -> None:
        """Keep and heed a value that was not typed, unless another was."""
        value = self.process_value(ctx, value) if self.is_flag else value
        if value is not False and self.name not in ctx.meta.get(_GIVEN, {}):
            self._keep(ctx, value)

    def _take(self, ctx: click.Context, _option: click.Parameter, value: Any) -> None:
        """Keep and heed the value that the parser found."""
        if value not in (None, False):
            earlier = ctx.meta.get(_GIVEN, {}).get(self.name)
            if earlier and earlier[0] is not ctx and not self.is_flag:
                raise click.UsageError(f"{self.opts[-1]} is given 2 times; give it once.", ctx)
            self._keep(ctx, value)

    def _keep(self, ctx: click.Context, value: Any) -> None:
        ctx.meta.setdefault(_GIVEN, {}).setdefault(self.name, (ctx, value))
        if self._heed is not None:
            self._heed(ctx, value)


def given(name: str) -> Any:
    """Return the value of an option that stands anywhere, by its name such as ``quiet``; None if it was not given."""
    ctx = click.get_current_context(silent=True)
    return ctx.meta.get(_GIVEN, {}).get(name, (None, None))[1] if ctx else None


def typed_again(*names: str) -> list[str]:
    """Return those of the options called ``names`` that were given, as they are typed, for another command."""
    found = [(option, given(str(option.name))) for option in EVERYWHERE if option.name in names]
    return [
        text
        for option, value in found
        if value is not None
        for text in (option.opts[-1], *([] if option.is_flag else [value]))
    ]


EVERYWHERE = (
    Everywhere("-q", "--quiet", is_flag=True, help="Print no progress and no notes, only warnings and errors."),
    Everywhere(
        "--no-color", is_flag=True, heed=lambda ctx, _: be_plain(ctx), help="Print no colours and no bold text."
    ),
    Everywhere(
        "--lang",
        type=click.Choice(list(LANGUAGES)),
        heed=lambda _ctx, name: choose_language(name),
        help="Language of help and messages.  [default: $W2V_LANG, or by the locale]",
    ),
    Everywhere("--offline", is_flag=True, heed=lambda *_: stay_offline(offline=True), help="Never use the network."),
    Everywhere(
        "--log",
        type=click.Path(dir_okay=False),
        metavar="FILE",
        heed=log_to,
        help="Append what is told, with times, to this file.",
    ),
    Everywhere(
        "--debug",
        is_flag=True,
        help="Print a report of an error: where it arose, versions and settings.",
    ),
    Everywhere("--no-config", is_flag=True, help="Pass over files of settings (w2v config)."),
)


class HasEverywhere(Translated):
    """A command or a group that has the options which stand anywhere. Its help names them in a line."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the parameters of the command, and behind them the options that stand anywhere."""
        own = super().get_params(ctx)
        taken = {name for parameter in own for name in parameter.opts}
        return own + [option for option in EVERYWHERE if taken.isdisjoint(option.opts)]

    def get_help_option_names(self, ctx: click.Context) -> list[str]:
        """Return ``-h`` and ``--help`` in every context: Click keeps the option of the first one that asks."""
        return ["-h", "--help"]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``. The options that stand anywhere are heeded first, so that they hold for what goes wrong."""
        is_group = not ctx.allow_interspersed_args
        self.heed_early(ctx, args, stop_at_command=is_group)
        # A command heeds settings itself, since --no-config may stand behind it.
        fault = None if is_group and any(not name.startswith("-") for name in args) else self._wrong_setting(ctx)
        try:
            rest = self.parse(ctx, args)  # which shows help also where a setting is wrong
        except click.UsageError as error:
            raise fault or error from error
        if fault is not None and not ctx.resilient_parsing:
            raise fault
        return rest

    def _wrong_setting(self, ctx: click.Context) -> click.UsageError | None:
        """Heed the settings in files and variables; return what is wrong with them."""
        heeded = [option for option in EVERYWHERE if option.name != _NO_CONFIG]
        try:
            found = settings.use(ctx, heeded, with_files=not (given(_NO_CONFIG) or settings.without_files()))
        except click.UsageError as error:
            return error
        for option in heeded:
            if option.name in found:
                option.take_setting(ctx, found[option.name].value)
        return None

    def parse(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args`` as the command does it."""
        return super().parse_args(ctx, args)

    def heed_early(self, ctx: click.Context, args: Sequence[str], *, stop_at_command: bool) -> None:
        """Heed the options that stand anywhere in ``args``; those behind the name of a command are left to it."""
        takes_value = self.takes_value(ctx)
        known = {name: option for option in (*self.get_params(ctx), *EARLY) for name in option.opts}
        rest = iter(args)
        for argument in rest:
            if argument == "--" or (stop_at_command and not argument.startswith("-")):
                return
            name, sign, value = argument.partition("=")
            if takes_value.get(name) and not sign:
                value = next(rest, "")
            option = known.get(name)
            if isinstance(option, Everywhere | FormatOption):
                option.take_early(ctx, value)

    def takes_value(self, ctx: click.Context) -> dict[str, bool]:
        """Return each spelling of each option, and whether a value comes behind it."""
        return {
            name: not option.is_flag and not option.count
            for option in self.get_params(ctx)
            if isinstance(option, click.Option)
            for name in (*option.opts, *option.secondary_opts)
        }

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options that stand anywhere, in a line; the help of the whole program tells what they do."""
        if ctx.parent:
            formatter.write_paragraph()
            names = (option for option in self.get_params(ctx) if isinstance(option, Everywhere))
            formatter.write_text(f"Everywhere: {', '.join(option.usage() for option in names)}")
        super().format_epilog(ctx, formatter)
