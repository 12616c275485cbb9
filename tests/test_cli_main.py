from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.conftest import W2v, require, unix_only
from w2vcli.cli import main
from w2vcli.cli.main import SECTIONS, cli, with_subcommands
from w2vcli.errors import BadModel, BadSettings

COMMANDS = [full for names in SECTIONS.values() for name in names for full in with_subcommands(name)]


@pytest.mark.parametrize("arguments", [[], ["-h"], ["--help"]])
def test_help_starts_with_an_example_and_lists_commands_by_job(w2v: W2v, arguments: list[str]) -> None:
    run = w2v(*arguments)
    assert run.status == 0
    assert (
        run.out.index("w2v train corpus.txt") < run.out.index("Build:") < run.out.index("Ask:") < run.out.index("See:")
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_fits_with_a_summary_and_an_example(w2v: W2v, name: str) -> None:
    run = w2v(*name.split(), "-h")
    assert run.status == 0
    assert f"w2v {name}" in run.out.partition("Examples:")[2]
    assert all(len(line) <= 80 for line in run.out.splitlines())
    group, _, inner = name.partition(" ")
    command = cli.get_command(click.Context(cli), group)
    if inner:
        assert isinstance(command, click.Group)
        command = command.commands[inner]
    assert command is not None
    assert len(command.get_short_help_str(200)) <= 60
    assert all(getattr(p, "help", "") for p in command.params if isinstance(p, click.Option))


def test_version(w2v: W2v) -> None:
    assert w2v("--version").out.startswith("w2v 0.")


def test_an_unknown_command_gets_a_suggestion(w2v: W2v) -> None:
    run = w2v("similr", "girl")
    assert run.status == 2
    assert run.err.splitlines()[-1] == "Error: No such command 'similr'; did you mean similar?"
    assert w2v("xyzzy").err.splitlines()[-1] == "Error: No such command 'xyzzy'; see: w2v --help"


def raising(error: BaseException) -> click.Command:
    @click.command("failing")
    def failing() -> None:
        raise error

    return failing


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (BadModel("no model\nat all"), 1, r"Error: no model\nat all"),
        (BadSettings("neither"), 2, "Error: neither"),
        (OSError(errno.ENOSPC, "No space left on device", "/x/y"), 1, "Error: /x/y: No space left on device"),
        (PermissionError(errno.EACCES, "Permission denied", "out"), 1, "Error: out: Permission denied"),
        (MemoryError("Unable to allocate 9 TiB"), 1, "Error: there is not enough memory: Unable to allocate 9 TiB"),
        (KeyboardInterrupt(), 130, "Interrupted; what was there before is unchanged."),
    ],
)
def test_errors_are_one_line_and_an_exit_status(
    w2v: W2v, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, line: str
) -> None:
    monkeypatch.setattr(main._Commands, "get_command", lambda *_: raising(error))
    run = w2v("similar")
    assert (run.status, run.out, run.err.strip()) == (status, "", line)


def test_a_bug_keeps_its_traceback(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(main._Commands, "get_command", lambda *_: raising(KeyError("bug")))
    with pytest.raises(KeyError):
        w2v("similar")


def loaded_by(*arguments: str) -> set[str]:
    """Return the top-level modules that a command loads."""
    code = (
        "import sys\nfrom w2vcli.cli.main import main\n"
        "try: main()\nexcept SystemExit as end: assert not end.code, end.code\n"
        "print('\\n' + ' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, check=True, text=True)
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ("", ["a line", "registered"]),
        ("sys.setprofile(lambda *_: None)", ["a line", "registered", "taken apart"]),
        ("import multiprocessing", ["a line", "registered", "taken apart"]),
    ],
)
def test_a_process_ends_without_taking_python_apart_unless_somebody_looks_on(more: str, end: list[str]) -> None:
    code = f"""
import atexit, os, sys
from w2vcli.cli.main import run
class Last:
    def __del__(self, write=os.write):
        write(1, b"taken apart")
last = Last()
atexit.register(print, "registered")
print("a line")
{more}
run()
"""
    command = [sys.executable, "-c", code, "similar", "--topn", "0"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.stdout.splitlines() == end, done.stderr
    assert (done.returncode, "--topn" in done.stderr) == (2, True)


HEAVY = {"http", "gensim", "scipy", "sklearn", "matplotlib", "pandas", "rich", "smart_open"}


@pytest.mark.parametrize("arguments", [["--help"], ["similar", "--help"], ["train", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert not loaded_by(*arguments) & (HEAVY | {"numpy"})


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    "arguments",
    [
        ["similar", "king"],
        ["analogy", "king", "-", "man"],
        ["similarity", "man", "boy"],
        ["odd", "man", "boy", "apple"],
        ["vector", "man"],
    ],
)
def test_a_question_loads_numpy_but_nothing_heavier(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
    assert "numpy" in loaded
    assert not loaded & HEAVY


@pytest.mark.usefixtures("toy")
def test_stdout_and_stderr_are_kept_apart(process: W2v) -> None:
    run = process("similar", "-", stdin="king\nkingg\n")
    assert run.status == 1
    assert run.out.startswith("query\tword\tsimilarity\nking\tman\t")
    assert run.err == "Error: line 2: not in the vocabulary: kingg; did you mean king?\n"


@pytest.mark.usefixtures("toy")
@unix_only
def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f"yes king | head -n 50000 | {sys.executable} -m w2vcli similar - | head -n 1; echo ${{PIPESTATUS[2]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=600)
    assert (done.stdout, done.stderr) == ("query\tword\tsimilarity\n141\n", "")


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_hangul_under_any_locale(process: W2v, make_model: object, locale: str) -> None:
    make_model(["소녀", "소년", "\u00a0"], [[1, 0], [1, 1], [0, 1]])  # type: ignore[operator]
    run = process("similar", "소녀", LC_ALL=locale, LANG=locale)
    assert run.out.splitlines()[1:] == ["소년\t0.7071068", "\\xa0\t0.0"]


def test_w2v_is_installed_as_a_command() -> None:
    done = subprocess.run([Path(sys.executable).parent / "w2v", "--version"], capture_output=True, check=True)
    assert done.stdout.startswith(b"w2v ")


READ_STANDARD_INPUT = ("shell", "similar -", "analogy -", "vector -", "train - -o x", "load - -o x", "convert - x.vec",
                       "plot -", "pairs -", "encode -", "evaluate --set -", "language-model train - -o x")  # fmt: skip


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("line", READ_STANDARD_INPUT)
@unix_only
def test_closed_standard_input_is_said_in_a_line(line: str) -> None:
    if line.startswith("language-model"):
        require("keras")
    command = [sys.executable, "-m", "w2vcli", *line.split()]
    run = subprocess.run(
        ["sh", "-c", '"$@" <&-', "sh", *command], capture_output=True, text=True, check=False, timeout=600
    )
    assert (run.returncode, run.stdout.count("\n") > 1) == (1, False)
    assert run.stderr == "Error: standard input is closed; give w2v something to read, as in: w2v ... < FILE\n"


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@unix_only
def test_closed_output_is_no_failure_and_no_file_takes_its_place(w2v: W2v, closed: str) -> None:
    command = [sys.executable, "-m", "w2vcli", "convert", "toy", "toy.vec"]
    run = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *command], capture_output=True, check=False, timeout=600)
    assert run.returncode == 0
    written = Path("toy.vec").read_bytes()
    assert w2v("convert", "toy", "again.vec").status == 0
    assert written == Path("again.vec").read_bytes()


@pytest.mark.parametrize(
    "encoding", ["idna", "punycode", "undefined", "hex", "rot13", "mbcs", "base64", "zlib", "", "x" * 99]
)
def test_what_is_no_encoding_of_files_is_refused(w2v: W2v, encoding: str) -> None:
    Path("t").write_text("a b c\n")
    for arguments in (["pairs", "t"], ["train", "t"], ["load", "t"], ["info", "t"], ["evaluate", "--set", "t"]):
        run = w2v(*arguments, "--encoding", encoding)
        assert (run.status, run.out) == (2, "")
        assert run.err.endswith(f"Python knows no encoding of text called {encoding}.\n")
