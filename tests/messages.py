"""What a translation needs: all messages in the source, and all texts of help.

``python -m tests.messages`` writes into each catalogue what it lacks, with an empty translation, and takes out what the
source has no more. The catalogues are gettext's ``.po`` files, in ``w2vcli/translations/LANGUAGE/``:

``messages.po``
    errors, notes, warnings and their parts. An f-string is one entry, its holes called by what stands in them:
    ``f"no topic {name}: they are 1 to {len(topics):,}"`` is ``no topic {name}: they are 1 to {topics}``. Where a hole
    has one of several texts, each is an entry. See `w2vcli.speaking.catalogue` for what a translation may say in it.
    Heads of columns have the context ``column``.
``help.po``
    paragraphs of help, each on one line; the lines of paragraphs that are not wrapped (``\\b``), each for itself
    without its indent, but for commands alone; what options do, without what Click adds, and their values; headings.
    There are no holes. The explanation beside a term keeps its place: ``average   embedding, mean``. The first sentence
    of the first paragraph also stands in the list of commands.
"""

from __future__ import annotations

import ast
import errno
import inspect
import json
import os
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import click

from tests.conftest import ROOT
from w2vcli.cli.help_text import VALUE, is_command, paragraphs
from w2vcli.cli.main import SECTIONS, cli
from w2vcli.speaking.catalogue import Entries, parse_po

TRANSLATIONS = ROOT / "w2vcli" / "translations"
SOURCE = ROOT / "w2vcli"
CLICK = "click"
# A command keeps the first help option that it makes, so that it has to be the one of the program.
_PROGRAM = click.Context(cli, info_name="w2v", **cli.context_settings)

# What is given to these is a message, whatever it looks like.
_TOLD = {"note", "warn", "status", "tell", "UsageError", "BadParameter", "fail", "phase", "translated", "_Failure"}
_PROSE = re.compile(r"[a-z]{2,}[,;:]?['\")]* ['\"(]?[a-z][a-z\d]+", re.IGNORECASE)
_BESIDE_A_HOLE = re.compile(r"[a-z]{2,}[:,;]? \0|\0 [a-z]{2,}", re.IGNORECASE)
_MOST_VARIANTS = 16
_NUMBER = re.compile(r"\+?\d*,?(?:\.\d+)?[fgd%]?")
_HOLE = re.compile(r"\{(\w+)(:[^{}]*)?\}")
# Files without a message for the terminal: code, files that w2v writes, and errors of whoever programs.
_NO_MESSAGES = {
    "__init__.py",
    "cli/completing.py",
    "cli/columns.py",
    "speaking/catalogue.py",
    "cli/exit_statuses.py",
    "cli/learn/windows.py",
    "cli/setup/completion.py",
    "corpus/tokenizer_names.py",
    "models/formats/postgres/statements.py",
    "explorer/page.py",
    "explorer/scene_page.py",
    "lessons/windows.py",
    "measure/report.py",
    "models/methods_paragraph.py",
    "models/model_parts.py",
    "models/references.py",
    "training/engines/cbow_batch.py",
    "training/engines/kernel.py",
    "training/engines/lanes.py",
    "training/engines/loop.py",
    "serving/mcp_server.py",  # what it says is for programs
    "training/formulas.py",
    "views/change.py",
    "views/halos.py",
    "views/slice_lines.py",
}
# Texts that look like messages and are none.
_NO_MESSAGE = (
    r"\{\w+\}|\{[\w:,.]+\} [MG]B|\{share\} in %|\{capitalize\} words|<!--.*|WORD .*|class index",
    # names of sections, formats, versions, fonts, places in a picture; words; commands
    r"Set up|JSON Lines|big-endian \w+|(fastText|word2vec|GloVe|gensim|Projector) (binary|text|model|TSV)",
    r"Unicode \{.*|\{unicode_version\}.*|(DejaVu|Noto) .*|(outside )?(upper|lower) .*|offset points|a an the .*",
    r"(w2v|python) [^;]*",
    r"classify (train|test)|language-model train",
    # in a report of --debug, for whoever gets it
    r"  (command|settings): \{value\}|w2v \{value\}, Python .*",
    # how the end of a message begins that says what to do
    r"\(\?:add\|.*",
    # texts in pictures
    r"cosines of .*|words of \{name\} by features.*|mean loss of .*|PC \{.*|\{name\}, validation: .*",
    r"(perplexity|n_neighbors|seed) \{\w+(:g)?\}|around \{word\}|  tensor_shape.*",
    r"(Training|Validation|Training and validation) \{\w+\}",
    # how Python shows a model, and HTML
    r"<w2v model .*|, \{variants\} variants|<p>.*|<\{tag\}.*",
    # what others say is recognised by
    r"field larger|unexpected end|Glyph .*",
    r"DROP TABLE .*|JVM stacktrace:|Traceback \(most recent call last\)|No module named 'w2vcli'",
    # what Click says in help and to those who program
    r"DeprecationWarning.*|\(dynamic\)|Choice\(.*|Value must be .*|Could not determine .*|No options .*",
    r"Arguments take .*|Name '.*|Boolean option .*|Positional arguments|Options|Commands|deprecated",
    r"No such|Got unexpected|env var: .*|default: .*|.* valid UUID.",
)
# What is put together from too little to look like a message, the words of Click, and units.
_SHORT = (
    *("{where}: {what}", "{reason}: {words}", "{name} ({found}): {remedy}", "{name}, line {number}", "{amount}/s"),
    *("and {count} more", "{number:,} {unit}", "'{field}' {fault}", "{seconds:.1f} s", "{share} of {total}"),
    *("Missing argument {hint}", "Missing option {hint}", "No such command {name}", "B", "kB", "MB", "GB"),
    *("integer", "integer range", "float", "float range", "File", "Directory", "Path", "text", "filename"),
    *(
        "words",
        "sentences",
        "pairs",
        "texts",
        "iterations",
        "rows",
        "bytes",
        "noise",
        "numbers",
        "questions",
        "once",
        "twice",
    ),
    *("trained", "subsampled", "subsampled (--sample)", "below --min-count", "score", "section"),
    *("labels", "pages", "Korean words", "Chinese words", "Japanese words", "Hangul", "Han", "Kana"),
    *("Latin", "Cyrillic", "Arabic", "Devanagari", "Bengali", "Tamil", "Thai", "download", "lower-cased", "system"),
    *("processor", "home", "cache", "browser", "a higher --max-final-vocab", "a lower --min-count"),
    *("CSV, {dialect}", "TSV, {dialect}", "comma", "tab", "semicolon", "vertical bar"),
    *("{low:.4f} to {high:.4f}", "{zeros:,} of {numbers:,} ({percent:.1%})"),
    *(
        "loss {loss}, val_loss {val_loss}",
        "accuracy {accuracy}, loss {loss}, val_accuracy {other}, val_loss {val_loss}",
    ),
)
_SYSTEM = "ENOENT EACCES EPERM EEXIST ENOTDIR EISDIR ENOSPC EROFS EIO ENOTEMPTY ENAMETOOLONG EINVAL ELOOP EDQUOT"


def messages() -> dict[tuple[str, str], set[str]]:
    """Return each message by context and text, with the files that it is in."""
    texts = set(help_texts())
    found: dict[str, set[str]] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        name = file.relative_to(SOURCE).as_posix()
        if name not in _NO_MESSAGES:
            for message in _messages_of(ast.parse(file.read_text(encoding="utf-8"))):
                if len(_HOLE.sub("", message)) < 9 or not any(map(_of_help(message), texts)):
                    found.setdefault(message, set()).add(name)
    for message in (*_SHORT, *(os.strerror(getattr(errno, name)) for name in _SYSTEM.split())):
        found.setdefault(message, set())
    for message in click_messages():
        found.setdefault(message, set()).add(CLICK)
    return {("", message): files for message, files in _without_twins(found).items()}


def _without_twins(found: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the messages with one for all that differ in the names of their holes alone."""
    kept = {_pattern(message): message for message in reversed(_SHORT)}
    joined: dict[str, set[str]] = {}
    for message, files in found.items():
        if message in _SHORT or not any(re.fullmatch(known, message, re.DOTALL) for known in _NO_MESSAGE):
            key = message if message in _SHORT else _pattern(message)
            twin = kept.setdefault(key, message)
            joined.setdefault(twin, set()).update(files)
    return joined


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


def in_the_source(name: str) -> bool:
    """Tell whether a name, such as one of a column, is a text, a field or a function's parameter in the source."""
    return any(re.search(rf"\b{re.escape(name)}\b", file.read_text(encoding="utf-8")) for file in SOURCE.rglob("*.py"))


def help_texts() -> Iterator[str]:
    """Yield the texts of help: of commands, options and headings."""
    yield from ("Usage:", "Options", "Commands", "default", "required", "Everywhere: {options}", *SECTIONS)
    for command in _commands(cli, _PROGRAM):
        for paragraph in paragraphs(inspect.cleandoc(command.help or "")):
            if isinstance(paragraph, str):
                yield paragraph
            else:
                yield from (line.strip() for line in paragraph if line.strip() and not is_command(line))
        if command.short_help:
            yield command.short_help
        for option in command.get_params(click.Context(command, parent=_PROGRAM)):
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
            told |= {id(given) for given in node.exc.args[:1]}
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
            pieces.append(_texts_of(part.value) or ["{" + _name(part.value) + _number_format(part.format_spec) + "}"])
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


def _number_format(spec: ast.expr | None) -> str:
    """Return ``:,`` and such, which says that a number stands in a hole; nothing of other formats."""
    parts = spec.values if isinstance(spec, ast.JoinedStr) else []
    text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    return f":{text}" if len(parts) == 1 and _NUMBER.fullmatch(text) else ""


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
    template = re.sub(r"\{(\w+)(?::[^{}]*)?\}(?:\{\w+(?::[^{}]*)?\})+", r"{\1}", template)
    seen: dict[str, int] = {}

    def number(hole: re.Match[str]) -> str:
        seen[hole[1]] = seen.get(hole[1], 0) + 1
        return hole[0] if seen[hole[1]] == 1 else f"{{{hole[1]}{seen[hole[1]]}{hole[2] or ''}}}"

    return _HOLE.sub(number, template)


def _of_help(message: str) -> Callable[[str], object]:
    """Return what tells whether a message, or with a default behind it, is a text of help."""
    return re.compile(_pattern(message) + r"(  \[.*)?", re.DOTALL).fullmatch


def _is_prose(message: str) -> bool:
    literal = _HOLE.sub("\0", message)
    return bool(_PROSE.search(literal) or _BESIDE_A_HOLE.search(literal))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _pattern(template: str) -> str:
    return "(.*)".join(map(re.escape, _HOLE.sub("\0", template).split("\0")))


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


def filled(source: str, translation: str) -> str:
    """Return a message that an entry may be made of: with numbers, messages and words in its holes."""
    signs = dict(re.findall(r"\{(\w+)(?:!([a-z]))?", translation))

    def fill(hole: re.Match[str]) -> str:
        if hole[2]:
            return "3"
        return {"t": "standard input", "e": "Hangul", "m": "a.txt, line 3"}.get(signs.get(hole[1], ""), "책")

    return _HOLE.sub(fill, source)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Bring all catalogues up to date."""
    texts: dict[tuple[str, str], set[str]] = {("", text): set() for text in help_texts()}
    for folder in TRANSLATIONS.iterdir():
        for name, found in (("messages", messages()), ("help", texts)):
            path = folder / f"{name}.po"
            kept = parse_po(path.read_text(encoding="utf-8")) if path.exists() else {}
            found |= {key: set() for key in kept if key[0] and in_the_source(key[1])}
            write(path, found, kept)
            empty = sum(not kept.get(key) for key in found)
            click.echo(f"{path.relative_to(ROOT)}: {len(found)} entries, {empty} without translation")


if __name__ == "__main__":
    main()
