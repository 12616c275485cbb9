"""What a translation needs: all messages in the source, and all texts of help.

``python -m tests.messages`` writes into each catalogue what it lacks, with an empty translation, and takes out what the
source has no more. The catalogues are gettext's ``.po`` files, in ``w2vcli/translations/LANGUAGE/``:

``messages.po``
    errors, notes, warnings and their parts. An f-string is one entry, its holes called by what stands in them:
    ``f"no topic {name}: they are 1 to {len(topics):,}"`` is ``no topic {name}: they are 1 to {topics}``. Where a hole
    has one of several texts, each is an entry. See `w2vcli.cli.catalogue` for what a translation may say in a hole.
    Heads of columns have the context ``column``.
``help.po``
    paragraphs of help, each on one line; the lines of paragraphs that are not wrapped (``\\b``), each for itself
    without its indent, but for commands alone; what options do, without what Click adds, and their values; headings.
    There are no holes. The explanation beside a term keeps its place: ``average   embedding, mean``. The first sentence
    of the first paragraph also stands in the list of commands.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import click

from tests.conftest import ROOT
from w2vcli.cli.catalogue import Entries, parse_po
from w2vcli.cli.help_text import VALUE, is_command, paragraphs
from w2vcli.cli.main import SECTIONS, cli

TRANSLATIONS = ROOT / "w2vcli" / "translations"
SOURCE = ROOT / "w2vcli"
CLICK = "click"

# Sinks: what is given to these is a message, whatever it looks like.
_TOLD = {"note", "warn", "status", "tell", "UsageError", "BadParameter", "fail", "phase", "translated", "show_note"}
_PROSE = re.compile(r"[a-z]{2,}[,;:]?['\")]* ['\"(]?[a-z]{2,}", re.IGNORECASE)
_BESIDE_A_HOLE = re.compile(r"[a-z]{2,}[:,;]? \0|\0 [a-z]{2,}", re.IGNORECASE)
_MOST_VARIANTS = 16
# What looks like a message and is none.
_NO_MESSAGES = {
    "cli/learn/windows.py": "styles of a terminal",
    "cli/completing.py": "scripts",
    "cli/setup/completion.py": "scripts",
    "models/methods.py": "a text for a paper, which is there in each language",
    "models/references.py": "BibTeX",
    "measure/report.py": "a file, the same in all languages",
    "training/engines/kernel.py": "code",
    "training/engines/lanes.py": "code",
    "training/formulas.py": "code",
    "views/halos.py": "SVG",
}


def messages() -> dict[tuple[str, str], set[str]]:
    """Return each message by context and text, with the files that it is in."""
    texts = set(help_texts())
    found: dict[tuple[str, str], set[str]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        name = file.relative_to(SOURCE).as_posix()
        if name not in _NO_MESSAGES:
            for message in _messages_of(ast.parse(file.read_text(encoding="utf-8"))):
                if not any(re.fullmatch(_pattern(message), text, re.DOTALL) for text in texts):
                    found.setdefault(("", message), set()).add(name)
    for message in click_messages():
        found.setdefault(("", message), set()).add(CLICK)
    return found


def click_messages() -> Iterator[str]:
    """Yield what Click says in errors, which is marked for gettext in its source."""
    spec = find_spec("click")
    assert spec is not None
    assert spec.origin is not None
    for file in sorted(Path(spec.origin).parent.glob("*.py")):
        if file.stem not in {"exceptions", "types", "core", "parser"}:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
                for given in node.args:
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        yield re.sub(r"\{(\w+)[^}]*\}", r"{\1}", given.value)


def help_texts() -> Iterator[str]:
    """Yield the texts of help: of commands, options and headings."""
    yield from ("Usage:", "Options", "Commands", "default", "required", "Everywhere: {options}", *SECTIONS)
    for command in _commands(cli, click.Context(cli)):
        for paragraph in paragraphs(inspect.cleandoc(command.help or "")):
            if isinstance(paragraph, str):
                yield paragraph
            else:
                yield from (line.strip() for line in paragraph if line.strip() and not is_command(line))
        if command.short_help:
            yield command.short_help
        for option in command.get_params(click.Context(command)):
            if isinstance(option, click.Option) and not option.hidden and option.help:
                yield inspect.cleandoc(option.help)
                if not option.is_flag and (value := VALUE.search(f" {option.make_metavar(click.Context(command))}")):
                    yield value[1]


def _commands(command: click.Command, ctx: click.Context) -> Iterator[click.Command]:
    yield command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            inner = command.get_command(ctx, name)
            assert inner is not None
            yield from _commands(inner, click.Context(inner, parent=ctx))


def _messages_of(tree: ast.AST) -> Iterator[str]:
    no_message = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            no_message |= {id(part) for part in node.values if isinstance(part, ast.Constant)}
            no_message |= {id(part) for value in node.values for part in _choices_within(value)}
            no_message |= {
                id(inner)
                for value in node.values
                if isinstance(value, ast.FormattedValue)
                for inner in ast.walk(value.format_spec or ast.Pass())
            }
        elif isinstance(node, ast.keyword) and node.arg in {"help", "short_help"}:
            no_message |= {id(inner) for inner in ast.walk(node.value)}
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            told |= {id(given) for given in node.exc.args}
        elif isinstance(node, ast.Call) and _called(node) in _TOLD:
            told |= {id(given) for given in node.args}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in no_message:
            for message in _variants(node):
                if (
                    message.strip()
                    and (id(node) in told or _is_prose(message))
                    and re.search(r"[^\W\d_]|\}[^{]*\{", message)
                ):
                    yield message


def _choices_within(value: ast.AST) -> Iterator[ast.AST]:
    """Yield the texts that a hole has one of; they are part of the message around it."""
    if isinstance(value, ast.FormattedValue):
        choices = _texts_of(value.value)
        if choices is not None:
            yield from (node for node in ast.walk(value.value) if isinstance(node, ast.Constant | ast.JoinedStr))


def _variants(node: ast.AST) -> list[str]:
    """Return the templates of a text: one for each choice of what its holes may have."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    assert isinstance(node, ast.JoinedStr)
    pieces: list[list[str]] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append([str(part.value)])
        elif isinstance(part, ast.FormattedValue):
            pieces.append(_texts_of(part.value) or ["{" + _name(part.value) + "}"])
    return [_with_different_names("".join(chosen)) for chosen in list(product(*pieces))[:_MOST_VARIANTS]]


def _texts_of(node: ast.AST) -> list[str] | None:
    """Return what an expression may be if it is one of some texts: ``"a" if b else "c"``, ``b and "a"``."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return _variants(node)
    if isinstance(node, ast.IfExp):
        first, other = _texts_of(node.body), _texts_of(node.orelse)
        return None if first is None or other is None else [*first, *other]
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        last = _texts_of(node.values[-1])
        return None if last is None else ["", *last]
    return None


def _name(node: ast.AST) -> str:
    """Return what a hole is called: the last name in it, or that of what a function was given."""
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr).strip("_").lower()
    inner: ast.AST | None = None
    if isinstance(node, ast.Call):
        inner = node.args[-1] if node.args else node.func
    elif isinstance(node, ast.Subscript | ast.Starred):
        inner = node.value
    elif isinstance(node, ast.BinOp):
        inner = node.left
    elif isinstance(node, ast.UnaryOp):
        inner = node.operand
    elif isinstance(node, ast.IfExp):
        inner = node.orelse if isinstance(node.body, ast.Constant) else node.body
    elif isinstance(node, ast.BoolOp):
        inner = node.values[-1]
    elif isinstance(node, ast.GeneratorExp | ast.ListComp):
        inner = node.generators[0].iter
    elif isinstance(node, ast.List | ast.Tuple) and node.elts:
        inner = node.elts[0]
    return "value" if inner is None else _name(inner)


def _with_different_names(template: str) -> str:
    """Number holes of the same name, and make one of holes with nothing between."""
    template = re.sub(r"(\{\w+\})(?:\{\w+\})+", r"\1", template)
    seen: dict[str, int] = {}

    def number(hole: re.Match[str]) -> str:
        seen[hole[1]] = seen.get(hole[1], 0) + 1
        return hole[0] if seen[hole[1]] == 1 else f"{{{hole[1]}{seen[hole[1]]}}}"

    return re.sub(r"\{(\w+)\}", number, template)


def _is_prose(message: str) -> bool:
    literal = re.sub(r"\{\w+\}", "\0", message)
    return bool(_PROSE.search(literal) or _BESIDE_A_HOLE.search(literal))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _pattern(template: str) -> str:
    return "(.*)".join(map(re.escape, re.split(r"\{\w+\}", template)))


def write(path: Path, found: dict[tuple[str, str], set[str]], kept: Entries) -> None:
    """Write a catalogue with an entry for all that was ``found``, in its order."""
    blocks = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"']
    for (context, source), files in found.items():
        lines = [f"#: {file}" for file in sorted(files)]
        lines += [f"msgctxt {_quoted(context)}"] if context else []
        blocks.append(
            "\n".join([*lines, f"msgid {_quoted(source)}", f"msgstr {_quoted(kept.get((context, source), ''))}"])
        )
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Bring all catalogues up to date."""
    texts: dict[tuple[str, str], set[str]] = {("", text): set() for text in help_texts()}
    for folder in TRANSLATIONS.iterdir():
        for name, found in (("messages", messages()), ("help", texts)):
            path = folder / f"{name}.po"
            kept = parse_po(path.read_text(encoding="utf-8")) if path.exists() else {}
            write(path, found, kept)
            empty = sum(not kept.get(key) for key in found)
            click.echo(f"{path.relative_to(ROOT)}: {len(found)} entries, {empty} without translation")


if __name__ == "__main__":
    main()
