"""``w2v config``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import click

from w2vcli.cli import completing, options, settings
from w2vcli.cli.command import W2vCommand
from w2vcli.cli.everywhere import EVERYWHERE, given
from w2vcli.cli.output import Column, note, print_rows
from w2vcli.cli.settings_files import PROJECT_FILE, Setting, SettingsFile, read_files, user_file
from w2vcli.models.registry import MODEL_VARIABLE

# Variables that are no option of a command: `home` moves all that w2v keeps.
_OF_ALL = {"home": "W2V_HOME", "model": MODEL_VARIABLE, "lang": "W2V_LANG"}
_DEFAULT = "default"


@click.command("config", cls=W2vCommand, columns=("command", "option", "value", "source"))
@click.argument("names", nargs=-1, type=completing.CommandName(), metavar="[COMMAND]")
@options.formats_and_file
@click.pass_context
def command(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Show what is set in files and variables, and where.

    \b
    Examples:
      w2v config
      w2v config train
      w2v config classify train --json

    An option is what is typed, else $W2V_TRAIN_WINDOW, the project's w2v.toml, the
    user's config.toml, or the default:

    \b
      model = "novels"
      [train]
      vector-size = 200
      window = 8

    The project's file is the one in the working folder or in the nearest folder
    above. It cannot set what writes, deletes, trusts or hides. Of a COMMAND all
    options are shown.
    """
    root = ctx.find_root()
    files = [] if given("no_config") or settings.without_files() else read_files()
    rows = list(_of_all(ctx, files))
    if names:
        rows = _of_command(_context(root, names), names, files, with_defaults=True)
    else:
        for typed in _commands(root):
            rows += _of_command(_context(root, typed), typed, files, with_defaults=False)
    columns = ("command", "option", Column("value", None, wraps=True), Column("source", moves=True))
    print_rows(rows, columns)
    if not rows:
        note(f"Nothing is set; write settings into {user_file()}, or those of a project into {PROJECT_FILE}.")


def _of_all(ctx: click.Context, files: Sequence[SettingsFile]) -> Iterator[dict[str, Any]]:
    """Yield what is set for all commands."""
    heeded = [option for option in EVERYWHERE if option.name != "no_config"]
    found = {setting.keys[-1]: setting for setting in settings.of_everywhere(ctx, heeded, files).values()}
    if (preferred := settings.preferred_model(files)) is not None:
        found["model"] = preferred
    for name, variable in _OF_ALL.items():
        if value := os.environ.get(variable):
            found[name] = Setting(value, None, (variable,))
    for name, setting in found.items():
        option = name if setting.file is not None or name in _OF_ALL else name.removeprefix("W2V_").lower()
        yield {"command": "", "option": option, "value": setting.value, "source": setting.source}


def _of_command(
    ctx: click.Context, names: Sequence[str], files: Sequence[SettingsFile], *, with_defaults: bool
) -> list[dict[str, Any]]:
    """Return what is set for a command, or all its options."""
    if isinstance(ctx.command, click.Group):
        raise click.UsageError(f"{' '.join(names)} needs a subcommand, as in: w2v config {' '.join(names)} train")
    found = settings.of_command(ctx, names, files)
    rows = []
    for option in ctx.command.params:
        if not isinstance(option, click.Option):
            continue
        setting = found.get(str(option.name))
        if setting is None and not with_defaults:
            continue
        value = option.get_default(ctx) if setting is None else setting.value
        rows.append(
            {
                "command": " ".join(names),
                "option": settings.option_key(option),
                "value": settings.shown(value) if isinstance(value, str | list | tuple | bool | int | float) else None,
                "source": _DEFAULT if setting is None else setting.source,
            }
        )
    return rows


def _commands(root: click.Context) -> Iterator[tuple[str, ...]]:
    """Yield each command that has options, as it is typed."""
    for name in root.command.list_commands(root) if isinstance(root.command, click.Group) else ():
        here = _context(root, (name,))
        group = here.command
        if isinstance(group, click.Group):
            yield from ((name, inner) for inner in group.list_commands(here))
        else:
            yield (name,)


def _context(root: click.Context, names: Sequence[str]) -> click.Context:
    """Return a context in which a command has its names."""
    here = root
    for name in names:
        group = here.command
        found = group.resolve_command(here, [name])[1] if isinstance(group, click.Group) else None
        if found is None:
            raise click.UsageError(f"{here.command_path} has no command {name!r}.")
        here = found.context_class(found, info_name=name, parent=here)
    return here
