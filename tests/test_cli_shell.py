from __future__ import annotations

import errno
import os
import re
import select
import signal
import stat
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.conftest import MakeModel, W2v, make_pipe, running
from tests.test_cli_main import loaded_by
from w2vcli.cli.ask import prompt
from w2vcli.models.directory import Model
from w2vcli.models.registry import find_model, home
from w2vcli.queries import search
from w2vcli.queries.lines import COMMANDS, CommandLine, completions, read_line


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        ("king", ["similar", "king"]),
        (" king\twoman ", ["similar", "king", "woman"]),
        ("king woman - man", ["analogy", "king", "woman", "-", "man"]),
        ("king + woman - man", ["analogy", "king", "+", "woman", "-", "man"]),
        (":similar king woman", ["similar", "king", "woman"]),
        (":similarity king man", ["similarity", "king", "man"]),
        (":odd man boy apple", ["odd", "man", "boy", "apple"]),
        (":vector king man", ["vector", "king", "man"]),
        (":models", ["models"]),
    ],
)
def test_a_line_is_answered_as_the_command_answers(w2v: W2v, line: str, arguments: list[str]) -> None:
    asked, answered = w2v("shell", stdin=line), w2v(*arguments)
    assert answered.status == 0
    assert asked == answered


@pytest.mark.usefixtures("toy")
def test_what_can_be_answered_is_answered(w2v: W2v) -> None:
    lines = "\ufeffapple\r\nappel\n\n:similarity king\nking -\nman woman\n:odd king man\nking woman\n"
    run = w2v("shell", "-n", 1, stdin=lines)
    assert run.status == 1
    assert run.out == "word\tsimilarity\norange\t0.8\nword\tsimilarity\nqueen\t0.9238795\n"
    assert run.err.splitlines() == [
        "Error: line 2: not in the vocabulary: appel; did you mean apple?",
        "Error: line 4: 1 after :similarity; write :similarity WORD WORD",
        "Error: line 5: not an analogy: 'king -'; write words with + or - between them, as in: boy + queen - girl",
        "Error: line 6: man woman: the vectors are zero or cancel out, so nothing is near",
        "Error: line 7: 2 after :odd; write :odd WORD WORD WORD...",
    ]


@pytest.mark.usefixtures("toy")
def test_an_unknown_command_is_told_the_known_ones(w2v: W2v) -> None:
    run = w2v("shell", stdin=":plott king\x1b queen\n:\n")
    known = ", ".join(f":{name}" for name in COMMANDS)
    assert run == (1, "", f"Error: line 1: no command :plott; there are {known}\n"
                          f"Error: line 2: no command :; there are {known}\n")  # fmt: skip


def test_no_question_is_no_error_and_no_model_is_one(w2v: W2v, make_model: MakeModel) -> None:
    assert w2v("shell").status == 4
    make_model(["a", "b"], [[1, 1], [1, 2]])
    assert w2v("shell") == (0, "", "")
    assert w2v("shell", "-m", "tyo").err == "Error: no model called tyo; did you mean toy?\n"


def test_words_like_signs_and_commands_can_be_asked(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["-", "+", ":)", "a"], [[1, 0], [2, 1], [0, 1], [1, 1]])
    run = w2v("shell", "-n", 1, stdin=":similar -\n:similar :)\n:similarity - +\na + :)\n")
    assert [line for line in run.out.splitlines() if "similarity" not in line] == [
        "+\t0.8944272", "a\t0.7071068", "-\t+\t0.8944272", "+\t0.755454",
    ]  # fmt: skip
    assert w2v("shell", stdin=":vector -\na\n").err.startswith("Error: line 1: - is not a word here")


@pytest.mark.usefixtures("toy")
def test_topn_is_set_and_shown(w2v: W2v) -> None:
    run = w2v("shell", "-n", 3, stdin=":topn\n:topn 1\napple\n:topn\n:topn 99999999999999999999\nking\n")
    assert run.status == 0
    assert run.out.startswith("property\tvalue\ntopn\t3\nword\tsimilarity\norange\t0.8\nproperty\tvalue\ntopn\t1\n")
    assert len(run.rows) == 5 + 1 + 7


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("line", ["apple -n 3", "apple -n3", "apple --topn 3", "apple orange --topn=3"])
def test_a_line_has_no_options(w2v: W2v, line: str) -> None:
    run = w2v("shell", stdin=f"{line}\napple\n")
    assert run.status == 1
    assert run.err == "Error: line 1: a line has no options; how many words are shown is set by :topn 3\n"
    assert run.out.startswith("word\tsimilarity\norange")


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("number", ["0", "-1", "many", "1.5", "9" * 5000])
def test_topn_is_a_whole_number_from_1(w2v: W2v, number: str) -> None:
    run = w2v("shell", "-n", 1, stdin=f":topn {number}\napple\n")
    assert (run.status, run.rows) == (1, [["orange", "0.8"]])
    said = f"Error: line 1: not a number of words: {number}; write, for example, :topn 20\n"
    assert run.err == said or (run.err[:50], run.err[-40:], len(run.err) < 2000) == (said[:50], said[-40:], True)


@pytest.mark.usefixtures("toy")
def test_another_model_is_asked_and_an_unknown_one_changes_nothing(w2v: W2v, make_model: MakeModel) -> None:
    make_model(["a", "b"], [[1, 1], [1, 2]], name="other")
    run = w2v("shell", "-m", "toy", stdin=":model\n:model othr\n:topn 1\napple\n:model other\n:model\na\n")
    assert run.status == 1
    assert run.err == "Error: line 2: no model called othr; did you mean other?\n"
    assert run.out.splitlines() == [
        *("property\tvalue", "model\ttoy", "words\t8", "vector_size\t3"),
        *("word\tsimilarity", "orange\t0.8"),
        *("property\tvalue", "model\tother", "words\t2", "vector_size\t2"),
        *("word\tsimilarity", "b\t0.9486833"),
    ]
    assert find_model().name == "other.w2v"


@pytest.mark.usefixtures("toy")
def test_a_picture_takes_a_free_name(w2v: W2v) -> None:
    Path("plot.png").write_bytes(b"mine")
    Path("plot-2.png").symlink_to("nowhere")
    run = w2v("shell", stdin=":plot king queen xyzzy man\n")
    assert run.status == 0
    assert run.rows[:2] == [["output", "plot-3.png"], ["words", "3"]]
    assert "Warning: not in the vocabulary, left out: xyzzy" in run.err
    assert Path("plot-3.png").read_bytes().startswith(b"\x89PNG")
    assert Path("plot.png").read_bytes() == b"mine"
    assert not Path("plot-2.png").exists()


@pytest.mark.usefixtures("toy")
def test_help_has_every_command_and_fits(w2v: W2v) -> None:
    run = w2v("shell", stdin=":help\n")
    assert [line.split()[0] for line, _ in run.rows if line.startswith(":")] == [f":{name}" for name in COMMANDS]
    width = max(len(line) for line, _ in run.rows)
    assert all(answer and width + 2 + len(answer) <= 80 for _, answer in run.rows)


@pytest.mark.usefixtures("toy")
def test_quit_leaves_the_lines_below(w2v: W2v) -> None:
    assert w2v("shell", stdin=":quit\nxyzzy\n") == (0, "", "")
    assert w2v("shell", stdin="xyzzy\n:quit\n").status == 1
    assert w2v("shell", stdin=":quit now\n").err == "Error: line 1: 1 after :quit; write :quit\n"


@pytest.mark.usefixtures("toy")
def test_what_one_types_at_any_prompt_works_without_a_colon(w2v: W2v) -> None:
    everything = w2v("shell", stdin=":help\n")
    for line in ("help", "?"):
        assert w2v("shell", stdin=f"{line}\n") == everything
    for line in ("help odd", "help :odd", "? odd", ":help odd", ":help :odd"):
        run = w2v("shell", stdin=f"{line}\n")
        assert (run.status, run.rows) == (0, [[":odd WORD WORD WORD...", "the odd one out comes first"]])
    for word in ("exit", "quit"):
        run = w2v("shell", stdin=f"{word}\nking\n")
        assert (run.status, run.out) == (0, "")
        assert run.err == f"Warning: line 1: {word} has ended the shell; as a word it is asked by :similar {word}\n"


@pytest.mark.usefixtures("toy")
def test_help_on_what_is_no_command_is_refused(w2v: W2v) -> None:
    assert w2v("shell", stdin=":help odds\n").err.startswith("Error: line 1: no command :odds; there are :similar, ")
    assert w2v("shell", stdin="help odds\n").err.startswith("Error: line 1: not in the vocabulary: help")
    assert w2v("shell", stdin="exit now\n").err.startswith("Error: line 1: not in the vocabulary: exit")


def test_such_a_word_of_the_vocabulary_is_asked_in_a_pipe_but_not_at_a_prompt(w2v: W2v, make_model: MakeModel) -> None:
    model = make_model(["exit", "help", "odd", "door"], [[1, 0], [0, 1], [1, 1], [2, 1]])
    for line in ("exit", "help", "help odd"):
        run = w2v("shell", stdin=f"{line}\n")
        assert (run.status, run.err) == (0, "")
        assert run.out == w2v("shell", stdin=f":similar {line}\n").out
        notes: list[str] = []
        read = read_line(line, model, notes.append, at_prompt=True)
        assert isinstance(read, CommandLine)
        assert notes == [f"{line} can be asked, too: :similar {line}"]
    assert w2v("shell", stdin="?\n").rows[0][0] == "WORD..."  # it is not in the vocabulary


def raising(error: Exception) -> Callable[..., None]:
    def raise_it(*_: object) -> None:
        raise error

    return raise_it


@pytest.mark.usefixtures("toy")
def test_a_failure_of_the_system_is_a_line_and_a_bug_keeps_its_traceback(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "answer_all", raising(OSError(errno.EIO, "Input/output error", "x/\n")))
    assert w2v("shell", stdin="king\n:topn\n") == (
        *(1, "property\tvalue\ntopn\t10\n"),
        "Error: line 1: x/\\n: Input/output error\n",
    )
    for bug in (KeyError("bug"), OSError("a library's")):
        monkeypatch.setattr(search, "answer_all", raising(bug))
        with pytest.raises(type(bug)):
            w2v("shell", stdin="king\n")


@pytest.mark.usefixtures("toy")
def test_one_line_at_a_time_has_its_answer() -> None:
    with running(
        [sys.executable, "-m", "w2vcli", "shell", "-n", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for word, answer in (("apple", b"orange\t0.8\n"), ("orange", b"apple\t0.8\n")):
            process.stdin.write(f"{word}\n".encode())
            process.stdin.flush()
            assert process.stdout.readline() == b"word\tsimilarity\n"
            assert process.stdout.readline() == answer
        process.stdin.close()
        assert process.wait(30) == 0


def test_hangul_in_a_pipe_under_the_c_locale(process: W2v, make_model: MakeModel) -> None:
    make_model(["소녀", "소년", "왕"], [[1, 0], [1, 1], [0, 1]])
    run = process("shell", "-n", 1, stdin="소녀\n:odd 소녀 소년 왕\n왕자\n", LC_ALL="C")
    assert run.status == 1
    assert run.out.splitlines()[1] == "소년\t0.7071068"
    assert run.err == "Error: line 3: not in the vocabulary: 왕자; did you mean 왕?\n"


def test_help_loads_neither_numpy_nor_prompt_toolkit() -> None:
    assert not loaded_by("shell", "-h") & {"numpy", "prompt_toolkit"}


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("", []),
        ("k", []),  # one letter says nothing yet
        ("ki", ["king", "kite"]),
        ("girl ki", ["king", "kite"]),
        (" girl\t- ki", ["king", "kite"]),
        ("소", ["소녀", "소년"]),
        (":plot king 소", ["소녀", "소년"]),
        (":odd ki", ["king", "kite"]),
        (":topn ki", []),
        (":nothing ki", []),
        (":mod", [":model", ":models"]),
        (":", [f":{name}" for name in COMMANDS]),
        (" :q", [":quit"]),
        (":help o", ["odd"]),
        (":help :to", ["topn"]),
        (":model t", ["toy"]),
        (":model ", ["other", "toy"]),
        ("king :q", []),
        ("xx", ["xx\u00a0y"]),  # but not those with blanks and controls, which cannot be typed
        ("\udcff\udcfe", []),
    ],
)
def test_completions(make_model: MakeModel, before: str, expected: list[str]) -> None:
    make_model(["a"], [[1, 1]], name="other")
    words = ["king", "kite", "kin\x1bg", "소녀", "소년", "xx z", "xx\nz", "xx\u00a0y", "x"]
    model = make_model(words, [[n, 1] for n in range(len(words))])
    assert completions(model, before) == expected


def test_completions_are_no_more_than_a_menu_holds_and_the_most_frequent(make_model: MakeModel) -> None:
    words = [f"word{number}" for number in range(99)]
    assert completions(make_model(words, [[n, 1] for n in range(99)]), "word") == words[:20]


def test_the_word_before_the_cursor_is_replaced() -> None:
    completer = prompt._LastWord(lambda before: [before.upper()])
    document = Document("first\n소녀 ki and more", cursor_position=len("first\n소녀 ki"))
    (found,) = completer.get_completions(document, CompleteEvent())
    assert (found.text, found.start_position) == ("소녀 KI", -2)


def typed(keys: str) -> list[str]:
    """Return the lines that come of keys typed at a prompt; Ctrl-D ends."""
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(keys + "\x04")
        return list(prompt.typed_lines(lambda: "> ", lambda before: []))


def test_lines_are_typed_until_ctrl_d_and_ctrl_c_drops_one() -> None:
    assert typed("king\r\rquee\x03소녀\r") == ["king", "", "소녀"]


def test_what_is_pasted_may_have_several_lines() -> None:
    assert typed("\x1b[200~king\r\nqueen\u2028\n\x1b[201~\r") == ["king", "queen\u2028", ""]


def test_the_history_lasts_and_nobody_else_can_read_it(home: Path) -> None:
    home.rmdir()
    assert typed("king\rqueen\r") == ["king", "queen"]
    assert stat.S_IMODE((home / "shell-history").stat().st_mode) == 0o600
    assert typed("\x1b[A\r") == ["queen"]
    assert typed("\x1b[A\x1b[A\x1b[A\r") == ["king"]


def test_a_session_goes_on_without_a_history(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "shell-history").mkdir()
    assert typed("king\r") == ["king"]
    assert capsys.readouterr().err == f"Warning: no history is kept: {home}/shell-history: Is a directory\n"


def test_a_line_that_cannot_be_kept_is_asked_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(FileHistory, "store_string", raising(OSError(errno.ENOSPC, "No space left on device")))
    assert typed("king\r") == ["king"]
    assert capsys.readouterr().err == "Warning: not kept in the history: No space left on device\n"


_CONTROL = re.compile(r"\x1b(\[[?\d;]*[A-Za-z]|.)")
_PATIENCE = 60  # seconds


class Terminal:
    """A shell of w2v on a terminal of 24 x 80, and what it has shown."""

    def __init__(self, *arguments: str, stdout: int | None = None, **environment: str) -> None:
        pty, fcntl, self.termios = map(pytest.importorskip, ("pty", "fcntl", "termios"))  # which Windows has not
        self.controller, self.terminal = pty.openpty()
        fcntl.ioctl(self.terminal, self.termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.settings = self.termios.tcgetattr(self.terminal)
        self.data, self.passed = b"", 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "w2vcli", "shell", *arguments],
            stdin=self.terminal,
            stdout=self.terminal if stdout is None else stdout,
            stderr=self.terminal,
            # Nobody here answers where the cursor is.
            env=os.environ | {"TERM": "xterm", "NO_COLOR": "1", "PROMPT_TOOLKIT_NO_CPR": "1"} | environment,
            start_new_session=True,
        )

    def send(self, keys: str) -> None:
        os.write(self.controller, keys.encode())

    def expect(self, text: str) -> None:
        """Wait until ``text`` is shown, and pass over it."""
        while text not in (plain := _CONTROL.sub("", self.data.decode(errors="replace"))[self.passed :]):
            assert select.select([self.controller], [], [], _PATIENCE)[0], f"{text!r} is not in {plain!r}"
            self.data += os.read(self.controller, 1 << 16)
        self.passed += plain.index(text) + len(text)

    def end(self) -> int:
        """Return the exit status; the terminal is as it was before."""
        status = self.process.wait(_PATIENCE)
        assert self.termios.tcgetattr(self.terminal) == self.settings
        return status


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Start shells on terminals, which end with the test at the latest."""
    started = []

    def start(*arguments: str, stdout: int | None = None, **environment: str) -> Terminal:
        started.append(Terminal(*arguments, stdout=stdout, **environment))
        return started[-1]

    yield start
    for shell in started:
        shell.process.kill()
        shell.process.wait()
        os.close(shell.controller)
        os.close(shell.terminal)


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_a_conversation(terminal: Callable[..., Terminal], toy: Model, make_model: MakeModel, locale: str) -> None:
    make_model(["소녀", "소년"], [[1, 0], [1, 1]], name="한글")
    shell = terminal(LC_ALL=locale)
    shell.expect("2 words. help shows what can be asked; exit or Ctrl-D ends.")
    shell.expect("한글>")
    shell.send("소녀\r")
    shell.expect("similarity")
    shell.expect("소년      0.7071")
    shell.expect("한글>")
    shell.send("소냐\r")
    shell.expect("Error: not in the vocabulary: 소냐")
    shell.expect("한글>")
    shell.send(":model toy\r")
    shell.expect("toy>")
    shell.send("kin")
    shell.expect("king")  # the menu
    shell.send("\t\r")
    shell.expect("0.7071")
    shell.expect("toy>")
    shell.send("quee\x03:topn\r")
    shell.expect("10")
    shell.send("\r")  # an empty line
    shell.expect("toy>")
    shell.send("help odd\r")
    shell.expect("the odd one out comes first")
    shell.expect("toy>")
    shell.send("exit\r")
    assert shell.end() == 0


@pytest.mark.usefixtures("toy")
def test_a_file_gets_the_answers_alone(terminal: Callable[..., Terminal]) -> None:
    with Path("answers").open("wb") as file:
        shell = terminal("-n", "1", stdout=file.fileno())
    shell.expect("toy>")
    shell.send("apple\rxyzzy\r")
    shell.expect("Error: not in the vocabulary: xyzzy")
    shell.expect("toy>")
    shell.send("\x04")
    assert shell.end() == 0
    assert Path("answers").read_text() == "word\tsimilarity\norange\t0.8\n"


@pytest.mark.usefixtures("toy")
def test_an_ordinary_kill_leaves_the_terminal_as_it_was(terminal: Callable[..., Terminal]) -> None:
    shell = terminal()
    shell.expect("toy>")
    shell.process.send_signal(signal.SIGTERM)
    assert shell.end() == 143


@pytest.mark.usefixtures("toy")
def test_a_kill_while_the_history_is_read_leaves_the_terminal_as_it_was(terminal: Callable[..., Terminal]) -> None:
    make_pipe(home() / "shell-history")  # whoever opens it waits until somebody writes
    shell = terminal()
    shell.expect("toy>")
    shell.process.send_signal(signal.SIGTERM)
    assert shell.end() == 143
