"""No name of a model, a file, a word or an option reaches a terminal as something that it would obey."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import ROOT, MakeModel, Run, W2v, on_a_terminal
from w2vcli.cli.main import cli
from w2vcli.escaping import visible_json, visible_lines
from w2vcli.models.directory import open_model_directory
from w2vcli.queries.lines import completions

# Clear the screen; set the title; C1's CSI; turn the text; a line break.
NAME = "a\x1b[2J\x1b]0;t\x07\x9b31m\u202e\u200f\u061c\nb"
MARKS = "\u061c\u200e\u200f" + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))


def require_visible(run: Run, *, lines: str = "\n\t") -> None:
    """Raise unless there is nothing but text, tabs and line ends."""
    for text in (run.out, run.err):
        odd = {c for c in text if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} or c in MARKS}
        assert odd <= {*lines}, text


@pytest.fixture
def odd(make_model: MakeModel, home: Path) -> Path:
    """Make a model and its words with names that a terminal would obey; it is the default one."""
    model = make_model([NAME, "king", "queen", "man"], [[1, 0], [1, 1], [0, 1], [1, 2]], name=NAME)
    assert model.path.parent == home / "models"
    return model.path


COMMANDS = [
    ["models"], ["models", "--json"], ["use", NAME], ["info"], ["info", "--json"], ["info", "--memory"],
    ["info", "--check"], ["similar", "king"], ["similar", "king", "--json"], ["similar", NAME], ["vector", NAME],
    ["similar", f"{NAME}x"], ["analogy", f"-{NAME}x"], ["similarity", NAME, f"{NAME}x"], ["odd", NAME, "king", "queen"],
    ["words"], ["words", "--json"], ["words", "--grep", f"{NAME}["], ["convert", NAME, f"{NAME}.vec"],
    ["convert", NAME, f"{NAME}.unknown"], ["convert", f"{NAME}y", "x.vec"], ["projector", NAME], ["rerun"],
    ["rerun", NAME], ["plot", "king", "queen", "-o", f"{NAME}.svg"], ["plot", "--curve", NAME], ["lookup", "king"],
    ["lookup", NAME], ["step", "king", NAME], ["step", "king", f"{NAME}x"],
    ["encode", f"{NAME} king", "--as", "one-hot"],
    ["encode", f"{NAME} king", "--json"], ["pairs", f"king {NAME}", "--tokenizer", "whitespace"],
    ["pairs", f"king {NAME}", "--tokenizer", "whitespace", "--json"],
    ["features", NAME, "--axis", f"{NAME}=king:queen"],
    ["features", "king", "--axis", f"{NAME}=king:queen", "--axis", f"{NAME}x", "--json"], ["evaluate", NAME],
    ["load", f"{NAME}.vec"], ["load", f"{NAME}.vec", "-o", NAME], ["train", f"{NAME}.txt"], ["train", "--resume"],
    ["train", NAME, "--column", NAME], ["classify", "predict", NAME], ["classify", "train", NAME], ["cache"],
    ["language-model", "next", NAME], ["lecture", NAME], [NAME], [f"--{NAME}"], ["similar", f"--{NAME}"],
    ["similar", "king", "-n", NAME], ["similar", "king", "-m", f"{NAME}x"], ["completion", NAME], ["evaluate", NAME,
    "--set", NAME], ["completion", "bash"], ["completion", "zsh"], ["completion", "fish"],
    ["pairs", NAME, "--encoding", NAME], ["plot", NAME], ["plot", "king", "--arrow", NAME], ["info", f"{NAME}.vec"],
]  # fmt: skip


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda value: " ".join(value).replace(NAME, "N"))
def test_what_is_printed_is_visible(w2v: W2v, arguments: list[str]) -> None:
    Path(f"{NAME}.vec").write_text("a 1 2\nb 3 4\n")
    Path(f"{NAME}.txt").write_text("a b c\n")
    require_visible(w2v(*arguments))


@pytest.mark.usefixtures("odd")
@pytest.mark.parametrize("arguments", [["models"], ["info"], ["words"],
                                       ["features", "king", "--axis", f"{NAME}=king:queen"],
                                       ["similar", "king"], ["encode", "king", "--as", "one-hot"], ["lookup", "king"],
                                       ["pairs", f"king {NAME}", "--tokenizer", "whitespace"]])  # fmt: skip
def test_what_a_terminal_is_shown_is_visible(arguments: list[str]) -> None:
    shown = on_a_terminal(*arguments, NO_COLOR="1")
    text = re.sub(r"\x1b\[[\d;]*m", "", shown)
    require_visible(Run(0, text, ""), lines="\r\n")
    assert r"\x1b[2j" in shown.lower() or arguments[0] in {"lookup", "encode"}


@pytest.mark.usefixtures("odd")
def test_batches_and_the_shell_repeat_what_was_asked_visibly(w2v: W2v) -> None:
    stdin = "king\x1b[2J\nqueen \u202e\n:model a\x1b[2J\n:\x9b\n:model\n:models\n:similar a\u200f\n"
    for arguments in (["shell"], ["similar", "-"], ["analogy", "-"], ["vector", "-"]):
        require_visible(w2v(*arguments, stdin=stdin))


def test_the_shells_complete_no_name_that_a_terminal_would_obey(odd: Path, make_model: MakeModel) -> None:
    make_model(["a"], [[1]], name="able")
    environment = os.environ | {"_W2V_COMPLETE": "bash_complete", "COMP_WORDS": "w2v use a", "COMP_CWORD": "2"}
    found = CliRunner().invoke(cli, [], env=environment, prog_name="w2v", complete_var="_W2V_COMPLETE")
    assert found.stdout == "plain,able\n"
    assert completions(open_model_directory(odd), ":model a") == ["able"]


def test_json_with_marks_is_the_same_json() -> None:
    value = {"a": NAME + MARKS + "소녀 👩‍🌾 \x7f\u2028\\"}
    assert json.loads(visible_json(value)) == value
    require_visible(Run(0, visible_json(value), ""), lines="")


def test_lines_and_tabs_stay_in_messages_of_several_lines() -> None:
    assert visible_lines("a\x1b\n\n\tb \n  c") == "a\\x1b\n\n\tb \n  c"


def test_one_function_writes_to_stderr() -> None:
    for path in (ROOT / "w2vcli" / "cli").rglob("*.py"):
        for line in path.read_text().splitlines():
            assert not re.search(r'echo\(f".*err=True', line), (path, line)
