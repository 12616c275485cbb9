"""The whole command line as one description, for programs: ``w2v --help-json``.

It is made from the objects of Click alone. ``docs/help.schema.json`` says what is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import Any

import click

from w2vcli.cli.command import W2vCommand
from w2vcli.cli.everywhere import EVERYWHERE
from w2vcli.cli.exit_statuses import EXIT_STATUSES, error_codes
from w2vcli.cli.formats import FORMATS
from w2vcli.cli.settings import option_key, variable_of
from w2vcli.models.registry import MODEL_VARIABLE

SCHEMA_VERSION = 1
# What Click calls types, and what a program calls them.
_TYPES = {
    "integer": "integer", "integer range": "integer", "float": "number", "float range": "number",
    "boolean": "boolean", "choice": "choice", "path": "path", "file": "path", "directory": "path",
}  # fmt: skip


def describe(root: click.Group, sections: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the commands with their arguments and options, the formats, the codes of errors and the exit statuses."""
    return {
        "schema_version": SCHEMA_VERSION,
        "program": "w2v",
        "version": version("w2vcli"),
        "commands": [
            _command(typed, command, section)
            for section, names in sections.items()
            for name in names
            for typed, command in commands_below(root, (name,))
        ],
        "everywhere": [_parameter(option, ()) for option in EVERYWHERE],
        "formats": [
            {"name": name, "endings": list(found.endings), "for_people": found.for_people, "nested": found.nested}
            for name, found in FORMATS.items()
        ],
        "errors": [
            {"code": code, "exit_status": status, "meaning": text} for code, (status, text) in error_codes().items()
        ],
        "exit_statuses": [{"status": status, "meaning": text} for status, text in EXIT_STATUSES.items()],
    }


def commands_below(root: click.Group, typed: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield a command with what is typed for it, or those of a group in its place."""
    command = root.get_command(click.Context(root), typed[-1])
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from commands_below(command, (*typed, name))
    elif command is not None:
        yield typed, command


def _command(typed: tuple[str, ...], command: click.Command, section: str) -> dict[str, Any]:
    options = {name for parameter in command.params for name in parameter.opts}
    columns, more = (command.columns, command.more_columns) if isinstance(command, W2vCommand) else ((), "")
    return {
        "name": " ".join(typed),
        "section": section,
        "summary": click.Command.get_short_help_str(command, limit=200),  # in English, whatever language is spoken
        "help": _help(command),
        "examples": _examples(command),
        "parameters": [_parameter(parameter, typed) for parameter in command.params],
        "columns": list(map(str, columns)) or None,
        "more_columns": more or None,
        "formats": list(FORMATS) if "--format" in options else [],
    }


def _help(command: click.Command) -> str:
    """Return the help of a command without marks of how it is wrapped."""
    return "\n\n".join(paragraph for paragraph in (command.help or "").replace("\b\n", "").split("\n\n") if paragraph)


def _examples(command: click.Command) -> list[str]:
    """Return the lines of a command's examples without remarks behind them."""
    _, _, below = (command.help or "").partition("Examples:\n")
    lines = (line.strip().partition("  ")[0] for line in below.partition("\n\n")[0].splitlines())
    return [line for line in lines if line]


def _parameter(parameter: click.Parameter, typed: tuple[str, ...]) -> dict[str, Any]:
    facts = parameter.to_info_dict()
    kind = facts["type"]
    is_option = isinstance(parameter, click.Option)
    found = {
        "kind": facts["param_type_name"],
        "name": facts["name"],
        "spellings": facts["opts"] if is_option else [],
        "spellings_off": facts["secondary_opts"],
        "metavar": parameter.metavar if is_option else parameter.human_readable_name,
        "type": _TYPES.get(kind["name"], "text"),
        "choices": list(kind["choices"]) if "choices" in kind else None,
        "minimum": kind.get("min"),
        "maximum": kind.get("max"),
        "default": _plain(facts["default"]),
        "required": facts["required"],
        "repeatable": facts["multiple"] or facts["nargs"] == -1,
        "values": 0 if facts.get("is_flag") else max(facts["nargs"], 1),
        "variable": None,
        "help": facts.get("help"),
    }
    if is_option:
        found["variable"] = MODEL_VARIABLE if facts["name"] == "model" else variable_of(typed, option_key(parameter))
    return found


def _plain(default: Any) -> Any:
    """Return a default as JSON has it; None where there is none, or where it depends on other things."""
    if isinstance(default, list | tuple):
        return [_plain(each) for each in default] or None
    return default if isinstance(default, str | int | float | bool) else None
