"""What the Tab key offers in bash, zsh, fish and PowerShell: words of the model that is asked, files, models, commands.

Click offers commands and options. A parameter of one of the types below offers what it takes. Words may be anything, so
the scripts of bash and fish are ours: Click's break at a comma and a colon, and write ``$(rm x)`` as it is. That of
PowerShell is ours too, since Click has none before version 8.5.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

from w2vcli.errors import W2vError
from w2vcli.escaping import visible

VARIABLE = "_W2V_COMPLETE"
_MOST = 50
# What the shell leaves as it is, besides letters, digits and all that is not ASCII.
_SAFE = "_@%+=:,./-"


class Word(click.types.StringParamType):
    """A word; the shell completes those of the model on the line, or of the default one, the most frequent first."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete words."""
        return [CompletionItem(word) for word in _words(ctx.params.get("model"), incomplete)]


class WordOrFile(Word):
    """A word or a file; the shell completes both."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete words and the files of this folder; elsewhere and where there is no word, as the shell does it."""
        if "/" not in incomplete and (words := super().shell_complete(ctx, param, incomplete)):
            names = (path.name for path in sorted(Path().iterdir()) if path.is_file())
            files = [name for name in names if name.startswith(incomplete) and name == visible(name)]
            return [*map(CompletionItem, files[:_MOST]), *words]
        return [CompletionItem(incomplete, type="file")]


class TextOrFile(click.types.StringParamType):
    """A text or a file; the shell completes files."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete files."""
        return [CompletionItem(incomplete, type="file")]


class CommandName(click.types.StringParamType):
    """The name of a command; the shell completes those of the whole program."""

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Complete commands, and behind one its subcommands."""
        here = ctx.find_root()
        for name in ctx.params.get(str(param.name)) or ():
            found = here.command.get_command(here, name) if isinstance(here.command, click.Group) else None
            if found is None:
                return []
            here = click.Context(found, info_name=name, parent=here)
        group = here.command
        names = group.list_commands(here) if isinstance(group, click.Group) else []
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _words(model: str | None, prefix: str) -> list[str]:
    """Return the most frequent words of a model that start with ``prefix``; none if it is empty or the model bad."""
    if not prefix:
        return []
    from w2vcli.models.directory import open_model_directory
    from w2vcli.models.registry import find_model

    try:
        words = open_model_directory(find_model(model)).words.starting_with(prefix, _MOST)
    except (W2vError, OSError):  # the question itself will tell
        return []
    return [word for word in words if word == visible(word)]  # others cannot be typed


class _Typed(NamedTuple):
    """The last word of a command line as it stands there.

    Readline has its own idea of where a word begins, and puts a completion there: behind the last of the
    ``COMP_WORDBREAKS`` in it, which has the colon. What is before it is the ``head``.
    """

    head: str
    quoted: bool


def last_word(line: str, breaks: str) -> _Typed:
    """Return the last word of a line; it is empty behind a blank."""
    start = head = at = 0
    quote = ""
    while at < len(line):
        character = line[at]
        at += 1
        if quote:
            quote = "" if character == quote else quote
        elif character == "\\":
            at += 1
        elif character in "'\"":
            quote = character
        elif character in " \t":
            start = head = at
        elif character in breaks:
            head = at
    return _Typed(line[start:head], bool(quote))


def escaped(word: str) -> str:
    """Return a word as it is typed in a shell: ``AT&T`` is ``AT\\&T``."""
    return "".join(f"\\{c}" if _is_special(c) or (c == "=" and at == 0) else c for at, c in enumerate(word))


def _is_special(character: str) -> bool:
    return character <= "\x7f" and not character.isalnum() and character not in _SAFE


class _Bash(BashComplete):
    """Completion for bash, which gets the line as it was typed."""

    source_template = """\
%(complete_func)s() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case "${line%%%%,*}" in
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
            plain) COMPREPLY+=("${line#*,}") ;;
        esac
    done < <(env %(complete_var)s=bash_complete COMP_LINE="${COMP_LINE:0:COMP_POINT}" \\
        COMP_WORDBREAKS="$COMP_WORDBREAKS" "$1" 2>/dev/null)
}
complete -o nosort -F %(complete_func)s %(prog_name)s 2>/dev/null || complete -F %(complete_func)s %(prog_name)s
"""

    @staticmethod
    def _check_version() -> None:
        """Do nothing: older versions are served, too."""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is completed, and that one."""
        line = os.environ.get("COMP_LINE", "")
        self._typed = last_word(line, os.environ.get("COMP_WORDBREAKS", ""))
        _, *words = split_arg_string(line)
        is_begun = bool(words) and (self._typed.quoted or not line[-1:].isspace() or line[-2:-1] == "\\")
        return (words[:-1], words[-1]) if is_begun else (words, "")

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """Return what may stand in place of ``incomplete``; within quotes only what needs none."""
        found = super().get_completions(args, incomplete)
        return [item for item in found if not self._typed.quoted or escaped(item.value) == item.value]

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line for the script: the part of the word that readline puts in."""
        return f"{item.type},{escaped(item.value).removeprefix(self._typed.head)}"


class _Fish(FishComplete):
    """Completion for fish, also of words with a comma."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split -m 1 ","')


class _PowerShell(ShellComplete):
    """Completion for PowerShell 5.1 and later, which parses the line itself and hands its words over."""

    name = "powershell"
    source_template = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s, %(prog_name)s.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value }
        else { $_.Extent.Text }
    })
    $encoding = [Console]::OutputEncoding
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $env:%(complete_var)s = 'powershell_complete'
        $env:COMP_WORDS = $words -join "`n"
        $env:COMP_WORD = "$wordToComplete"
        & $commandAst.GetCommandName() 2>$null | ForEach-Object {
            $type, $text, $shown, $help = $_ -split "`t", 4
            if ($type -eq 'plain') {
                [System.Management.Automation.CompletionResult]::new($text, $shown, 'ParameterValue', $help)
            } else {
                [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
            }
        }
    } finally {
        [Console]::OutputEncoding = $encoding
        Remove-Item Env:%(complete_var)s, Env:COMP_WORDS, Env:COMP_WORD -ErrorAction SilentlyContinue
    }
}
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the one that is completed, and that one, without the quote that it begins with."""
        words = os.environ.get("COMP_WORDS", "").split("\n")[1:]
        return words, os.environ.get("COMP_WORD", "").strip("'\"")

    def format_completion(self, item: CompletionItem) -> str:
        """Return a line for the script: the type, what is put in, what the list shows, and the help."""
        value = str(item.value)
        return "\t".join((item.type, quoted_for_powershell(value), value, item.help or value))


def quoted_for_powershell(word: str) -> str:
    """Return a word as it is typed in PowerShell: ``AT&T`` is ``'AT&T'``, since ``&`` begins a command."""
    return word if re.fullmatch(r"(?!\d|[-+.])[\w./+-]+|--?[\w-]+", word) else "'" + word.replace("'", "''") + "'"


SHELLS: dict[str, type[ShellComplete]] = {
    "bash": _Bash,
    "zsh": ZshComplete,
    "fish": _Fish,
    "powershell": _PowerShell,
}


def offer() -> None:
    """Let Click use these shells, if one of them asks."""
    for shell in SHELLS.values():
        add_completion_class(shell)
