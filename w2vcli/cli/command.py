"""What all commands do with their command line beyond Click.

An option with one value is given once, a parameter that a mode does not heed is refused, an older spelling works, and
where words are asked, ``-man`` is the word ``-man`` and not ``-m an``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli.everywhere import HasEverywhere
from w2vcli.cli.formats import OF_BATCHES, answer_in_its_place, chosen, forget
from w2vcli.cli.options import Mode, ModelName, refuse_unheeded, said, typed
from w2vcli.cli.output import note
from w2vcli.cli.settings import used
from w2vcli.models import registry

if TYPE_CHECKING:
    from w2vcli.models.words import Words

_GLUED = f"{__name__}.glued"
_SWITCH = f"{__name__}.switch"
_PATH_SIGNS = ("/", ".", "~")


class W2vCommand(HasEverywhere):
    """A command that passes over nothing of its command line in silence.

    ``modes`` say which parameters it heeds when; the others are refused. ``aliases`` has the present spelling of each
    older one, which works as before but is shown nowhere. ``columns`` are all that its answers may have, rows and
    properties of one thing. ``more_columns`` says what others there are that depend on what is asked.
    """

    def __init__(
        self,
        *arguments: Any,
        modes: Sequence[Mode] = (),
        aliases: Mapping[str, str] | None = None,
        columns: Sequence[str] = (),
        more_columns: str = "",
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self.modes = modes
        self.aliases = aliases or {}
        self.columns = columns
        self.more_columns = more_columns

    def parse(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``.

        Raises
        ------
        click.UsageError
            If an option with one value comes twice, a switch is put on and off, a name is empty, or a parameter is
            not heeded.
        """
        args = self._in_present_spelling(ctx, args)
        if ctx.resilient_parsing:  # the shell completes what is not whole yet
            return super().parse(ctx, args)
        values, _, order = self.make_parser(ctx).parse_args(list(args))
        for option, times in Counter(order).items():
            if times > 1 and isinstance(option, click.Option) and _has_one_value(option, args):
                # Click itself lets the last one win.
                raise click.UsageError(f"{typed(option)} is given {times} times; give it once.", ctx)
        for argument in self.params:
            given = values.get(str(argument.name))
            # Path("") is the folder that one is in, and no name at all is the default model.
            if _is_name(argument) and (given == "" or (isinstance(given, tuple) and "" in given)):
                raise click.UsageError(f"{typed(argument)} is empty; name one.", ctx)
        rest = super().parse(ctx, list(args))
        while self._leave_settings_out(ctx):
            ctx.params.clear()
            forget(ctx)
            rest = super().parse(ctx, list(args))
        refuse_unheeded(self.modes, ctx.params)
        if self.columns and not self.more_columns:  # an error that comes before the work
            chosen(self.columns, besides=OF_BATCHES)
        for file, sets in used(ctx).of_project(ctx).items():
            note(f"{file} sets {', '.join(sets)}")
        return rest

    def _leave_settings_out(self, ctx: click.Context) -> bool:
        """Take out the settings that the modes do not heed: unlike what is typed, they are not meant for this call."""
        names = {name for mode in self.modes if not mode.is_heeded(ctx.params) for name in mode.names}
        return used(ctx).leave_out(ctx, names - said())

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its answer goes to standard output, or into the file of ``-o`` that is for it."""
        with answer_in_its_place(ctx):
            return super().invoke(ctx)

    def _in_present_spelling(self, ctx: click.Context, args: Sequence[str]) -> list[str]:
        """Replace older spellings of options, also in ``--old=value``. A value that looks like one stays.

        Short options get their long spelling: ``-m`` is ``--model``. Click takes ``-m`` for a long option first, and
        imports difflib to tell what that may be, which costs each question a millisecond.
        """
        takes_value = self.takes_value(ctx)
        long = {option.opts[0]: option.opts[-1] for option in self.get_params(ctx) if len(option.opts) > 1}
        found: list[str] = []
        is_value = False
        for at, argument in enumerate(args):
            if argument == "--" and not is_value:
                return [*found, *args[at:]]
            name, sign, value = argument.partition("=")
            present = f"{self.aliases.get(name, name)}{sign}{value}"
            if argument in long and at + 1 < len(args):  # without a value, Click tells what was typed
                present = long[argument]
            found.append(argument if is_value else present)
            is_value = not is_value and takes_value.get(found[-1], False)
        return found


class W2vGroup(HasEverywhere, click.Group):
    """A command with subcommands."""

    command_class = W2vCommand

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that ``args`` begin with; for a misspelt one, say which may be meant."""
        if args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            if ctx.resilient_parsing:  # the shell completes; it has nobody to tell
                return None, None, []
            from difflib import get_close_matches

            self.heed_early(ctx, args, stop_at_command=False)
            meant = get_close_matches(args[0], self.list_commands(ctx), n=1)
            ctx.fail(f"No such command {args[0]!r}{f'; did you mean {meant[0]}?' if meant else '.'}")
        return super().resolve_command(ctx, args)


class QuestionCommand(W2vCommand):
    """A command that asks words, which may begin with a dash.

    Click would take ``-man`` for ``-m an``, and ``-girl`` for options that there are not. Here a short option stands
    alone, with a blank before its value, and all else that begins with one dash is a word. Only ``-n5`` is ``-n 5``.
    """

    def parse(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``.

        Raises
        ------
        click.UsageError
            If an argument may as well be ``-m`` and the name of a model.
        """
        options, words = self._options_and_words(ctx, args)
        return super().parse(ctx, options if words is None else [*options, "--", *words])

    def _options_and_words(self, ctx: click.Context, args: Sequence[str]) -> tuple[list[str], list[str] | None]:
        """Return the arguments that are options with their values, and the words; None if a value is missing."""
        takes_value = self.takes_value(ctx)
        options: list[str] = []
        words: list[str] = []
        rest = list(args)
        while rest:
            argument = rest.pop(0)
            if argument == "--":
                return options, words + rest
            if argument in takes_value:
                options.append(argument)
                if takes_value[argument]:
                    if not rest:
                        return options, None
                    options.append(rest.pop(0))
                elif not argument.startswith("--"):
                    ctx.meta[_SWITCH] = argument
            elif argument.startswith("--"):
                options.append(argument)
            elif takes_value.get(argument[:2]) and argument[2:].isdecimal():
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


def require_no_minus(words: Words, terms: Sequence[str]) -> None:
    """Refuse ``-q`` as the only sign among ``terms``, where ``q`` is a word that may be meant to be taken away.

    Raises
    ------
    click.UsageError
        If it is.
    """
    ctx = click.get_current_context()
    switch = ctx.meta.get(_SWITCH)
    if switch is not None and not any(term.startswith("-") for term in terms) and words.row(switch[1:]) is not None:
        [long] = [option.opts[-1] for option in ctx.command.get_params(ctx) if switch in option.opts]
        raise click.UsageError(f"{switch} may be {long} or a word to take away: write {long}, or - {switch[1:]}.")


def _require_no_model(argument: str, ctx: click.Context) -> None:
    """Refuse ``-mNAME`` where NAME is a model or a path: nobody can tell whether a word was meant."""
    name = argument[2:]
    if not argument.startswith("-m") or not name or ctx.resilient_parsing:
        return
    if name.startswith(_PATH_SIGNS) or name in map(registry.model_name, registry.model_paths()):
        raise click.UsageError(
            f"{argument} may be a model or a word: write -m {name} for the model, or put -- before the words.", ctx
        )


def _is_name(parameter: click.Parameter) -> bool:
    """Tell whether an argument names a file, a folder or a model, so that it cannot be empty."""
    return isinstance(parameter, click.Argument) and isinstance(parameter.type, click.Path | ModelName)


def _has_one_value(option: click.Option, args: Sequence[str]) -> bool:
    """Tell whether an option that came more than once has lost what came first."""
    if option.multiple or option.count:
        return False
    if not option.is_flag:
        return True
    return any(name in args for name in option.opts) and any(name in args for name in option.secondary_opts)
