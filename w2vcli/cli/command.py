"""What all commands do with their command line beyond Click: no option is given twice, no ``-man`` is ``-m an``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli.options import Mode, refuse_unheeded
from w2vcli.models import registry

if TYPE_CHECKING:
    from w2vcli.models.words import Words

_GLUED = f"{__name__}.glued"
_PATH_SIGNS = ("/", ".", "~")


class W2vCommand(click.Command):
    """A command whose options with one value are given once: Click lets the last one win in silence.

    What it does not heed in a mode, as its ``modes`` say, is refused. ``aliases`` has the present spelling of each
    older one, which works as before but is shown nowhere.
    """

    def __init__(
        self, *arguments: Any, modes: Sequence[Mode] = (), aliases: Mapping[str, str] | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.modes = modes
        self.aliases = aliases or {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``.

        Raises
        ------
        click.UsageError
            If an option with one value comes twice, a switch is put on and off, or something is not heeded.
        """
        args = self._in_present_spelling(ctx, args)
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(list(args))
            times = Counter(parameter for parameter in given if isinstance(parameter, click.Option))
            for option, number in times.items():
                if number > 1 and _has_one_value(option, args):
                    raise click.UsageError(f"{_title(option)} is given {number} times; give it once.", ctx)
        rest = super().parse_args(ctx, args)
        if not ctx.resilient_parsing:
            refuse_unheeded(self.modes, ctx.params)
        return rest

    def _in_present_spelling(self, ctx: click.Context, args: Sequence[str]) -> list[str]:
        """Replace older spellings of options, also in ``--old=value``; a value that looks like one stays."""
        takes_value = self.takes_value(ctx)
        found: list[str] = []
        is_value = False
        for at, argument in enumerate(args):
            if argument == "--" and not is_value:
                return [*found, *args[at:]]
            name, sign, value = argument.partition("=")
            found.append(argument if is_value else f"{self.aliases.get(name, name)}{sign}{value}")
            is_value = not is_value and takes_value.get(found[-1], False)
        return found

    def takes_value(self, ctx: click.Context) -> dict[str, bool]:
        """Return each spelling of each option, and whether a value comes behind it."""
        return {
            name: not parameter.is_flag and not parameter.count
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option)
            for name in (*parameter.opts, *parameter.secondary_opts)
        }


class W2vGroup(click.Group):
    """A command with subcommands."""

    command_class = W2vCommand


class QuestionCommand(W2vCommand):
    """A command that asks words: what begins with one dash is a word, but for ``-m NAME``, ``-n N`` and such.

    Click would take ``-man`` for ``-m an`` and ``-girl`` for unknown options. Here a short option stands
    alone, with a blank before its value; only ``-n5`` is ``-n 5``, too.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``.

        Raises
        ------
        click.UsageError
            If an argument may as well be ``-m`` and the name of a model.
        """
        options, words = self._options_and_words(ctx, args)
        return super().parse_args(ctx, options if words is None else [*options, "--", *words])

    def _options_and_words(self, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str] | None]:
        """Return the arguments that are options with their values, and the words; None if a value is missing."""
        takes_value = self.takes_value(ctx)
        options: list[str] = []
        words: list[str] = []
        rest = list(args)
        while rest:
            argument = rest.pop(0)
            if argument == "--":
                words += rest
                break
            if argument in takes_value:
                options.append(argument)
                if takes_value[argument]:
                    if not rest:
                        return options, None
                    options.append(rest.pop(0))
            elif argument.startswith("--") and len(argument) > 2:
                options.append(argument)
            elif argument[:2] in takes_value and argument[2:].isdecimal() and takes_value[argument[:2]]:
                options += [argument[:2], argument[2:]]
                ctx.meta[_GLUED] = argument
            else:
                _require_no_model(argument, ctx)
                words.append(argument)
        return options, words


def require_no_word(words: Words) -> None:
    """Refuse ``-n5``, which was taken for ``-n 5``, where ``n5`` is a word too.

    Raises
    ------
    click.UsageError
        If it is.
    """
    glued = click.get_current_context().meta.get(_GLUED)
    if glued is not None and words.row(glued[1:]) is not None:
        raise click.UsageError(f"{glued} may be a number or a word: write {glued[:2]} {glued[2:]}, or - {glued[1:]}.")


def _require_no_model(argument: str, ctx: click.Context) -> None:
    name = argument[2:]
    if argument.startswith("-m") and name and not ctx.resilient_parsing:
        names = map(registry.model_name, registry.model_paths())
        if name.startswith(_PATH_SIGNS) or name in names:
            raise click.UsageError(
                f"{argument} may be a model or a word: write -m {name} for the model, or put -- before the words.",
                ctx,
            )


def _has_one_value(option: click.Option, args: Sequence[str]) -> bool:
    """Return whether an option that came more than once has lost what came first."""
    if option.multiple or option.count:
        return False
    if not option.is_flag:
        return True
    return any(name in args for name in option.opts) and any(name in args for name in option.secondary_opts)


def _title(option: click.Option) -> str:
    """Return the name of an option as help shows it: ``--topn``, or ``--cache/--no-cache``."""
    return "/".join(max(names, key=len) for names in (option.opts, option.secondary_opts) if names)
