from __future__ import annotations

import math
import os
import re
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT, MakeModel, W2v, on_a_terminal
from w2vcli.lessons.lecture import LANGUAGES, MODELS, Command, read_lecture
from w2vcli.models.directory import Model
from w2vcli.models.registry import default_path


def test_lookup_multiplies_and_compares(w2v: W2v, toy: Model) -> None:
    [found] = w2v("lookup", "queen", "--json").json
    assert (found["row"], found["words"], found["vector_size"]) == (3, 8, 3)
    assert found["product"] == found["vector"] == [-1, 1, 0]
    assert (found["largest_difference"], found["multiplications"]) == (0, 24)
    assert found["product_seconds"] > 0
    assert found["lookup_seconds"] > 0
    assert not {"product_seconds", "lookup_seconds"} & w2v("lookup", "queen", "--no-time", "--json").json[0].keys()
    assert w2v("lookup", "xyz").status == 3


def test_lookup_draws_the_matrix_with_the_column_of_the_word(make_model: MakeModel) -> None:
    vectors = np.random.default_rng(0).normal(size=(500, 20)).astype(np.float32)
    make_model([f"w{n}" for n in range(500)], vectors)
    shown = on_a_terminal("lookup", "w321", "--no-time", NO_COLOR="1", TERM="dumb")
    lines = shown.splitlines()
    heading = lines[0].split()
    assert heading[0] == "E"
    assert heading[-2:] == ["E", "o_w321"]
    at = heading.index("w321")
    assert [line.split()[at] for line in lines[1:6]] == [f"{value:.4f}" for value in vectors[321, :5]]
    assert [line.split()[-1] for line in lines[1:6]] == [f"{value:.4f}" for value in vectors[321, :5]]
    assert lines[7].split()[0] == "20"
    assert lines[8].split()[0] == "o_w321"
    assert lines[8].split()[at] == "1"
    assert all(len(line) <= 80 for line in lines)


def test_step_agrees_with_numpy(w2v: W2v, toy: Model) -> None:
    rows = w2v("step", "king", "queen", "--negative", 3, "--alpha", 0.2, "--json").json
    target, context, *noise = rows
    assert (target["word"], target["role"], target["label"]) == ("king", "target", None)
    assert (context["word"], context["role"], context["label"]) == ("queen", "context", 1)
    assert {row["label"] for row in noise} == {0}
    before = np.array([row["before"] for row in rows])
    scores = before[1:] @ before[0]
    errors = np.array([1] + [0] * len(noise)) - 1 / (1 + np.exp(-scores))
    assert [row["score"] for row in rows[1:]] == pytest.approx(scores, rel=1e-15)
    assert [row["error"] for row in rows[1:]] == pytest.approx(errors, rel=1e-15)
    assert context["loss"] == pytest.approx(math.log(2), rel=1e-15)
    assert target["after"] == pytest.approx(before[0] + 0.2 * errors @ before[1:], rel=1e-15)
    assert context["after"] == pytest.approx(before[1] + 0.2 * errors[0] * before[0], rel=1e-15)


def test_step_as_a_table_and_on_a_terminal(w2v: W2v, toy: Model) -> None:
    run = w2v("step", "king", "queen", "--negative", 1)
    assert run.out.splitlines()[0] == "word\tlabel\tscore\tsigmoid\tloss\terror"
    assert run.rows[0] == ["queen", "1", "0.0", "0.5", str(math.log(2)), "0.5"]
    assert "no output vectors" in run.err
    shown = on_a_terminal("step", "king", "queen", "--negative", "1", NO_COLOR="1", TERM="dumb").splitlines()
    assert shown[1].split() == ["queen", "1", "0.0000", "0.5000", "0.6931", "0.5000"]
    assert any(line.split() == ["v", "king", "before", "1.0000", "1.0000", "0.0000"] for line in shown)
    assert "v king 기울기" in on_a_terminal("step", "king", "queen", "--lang", "ko", NO_COLOR="1", TERM="dumb")
    assert w2v("step", "king", "xyz").status == 3
    assert w2v("step", "king").status == 2


def test_memory_of_the_pretrained_vectors_is_known_before_they_are_here(w2v: W2v) -> None:
    run = w2v("info", "google-news", "--memory", "--json")
    download, *rows = run.json
    assert "내려받기" in on_a_terminal("info", "google-news", "--memory", "--lang", "ko", NO_COLOR="1", TERM="dumb")
    assert (download["what"], download["bytes"]) == ("download", 1_743_563_840)
    assert rows[0] == {
        "what": "3,000,000 x 300",
        "dtype": "float64",
        "bytes": 7_200_000_000,
        "GiB": pytest.approx(6.7055, abs=1e-4),
    }
    assert [row["bytes"] for row in rows] == [3_000_000 * 300 * size for size in (8, 4, 2, 2, 1)]
    assert "not on this machine" in run.err
    assert w2v("info", "no-such-model", "--memory").status == 4


def test_memory_of_a_model_is_that_of_its_files(w2v: W2v, toy: Model) -> None:
    rows = {row["what"]: row for row in w2v("info", "--memory", "--json").json}
    assert rows["vectors.npy"]["bytes"] == (toy.path / "vectors.npy").stat().st_size
    assert rows["vectors.npy"]["dtype"] == toy.facts.dtype
    assert rows["all files"]["bytes"] == sum(file.stat().st_size for file in toy.path.rglob("*") if file.is_file())


def test_the_lecture_lists_its_topics(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    rows = w2v("lecture", "--json").json
    assert [row["topic"] for row in rows] == sorted(row["topic"] for row in rows)
    assert {row["topic"] for row in rows} == set(range(1, len(read_lecture("en").topics) + 1))
    assert {
        "topic": 1,
        "title": read_lecture("en").topics[0].title,
        "command": "w2v train data/english.txt --workers 1",
    } in rows
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert w2v("lecture", "--json").json[0]["title"] == read_lecture("ko").topics[0].title
    monkeypatch.setenv("LC_ALL", "C")
    assert w2v("lecture", "--json").json[0]["title"] == read_lecture("en").topics[0].title
    assert w2v("lecture", "--lang", "ko", "--json").json[0]["title"] == read_lecture("ko").topics[0].title


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_whole_lecture_runs_and_leaves_the_user_s_models_alone(process: W2v, home: Path, lang: str) -> None:
    first = process("lecture", "all", "--lang", lang)
    assert (first.status, "Error" in first.err) == (0, False)
    folder = Path(f"lecture-{lang}")
    for number, topic in enumerate(read_lecture(lang).topics, 1):
        assert f"{number}. {topic.title}" in first.out
        for each in topic.commands:
            assert f"$ {each.line}\n" in first.out
            assert not each.writes or (folder / each.writes).exists()
    head, king = {"en": (r"word +similarity", "king"), "ko": (r"단어 +유사도", "왕")}[lang]
    assert re.search(f"{head}[^\\n]*\\n{king} ", first.out)
    assert "1.4142" in first.out
    assert all(len(line) <= 80 for line in first.out.splitlines() if not line.startswith("$ "))
    assert default_path() is None
    assert [path.name for path in home.iterdir()] == []


def test_the_lecture_is_the_same_each_time(process: W2v) -> None:
    topics = ["1", "9", "3", "15", "18"]
    first = process("lecture", *topics, "--lang", "en", "-o", "one").out
    assert process("lecture", *topics, "--lang", "en", "-o", "two").out == first
    assert process("lecture", *topics, "--lang", "en", "-o", "two").out == first


def test_one_topic_trains_the_model_first_and_keeps_it(process: W2v) -> None:
    run = process("lecture", "14", "--lang", "en", "-o", "walk")
    assert run.status == 0
    assert "first, as topic 1 does: w2v train data/english.txt --workers 1" in run.err
    assert "king" in run.out
    assert "first" not in process("lecture", "14", "13", "--lang", "en", "-o", "walk").err


def test_a_document_to_hand_out(process: W2v) -> None:
    run = process("lecture", "21", "10", "--lang", "ko", "--markdown")
    assert run.status == 0
    topics = read_lecture("ko").topics
    [paragraph] = topics[20].paragraphs
    assert run.out.startswith(f"## 21. {topics[20].title}\n\n{paragraph}\n\n```console\n$ w2v encode")
    assert f"## 10. {topics[9].title}" in run.out
    assert run.out.count("```") == 4


def test_the_lecture_does_not_write_into_a_folder_that_is_not_its_own(w2v: W2v) -> None:
    Path("mine").mkdir()
    Path("mine/precious.txt").write_text("1")
    run = w2v("lecture", "7", "-o", "mine")
    assert run.status == 5
    assert "mine exists and is not of this lecture" in run.err
    assert [path.name for path in Path("mine").iterdir()] == ["precious.txt"]
    Path("project/data").mkdir(parents=True)
    Path("project/data/english.txt").write_text("my corpus")
    assert w2v("lecture", "7", "-o", "project").status == 5
    assert Path("project/data/english.txt").read_text() == "my corpus"


@pytest.mark.parametrize("topic", ["0", "99", "x", "-1"])
def test_a_topic_that_is_none_is_one_line(w2v: W2v, topic: str) -> None:
    run = w2v("lecture", topic)
    assert run.status == 2
    assert not Path("lecture-en").exists()


def test_a_command_of_the_lecture_that_fails_is_told_and_the_lecture_goes_on(process: W2v) -> None:
    assert process("lecture", "13", "--lang", "en").status == 0
    (Path("lecture-en") / "home" / "models" / f"{MODELS['en']}.w2v" / "model.json").write_text("{")
    for markdown in [(), ("--markdown",)]:
        run = process("lecture", "13", "14", "21", "--lang", "en", *markdown)
        assert run.status == 1
        assert "$ w2v encode" in run.out.partition(read_lecture("en").topics[20].title)[2]
        assert "Warning: w2v similar girl: exit status 1: Error: " in run.err
        last = run.err.splitlines()[-1]
        assert last.startswith("Error: w2v similar girl: exit status 1: Error: ")
        assert last.endswith(" (failed after it: 1 more)")


def test_the_korean_lecture_reaches_its_end_without_a_font_with_hangul(process: W2v, tmp_path: Path) -> None:
    """Each command is a process of its own, so it is Python's start that takes the fonts away."""
    (tmp_path / "sitecustomize.py").write_text(
        "from w2vcli.views import fonts\nfonts._installed_fonts = lambda _: iter(())\n"
    )
    python_path = os.pathsep.join([str(tmp_path), str(ROOT), os.environ.get("PYTHONPATH", "")])
    run = process("lecture", "5", "6", "7", "15", "24", "--lang", "ko", PYTHONPATH=python_path)
    assert (run.status, "오류" in run.err) == (0, False)
    written = {each.writes for topic in read_lecture("ko").topics for each in topic.commands if each.writes}
    assert {path.name for path in Path("lecture-ko").iterdir()} == written | {"data", "home"}
    lines = [line for line in run.err.splitlines() if line.startswith("경고: ")]
    warnings = [line for line in lines if " 축" not in line and "gensim" not in line]
    assert [line.partition(". ")[0] for line in warnings] == [
        r"경고: 문자가 \uacfc로 그려집니다",
        "경고: 단어 20개에 이름이 없습니다",
        "경고: 단어 12개에 이름이 없습니다",
    ]
    assert all("설치된 글꼴에 없는 문자: 한글 (" in line and "~/.local/share/fonts" in line for line in warnings)


def test_the_lecture_on_a_terminal() -> None:
    shown = on_a_terminal("lecture", "21", "--lang", "en")
    assert "\x1b[1m21. A sentence as integers" in shown
    assert "integer" in shown


def test_all_languages_have_the_same_topics() -> None:
    lectures = [read_lecture(language) for language in LANGUAGES]
    assert {len(lecture.topics) for lecture in lectures} == {24}
    for topics in zip(*(lecture.topics for lecture in lectures), strict=True):
        assert len({topic.needs_model for topic in topics}) == 1
        assert len({topic.title for topic in topics}) == len(topics)
        for topic in topics:
            assert topic.title
            assert all(topic.paragraphs)
            assert len(topic.commands) >= 1
            assert all(each.line.startswith("w2v ") for each in topic.commands)


def test_a_topic_is_read_from_markdown() -> None:
    """The blocks, the comment and the links of the file are no part of what is said."""
    features, projector = read_lecture("en").topics[4], read_lecture("en").topics[-1]
    assert features.commands == (
        Command("w2v features man woman king queen apple orange -o features.png", "features.png"),
    )
    assert projector.commands == (Command("w2v projector projector", "projector"),)
    for topic in read_lecture("ko").topics:
        assert not any(mark in paragraph for paragraph in topic.paragraphs for mark in ("```", "<!--", "]("))
