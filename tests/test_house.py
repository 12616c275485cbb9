"""The floor plan: which room knows which. A new arrow is a line here, to be argued for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from tests.conftest import ROOT

PLAN = {
    "array_types": set(),
    "inputs": {"compression", "errors", "streams", "text_encodings"},
    "processors": set(),
    "background": {"processors"},
    "streams": {"background", "processors"},
    "escaping": set(),
    "reporting": set(),
    "signals": set(),
    "errors": {"escaping"},
    "requirements": {"errors"},
    "decoding": {"errors", "escaping"},
    "atomic": {"errors", "locks"},
    "locks": set(),
    "machine_code": set(),
    "network": {"errors"},
    "speaking": set(),
    "frequent": set(),
    "text_encodings": {"escaping", "frequent"},
    "compression": {"atomic", "errors", "streams"},
    "archives": {"errors", "escaping", "inputs", "reporting", "streams"},
    "sealing": {"decoding", "errors"},
    "models": {
        "archives",
        "array_types",
        "atomic",
        "background",
        "compression",
        "decoding",
        "errors",
        "escaping",
        "inputs",
        "locks",
        "machine_code",
        "network",
        "processors",
        "reporting",
        "requirements",
        "sealing",
        "text_encodings",
    },
    "corpus": {
        "archives",
        "atomic",
        "compression",
        "decoding",
        "errors",
        "escaping",
        "inputs",
        "machine_code",
        "models",
        "network",
        "processors",
        "reporting",
        "sealing",
        "streams",
        "text_encodings",
    },
    "queries": {
        "array_types",
        "atomic",
        "corpus",
        "errors",
        "escaping",
        "inputs",
        "machine_code",
        "models",
        "processors",
        "reporting",
    },
    "measure": {"array_types", "errors", "escaping", "inputs", "models", "queries", "reporting", "requirements"},
    "training": {
        "array_types",
        "atomic",
        "corpus",
        "decoding",
        "errors",
        "escaping",
        "inputs",
        "locks",
        "models",
        "processors",
        "reporting",
        "requirements",
        "sealing",
        "signals",
        "spark",
    },
    "evidence": {"array_types", "atomic", "corpus", "errors", "models", "queries", "reporting", "training"},
    "compare": {
        "array_types",
        "atomic",
        "corpus",
        "errors",
        "escaping",
        "inputs",
        "models",
        "queries",
        "reporting",
        "training",
    },
    "views": {
        "array_types",
        "atomic",
        "errors",
        "escaping",
        "inputs",
        "models",
        "processors",
        "queries",
        "reporting",
        "signals",
        "training",
    },
    "explorer": {
        "array_types",
        "atomic",
        "compare",
        "errors",
        "escaping",
        "evidence",
        "models",
        "queries",
        "reporting",
        "views",
    },
    "neural": {
        "archives",
        "array_types",
        "compression",
        "corpus",
        "decoding",
        "errors",
        "escaping",
        "inputs",
        "measure",
        "models",
        "reporting",
        "requirements",
        "text_encodings",
        "training",
    },
    "lessons": {
        *("array_types", "atomic", "corpus", "errors", "escaping", "models", "queries", "reporting", "training"),
    },
    "spark": {"corpus", "decoding", "errors", "network", "reporting"},
    "checkup": {"errors", "models", "processors", "views"},
    "face": {
        "array_types",
        "atomic",
        "compare",
        "corpus",
        "errors",
        "escaping",
        "evidence",
        "explorer",
        "measure",
        "models",
        "queries",
        "reporting",
        "speaking",
        "training",
        "views",
    },
    "cli": {
        "array_types",
        "atomic",
        "checkup",
        "compare",
        "corpus",
        "errors",
        "escaping",
        "evidence",
        "explorer",
        "face",
        "inputs",
        "lessons",
        "measure",
        "models",
        "network",
        "neural",
        "queries",
        "reporting",
        "speaking",
        "serving",
        "signals",
        "spark",
        "training",
        "views",
    },
    "serving": {"errors", "face", "models"},
    "__main__": {"cli"},
    "__init__": {"face", "models", "requirements"},
}
FILES = sorted((ROOT / "w2vcli").rglob("*.py"))


def imported(file: Path) -> Iterator[str]:
    """Yield the full names of what a file imports, also within functions and for types."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file}: relative imports hide where an arrow goes"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def room(name: str) -> str:
    return name.split(".")[1]


def test_the_arrows_between_rooms_are_those_of_the_plan() -> None:
    found: dict[str, set[str]] = {room(module_name(file)): set() for file in FILES}
    for file in FILES:
        here = room(module_name(file))
        found[here] |= {room(name) for name in imported(file) if name.startswith("w2vcli.")} - {here}
    assert found == PLAN


def test_there_is_no_circle_between_modules() -> None:
    modules = {module_name(file) for file in FILES}
    graph = {}
    for file in FILES:
        names = [name for name in imported(file) if name.startswith("w2vcli.")]
        graph[module_name(file)] = {name if name in modules else name.rpartition(".")[0] for name in names} & modules
    assert list(TopologicalSorter(graph).static_order())


def test_only_the_command_line_knows_click_and_only_it_prints() -> None:
    for file in FILES:
        if "cli" in file.relative_to(ROOT / "w2vcli").parts:
            continue
        assert not any(name.split(".")[0] in {"click", "rich"} for name in imported(file)), file
        text = file.read_text(encoding="utf-8")
        assert "print(" not in text, file
        assert "sys.exit" not in text, file
        assert "input(" not in text.replace("open_input(", ""), file


def test_rooms_re_export_nothing() -> None:
    for file in FILES:
        if file.name == "__init__.py" and file.parent.name != "w2vcli":
            assert not list(imported(file)), file


def test_every_command_refuses_an_option_that_is_given_twice() -> None:
    for file in (ROOT / "w2vcli" / "cli").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"click.command", "click.group"}:
                assert any(keyword.arg == "cls" for keyword in node.keywords), f"{file}: cls=W2vCommand or W2vGroup"


def test_text_has_the_same_bytes_on_every_system() -> None:
    """Windows has another encoding and other line breaks, so each text file that is opened is told which."""
    found = []
    for file in FILES:
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call) or "os.devnull" in ast.unparse(call):
                continue
            name = ast.unparse(call.func)
            mode = "".join(map(ast.unparse, call.args[1:2]))
            is_open = name in {"open", "os.fdopen"} and "b'" not in mode
            writes = (is_open and mode not in {"", "'r'"}) or (
                name.endswith(".write_text") and name != "formatter.write_text"
            )
            reads = is_open or name.endswith(".read_text")
            needed = {"encoding", "newline"} if writes else {"encoding"} if reads else set()
            if not needed <= {keyword.arg for keyword in call.keywords}:
                found.append(f"{file}:{call.lineno}")
    assert found == []
