"""Settings: what an option is where the command line does not say it.

``--window`` of ``w2v train`` is, in this order, what was typed, ``$W2V_TRAIN_WINDOW``, ``window`` below ``[train]`` in
the project's ``w2v.toml``, the same in the user's ``config.toml``, and the default. The project's file is the one in
the working folder or in the nearest folder above.

A project may come from anywhere. What would write, delete, trust or hide something is not taken from its file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from w2vcli.cli.settings_files import Setting, SettingsFile, read_files, user_file
from w2vcli.models import registry

_META = f"{__name__}.used"
_BY_SETTING = click.core.ParameterSource.DEFAULT_MAP
_MODEL = "model"
# What a project may not set, by what it would do.
_NOT_IN_PROJECTS = {
    *("output", "force", "report", "answers", "log", "again", "resume"),  # write, replace or train
    *("clear", "yes"),  # delete
    "trust-pickle",  # runs code
    "quiet",  # hides what the project sets
    *("serve", "url", "on"),  # open a server, tell a browser of one, or give the text to a cluster
}


class Used:
    """The settings that hold for a command, by the name of their parameter, and the model that is asked without one."""

    def __init__(self, settings: dict[str, Setting], model: Setting | None = None) -> None:
        self.settings = settings
        self.model = model

    def leave_out(self, ctx: click.Context, names: Iterable[str]) -> bool:
        """Take out what the command does not heed with its other values; tell whether there was any."""
        found = set(names).intersection(self.settings)
        for name in found:
            del self.settings[name]
            if isinstance(ctx.default_map, dict):
                del ctx.default_map[name]
        return bool(found)

    def of_project(self, ctx: click.Context) -> dict[str, list[str]]:
        """Return what is in force of each file of a project: ``{"w2v.toml": ["--window 8"]}``."""
        found: dict[str, list[str]] = {}
        in_force = [each for name, each in self.settings.items() if ctx.get_parameter_source(name) is _BY_SETTING]
        if self.model is not None and _MODEL in ctx.params and ctx.params[_MODEL] is None:
            in_force.append(self.model)
        for setting in in_force:
            if setting.file is not None and setting.file.is_project:
                found.setdefault(setting.file.name, []).append(f"{setting.keys[-1]} = {shown(setting.value)}")
        return found


def used(ctx: click.Context) -> Used:
    """Return the settings that hold for the command of a context."""
    found = ctx.meta.get(_META)
    return found[1] if found and found[0] is ctx else Used({})


def use(ctx: click.Context, everywhere: Iterable[click.Option], *, with_files: bool) -> dict[str, Setting]:
    """Make settings the defaults of the command of a context. Those of options that stand anywhere are returned.

    Raises
    ------
    click.UsageError
        If a file or a variable has a wrong key or value.
    """
    files = read_files() if with_files else []
    root, names = ctx.find_root(), command_names(ctx)
    for file in files:
        _require_known(file, root, [*map(option_key, everywhere), _MODEL])
    anywhere = of_everywhere(ctx, everywhere, files)
    preferred = preferred_model(files)
    registry.prefer_model(None if preferred is None else preferred.value)
    if names and not isinstance(ctx.command, click.Group):
        own = of_command(ctx, names, files)
        ctx.default_map = {name: setting.value for name, setting in own.items()}
        ctx.meta[_META] = (ctx, Used(own, preferred))
    return anywhere


def without_files() -> bool:
    """Tell whether a variable says that files are passed over."""
    return bool(click.BOOL.str_to_bool(os.environ.get("W2V_NO_CONFIG") or "no"))


def command_names(ctx: click.Context) -> list[str]:
    """Return the command of a context as it is typed behind ``w2v``: ``["classify", "train"]``."""
    if ctx.parent is None:
        return []
    return [*command_names(ctx.parent), str(ctx.info_name)]


def option_key(option: click.Parameter) -> str:
    """Return what an option is called in a file: ``held-out`` for ``--held-out/--no-held-out``."""
    return max(option.opts, key=len).lstrip("-")


def variable_of(names: Sequence[str], key: str) -> str:
    """Return the variable of an option: ``W2V_CLASSIFY_TRAIN_BATCH_SIZE``."""
    return "_".join(["W2V", *names, key]).upper().replace("-", "_")


def of_everywhere(
    ctx: click.Context, everywhere: Iterable[click.Option], files: Sequence[SettingsFile]
) -> dict[str, Setting]:
    """Return the settings of options that stand anywhere. ``W2V_LANG`` is heeded where the language is chosen."""
    options = {option_key(option): option for option in everywhere}
    found = {}
    for setting in _of_files([], options, files):
        if setting.keys[-1] in options:
            found[str(options[setting.keys[-1]].name)] = setting
    for key, option in options.items():
        if value := os.environ.get(variable_of([], key)):
            found[str(option.name)] = Setting(value, None, (variable_of([], key),))
            if key == "lang":  # it has been heeded, and a wrong one means English
                del found[str(option.name)]
    return {name: _checked(ctx, option, found[name]) for option in options.values() if (name := option.name) in found}


def of_command(ctx: click.Context, names: Sequence[str], files: Sequence[SettingsFile]) -> dict[str, Setting]:
    """Return the settings of a command by the names of its parameters, with values that fit.

    Raises
    ------
    click.UsageError
        If one has a wrong key or value.
    """
    options = {option_key(option): option for option in ctx.command.params if isinstance(option, click.Option)}
    found = {setting.keys[-1]: setting for setting in _of_files(names, options, files)}
    if os.environ.get(registry.MODEL_VARIABLE):  # a variable goes before all files
        found.pop(_MODEL, None)
    found |= dict(_of_variables(names, options))
    return {str(options[key].name): _checked(ctx, options[key], setting) for key, setting in found.items()}


def shown(value: Any) -> str:
    """Return a value as a person reads it."""
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_files(
    names: Sequence[str], options: Mapping[str, click.Option], files: Sequence[SettingsFile]
) -> Iterator[Setting]:
    """Yield the settings of a command in files, the one last that goes before the others."""
    for file in reversed(files):
        table = file.tables
        for name in names:
            table = _table(file, table, names, name)
        for key, value in table.items():
            keys = (*names, key)
            if not names and (isinstance(value, dict) or key == _MODEL):
                continue
            if isinstance(value, dict) and key not in options:
                raise click.UsageError(f"{file.place(keys)}: there is no command {' '.join(keys)}")
            if key not in options:
                meant = _meant(key.replace("_", "-"), options)
                raise click.UsageError(f"{file.place(keys)}: {' '.join(names)} has no setting {key}{meant}")
            if file.is_project and (_is_for_users(key, options[key]) or (key == "offline" and not value)):
                raise click.UsageError(
                    f"{file.place(keys)}: a project cannot set {key}; type it, or write it into {user_file()}"
                )
            yield Setting(value, file, keys)


def _table(file: SettingsFile, table: Mapping[str, Any], names: Sequence[str], name: str) -> dict[str, Any]:
    """Return the table of a command within that of its group."""
    found: dict[str, Any] = table.get(name, {})
    if not isinstance(found, dict):
        keys = names[: names.index(name) + 1]
        head = file.head(*keys)
        raise click.UsageError(f"{file.place(keys)}: {' '.join(keys)} is a command; its settings stand below {head}")
    return found


def _is_for_users(key: str, option: click.Option) -> bool:
    """Tell whether only who types a command may say this."""
    return key in _NOT_IN_PROJECTS or getattr(option.type, "writes", False)


def _of_variables(names: Sequence[str], options: Mapping[str, click.Option]) -> Iterator[tuple[str, Setting]]:
    variables = {variable_of(names, key): key for key in options}
    prefix = variable_of(names, "")
    for variable, value in os.environ.items():
        if variable.startswith(prefix) and value:
            if variable not in variables:
                raise click.UsageError(
                    f"{variable}: {' '.join(names)} has no such setting{_meant(variable, variables)}"
                )
            key = variables[variable]
            option = options[key]
            yield key, Setting(option.type.split_envvar_value(value) if option.multiple else value, None, (variable,))


def preferred_model(files: Sequence[SettingsFile]) -> Setting | None:
    """Return the model that a file names for all commands, if no variable does."""
    if os.environ.get(registry.MODEL_VARIABLE):
        return None
    for file in files:
        name = file.tables.get(_MODEL)
        if name is not None:
            if not isinstance(name, str) or not name:
                raise click.UsageError(f"{file.place([_MODEL])}: {_MODEL} takes a text in quotes")
            return Setting(str(file.path.parent / name) if registry.is_path(name) else name, file, (_MODEL,))
    return None


def _require_known(file: SettingsFile, root: click.Context, everywhere: Sequence[str]) -> None:
    """Refuse tables of a file that are no commands, and keys above them that are not of all commands.

    The keys below a command are left to it: the others need not be imported.
    """
    commands = root.command.list_commands(root) if isinstance(root.command, click.Group) else []
    for key, value in file.tables.items():
        if key in commands and not isinstance(value, dict):
            raise click.UsageError(
                f"{file.place([key])}: {key} is a command; its settings stand below {file.head(key)}"
            )
        if key not in commands and isinstance(value, dict):
            raise click.UsageError(f"{file.place([key])}: there is no command {key}{_meant(key, commands)}")
        if key not in commands and key not in everywhere:
            head = file.head("train")
            meant = _meant(key, everywhere) or f"; those of one command stand below its name, as in {head}"
            raise click.UsageError(f"{file.place([key])}: {key} is no setting of all commands{meant}")


def _meant(key: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(key, list(known), n=1)
    return f"; did you mean {found[0]}?" if found else ""


def _checked(ctx: click.Context, option: click.Option, setting: Setting) -> Setting:
    """Return a setting as the option takes it.

    Raises
    ------
    click.UsageError
        If its value is none for the option.
    """
    value = setting.value
    if setting.file is not None:
        if option.multiple and not isinstance(value, list):
            value = [value]
        each = value if option.multiple else [value]
        if wanted := next(filter(None, (_wanted(option, one) for one in each)), ""):
            raise click.UsageError(f"{setting.place}: {setting.keys[-1]} takes {wanted}")
        each = [_from_folder(option, one, setting.file.path.parent) for one in each]
        value = each if option.multiple else each[0]
    try:
        # That an option stands anywhere is heeded by its callback, which is for later.
        (option.process_value if option.expose_value else option.type_cast_value)(ctx, value)
    except click.BadParameter as error:
        where = setting.place if setting.file is None else f"{setting.place}: {setting.keys[-1]}"
        raise click.UsageError(f"{where}: {error.message}") from error
    return setting._replace(value=value)


def _wanted(option: click.Option, value: object) -> str:
    """Return what an option takes if a value of TOML is something else."""
    if option.is_flag:
        return "" if isinstance(value, bool) else "true or false"
    if isinstance(option.type, click.types.FloatParamType):
        return "" if isinstance(value, int | float) and not isinstance(value, bool) else "a number"
    if isinstance(option.type, click.types.IntParamType) or getattr(option.type, "may_be_number", False):
        is_word = isinstance(value, str) and not value.lstrip("+-").isdecimal()  # such as "auto"
        return "" if is_word or (isinstance(value, int) and not isinstance(value, bool)) else "a whole number"
    return "" if isinstance(value, str) else "a text in quotes"


def _from_folder(option: click.Option, value: Any, folder: Path) -> Any:
    """Return a path as seen from the folder of its file."""
    names_model = getattr(option.type, "names_model", False) and registry.is_path(str(value))
    names_file = getattr(option.type, "names_file", False) and (folder / str(value)).exists()
    return str(folder / value) if names_model or names_file or isinstance(option.type, click.Path) else value
