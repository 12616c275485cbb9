"""The code in figures: sizes, arrows, comments, docstrings, semicolons, doubled names, reads by string key.

Measures the package ``w2vcli`` of a checkout, of this one unless another is named. Two checkouts are set side by
side. A line of code is one that is neither blank, nor a comment, nor a docstring.

    python -m benchmarks.house
    git worktree add ../before v0.1.0; python -m benchmarks.house ../before .
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
_WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What prose is not: blocks of code, tables, code within a line, addresses of links.
_NOT_PROSE = re.compile(r"^```(?:.|\n)*?^```$|^\|.*$|^    .*$|`[^`\n]*`|\]\([^)]*\)", re.MULTILINE)


class Module(NamedTuple):
    """A file of the package: its name with dots, its syntax, and how many lines of which kind it has."""

    name: str
    tree: ast.Module
    lines: int
    code: int
    comments: int
    docstrings: int


def read_modules(root: Path) -> list[Module]:
    """Return the modules of the package in the checkout ``root``, by path."""
    return [_read_module(path, root) for path in sorted((root / "w2vcli").rglob("*.py"))]


def _read_module(path: Path, root: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    with open(path, "rb") as file:
        tokens = list(tokenize.tokenize(file.readline))
    comments = {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
    alone = {line for line in comments if text.splitlines()[line - 1].lstrip().startswith("#")}
    documented = {
        line for node in _docstrings(tree) for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    blank = {number for number, line in enumerate(text.splitlines(), 1) if not line.strip()}
    lines = len(text.splitlines())
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    return Module(name, tree, lines, lines - len(blank | documented | alone), len(comments), len(documented - blank))


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, _WITH_DOCSTRING) and node.body and isinstance(node.body[0], ast.Expr):
            value = node.body[0].value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value


def count_arrows(modules: list[Module]) -> int:
    """Return how many pairs of modules there are of which one imports the other, within functions and for types too."""
    names = {module.name for module in modules}
    arrows = set()
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("w2vcli"):
                full = (f"{node.module}.{alias.name}" for alias in node.names)
                arrows |= {(module.name, name if name in names else node.module) for name in full}
    return len(arrows)


def doubled_names(modules: list[Module]) -> list[str]:
    """Return the names of classes and of modules that there are more than once, each with how often.

    A command may share its name with one module below ``cli``: ``cli/see/plot.py`` types what ``views/plot.py`` draws.
    """
    classes = Counter(
        node.name for module in modules for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)
    )
    named = [module.name.split(".") for module in modules if not module.name.endswith("__init__")]
    below = Counter(f"{path[-1]}.py" for path in named if path[1] != "cli")
    commands = Counter(f"{path[-1]}.py" for path in named if path[1] == "cli")
    files = {name: count for name, count in (below + commands).items() if below[name] > 1 or commands[name] > 1}
    return [f"{name} {count}" for name, count in sorted((classes | Counter(files)).items()) if count > 1]


# Mappings that are no records: options as Click gives them, arrays by name, the environment.
_NO_RECORDS = {"values", "given", "said", "changes", "arrays", "weights", "environ", "versions", "sha256", "THEMES"}


def count_string_keys(modules: list[Module]) -> tuple[int, int]:
    """Return how often a record is read by a key that stands in the code, and in how many modules."""
    found = Counter(module.name for module in modules for node in ast.walk(module.tree) if _reads_by_key(node))
    return found.total(), len(found)


def _reads_by_key(node: ast.AST) -> bool:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        read, key = node.value, node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        read, key = node.func.value, node.args[0]
    else:
        return False
    name = read.attr if isinstance(read, ast.Attribute) else getattr(read, "id", "")
    return isinstance(key, ast.Constant) and isinstance(key.value, str) and name not in {*_NO_RECORDS, "Literal"}


def semicolons(texts: list[str]) -> float:
    """Return how many semicolons prose has in a thousand words; code and tables are left out."""
    prose = [_NOT_PROSE.sub(" ", text) for text in texts]
    words = sum(len(text.split()) for text in prose)
    return 1000 * sum(text.count(";") for text in prose) / max(words, 1)


def figures(root: Path) -> dict[str, str]:
    """Return what is measured of the checkout ``root``, by what it is called."""
    modules = read_modules(root)
    code = sum(module.code for module in modules)
    folders = Counter(module.name.rpartition(".")[0] for module in modules)
    nodes = [node for module in modules for node in ast.walk(module.tree) if isinstance(node, _FUNCTIONS)]
    functions = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes]
    largest = max(modules, key=lambda module: module.lines)
    fullest, most = folders.most_common(1)[0]
    cli = [module for module in modules if module.name.startswith("w2vcli.cli")]
    rooms = {
        module.name.split(".")[2] for module in cli if module.name.count(".") > 1 and "__init__" not in module.name
    }
    reads, where = count_string_keys(modules)
    doubled = doubled_names(modules)
    documents = [path.read_text(encoding="utf-8") for path in _documents(root)]
    docstrings = [inspect.cleandoc(str(node.value)) for module in modules for node in _docstrings(module.tree)]
    tests = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (root / "tests").rglob("*.py"))
    return {
        "modules": f"{len(modules):,}",
        "lines": f"{sum(module.lines for module in modules):,}",
        "lines of code": f"{code:,}",
        "lines of tests": f"{tests:,}",
        "arrows per module": f"{count_arrows(modules) / len(modules):.1f}",
        "folders; most modules in one": f"{len(folders)}; {most} ({fullest})",
        "rooms and lines of cli": f"{len(rooms)}; {sum(module.lines for module in cli):,}",
        "median module, in lines": f"{median(module.lines for module in modules):.0f}",
        "largest module": f"{largest.lines} ({largest.name})",
        "functions; longest, in lines": f"{len(functions):,}; {max(functions)}",
        "comments per 100 lines of code": f"{100 * sum(module.comments for module in modules) / code:.1f}",
        "docstrings per 100 lines of code": f"{100 * sum(module.docstrings for module in modules) / code:.1f}",
        "semicolons per 1,000 words of docs": f"{semicolons(documents):.1f}",
        "semicolons per 1,000 words of docstrings": f"{semicolons(docstrings):.1f}",
        "reads of records by string key; modules with some": f"{reads}; {where}",
        "doubled names": f"{len(doubled)}",
        "which": ", ".join(doubled),
    }


def _documents(root: Path) -> list[Path]:
    """Return the documents that people wrote: what commands print is left out."""
    made = {"commands.md", "lecture.md", "lecture.ko.md"}
    return [path for path in [*root.glob("*.md"), *(root / "docs").glob("*.md")] if path.name not in made]


def main() -> None:
    """Print the figures of one checkout or more, side by side."""
    parser = argparse.ArgumentParser(description="Measure the code.")
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], help="folders; default: this one")
    found = [figures(root.resolve()) for root in parser.parse_args().checkouts]
    for name in found[0]:
        sys.stdout.write(f"| {' | '.join([name, *(each[name] for each in found)])} |\n")


if __name__ == "__main__":
    main()
