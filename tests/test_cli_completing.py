"""What the Tab key offers, asked of a real bash where it matters how words are written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import MakeModel, W2v
from w2vcli.cli.completing import escaped, last_word

Complete = Callable[[str], list[str]]
BREAKS = " \t\n\"'><=;|&(:"  # bash's own
ODD = ["AT&T", "c'est", "a,b,", "$(touch hurt)", "`touch hurt`", "a*b", "~x", "c#", "/c/en/girl", "ns:x", "ns:y z"]


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put w2v on the PATH."""
    program = tmp_path / "bin" / "w2v"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m w2vcli "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program.parent


@pytest.fixture
def complete(bin_folder: Path, w2v: W2v) -> Complete:
    """Ask the function of bash what it offers for a line with the cursor at its end."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("bash is not installed")
    (bin_folder / "w2v.bash").write_text(w2v("completion", "bash").out)
    script = (
        f'source {bin_folder}/w2v.bash; COMP_LINE=$1; COMP_POINT=${{#1}}; compopt() {{ echo "compopt $2"; }}; '
        '_w2v_completion w2v; [ ${#COMPREPLY[@]} = 0 ] || printf "%s\\n" "${COMPREPLY[@]}"'
    )

    def ask(line: str) -> list[str]:
        done = subprocess.run(
            [bash, "--norc", "-c", script, "bash", line],
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
            env=os.environ | {"COMP_WORDBREAKS": BREAKS, "LC_ALL": "C.UTF-8"},
        )
        assert done.stderr == ""
        return done.stdout.splitlines()

    return ask


def test_words_of_the_model_on_the_line_the_most_frequent_first(complete: Complete, make_model: MakeModel) -> None:
    make_model(["gist", "소녀", "소년", "girl", "gin"], [[n, 1] for n in range(5)], name="other")
    make_model(["gild", "boy"], [[1, 1], [1, 2]], name="first")
    for command in ("similar", "analogy", "similarity", "odd", "vector", "lookup", "features"):
        assert complete(f"w2v {command} gi") == ["gild"], command
        assert complete(f"w2v {command} -m other gi") == ["gist", "girl", "gin"], command
    assert complete("w2v similar -m other boy gir") == ["girl"]
    assert complete("w2v similar -m other 소") == ["소녀", "소년"]
    assert complete("w2v plot -m other --around gir") == ["girl"]
    assert complete("w2v step gild bo") == ["boy"]
    assert complete("w2v analogy boy + gild - bo") == ["boy"]
    assert complete("w2v similar ") == complete("w2v similar zz") == complete("w2v similar -m none gi") == []


def test_no_more_words_than_one_looks_through(complete: Complete, make_model: MakeModel) -> None:
    make_model([f"w{n}" for n in range(99)], [[n, 1] for n in range(99)])
    assert complete("w2v similar w") == [f"w{n}" for n in range(50)]


def test_odd_words_are_written_so_that_the_shell_takes_them_whole(complete: Complete, make_model: MakeModel) -> None:
    make_model([*ODD, "a\x1b[31m"], [[n, 1] for n in range(len(ODD) + 1)])
    for word in ODD:
        [found] = [each for each in complete(f"w2v similar {escaped(word[:1])}") if each == escaped(word)]
        echoed = subprocess.run(["bash", "-c", f"printf %s {found}"], capture_output=True, text=True, check=True)
        assert echoed.stdout == word
    assert not Path("hurt").exists()
    assert complete("w2v similar AT\\&") == ["AT\\&T"]
    assert complete("w2v similar 'AT") == []  # what has to be escaped has no place in quotes
    assert complete("w2v similar a") == ["a,b,", "a\\*b"]


def test_readline_puts_a_word_in_behind_its_colon(complete: Complete, make_model: MakeModel) -> None:
    make_model(["ns:x", "ns:y z", "ns"], [[1, 1], [1, 2], [1, 3]])
    assert complete("w2v similar n") == ["ns:x", "ns:y\\ z", "ns"]
    assert complete("w2v similar ns:") == ["x", "y\\ z"]
    assert complete("w2v similar ns:y") == ["y\\ z"]
    assert complete("w2v similar --model=to") == ["toy"]


def test_files_and_words_of_a_picture(complete: Complete, make_model: MakeModel) -> None:
    make_model(["voice", "vocabulary", "boy"], [[1, 1], [1, 2], [1, 3]])
    Path("vocab of mine.txt").write_text("boy\n")
    Path("vodka").mkdir()
    assert complete("w2v plot voc") == ["vocab\\ of\\ mine.txt", "vocabulary"]
    assert complete("w2v plot bo") == ["boy"]
    for line in ("w2v plot ", "w2v plot vod", "w2v plot x/voc", "w2v encode re", "w2v classify predict re"):
        assert complete(line) == ["compopt default"], line


def test_names_of_models_downloads_commands_and_options(complete: Complete, make_model: MakeModel) -> None:
    make_model(["a"], [[1, 2]], name="my novels")
    assert complete("w2v use m") == complete("w2v similar -m m") == ["my\\ novels"]
    assert complete("w2v use my\\ n") == ["my\\ novels"]
    assert complete("w2v load goo") == ["google-news"]
    assert complete("w2v load ./goo") == ["compopt default"]
    assert complete("w2v simil") == ["similar", "similarity"]
    assert complete("w2v help simil") == ["similar", "similarity"]
    assert complete("w2v help classify tr") == ["train"]
    assert complete("w2v help similar x") == complete("w2v smilar x") == complete("w2v help x y") == []
    assert complete("w2v similar --to") == ["--topn"]
    assert complete("w2v similar girl --no-c") == ["--no-color", "--no-config"]


@pytest.mark.parametrize(
    ("line", "head", "quoted"),
    [
        ("w2v similar girl", "", False),
        ("w2v similar a:b:c", "a:b:", False),
        ("w2v similar a:", "a:", False),
        ("w2v similar a: ", "", False),
        ("w2v similar AT\\&T", "", False),
        ("w2v similar 'a:b", "", True),
        ("w2v similar 'a b' c:d", "c:", False),
        ("w2v similar x\\ y:z", "x\\ y:", False),
        ("", "", False),
    ],
)
def test_where_readline_begins_a_word(line: str, head: str, *, quoted: bool) -> None:
    assert last_word(line, BREAKS) == (head, quoted)


def test_powershell_gets_a_script_that_hands_its_words_over(w2v: W2v) -> None:
    script = w2v("completion", "powershell").out
    assert script.startswith("Register-ArgumentCompleter -Native -CommandName w2v, w2v.exe -ScriptBlock {\n")
    assert "$env:_W2V_COMPLETE = 'powershell_complete'" in script
    for opening, closing in ("{}", "()", "[]"):
        assert script.count(opening) == script.count(closing)
    assert "%" not in script


def test_powershell_is_offered_what_bash_is(process: W2v, make_model: MakeModel) -> None:
    make_model(["gist", "소녀", "g'it", "girl", "g i"], [[n, 1] for n in range(5)], name="other")

    def ask(*words: str) -> list[list[str]]:
        *before, last = words
        run = process(
            _W2V_COMPLETE="powershell_complete", COMP_WORDS="\n".join(["w2v", *before]), COMP_WORD=last, LC_ALL="C"
        )
        assert run.err == ""
        return [line.split("\t") for line in run.out.splitlines() if line]

    found = ask("similar", "-m", "other", "'g")
    assert [text for _, text, *_ in found] == ["gist", "'g''it'", "girl", "'g i'"]
    assert [shown for _, _, shown, _ in found] == ["gist", "g'it", "girl", "g i"]
    assert ask("similar", "소") == [["plain", "소녀", "소녀", "소녀"]]
    assert ask("simil")[0] == ["plain", "similar", "similar", "Show the nearest neighbours of a word, or..."]
    assert [text for _, text, *_ in ask("similar", "--to")] == ["--topn"]
    assert ask("encode", "re")[0][0] == "file"


def test_a_real_powershell_takes_the_script(bin_folder: Path, w2v: W2v, make_model: MakeModel) -> None:
    powershell = shutil.which("pwsh")
    if powershell is None:
        pytest.skip("pwsh is not installed")
    make_model(["gist", "girl"], [[1, 1], [1, 2]])
    (bin_folder / "w2v.ps1").write_text(w2v("completion", "powershell").out)
    line = "w2v similar gi"
    ask = f"(TabExpansion2 -inputScript '{line}' -cursorColumn {len(line)}).CompletionMatches.CompletionText"
    done = subprocess.run(
        [powershell, "-NoProfile", "-Command", f". {bin_folder}/w2v.ps1; {ask}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["gist", "girl"]
