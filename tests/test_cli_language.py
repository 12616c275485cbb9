"""Korean in help and messages: which language is spoken, and how a message finds its translation."""

from __future__ import annotations

import re
from importlib.metadata import version

import click
import pytest
from rich.cells import cell_len

from tests.conftest import W2v
from tests.messages import CLICK, TRANSLATIONS, click_messages, filled, help_texts, messages
from w2vcli.cli.main import cli, with_subcommands
from w2vcli.speaking.catalogue import Catalogue, parse_po, read_catalogue
from w2vcli.speaking.language import language
from w2vcli.speaking.particles import with_particle


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "ko_KR.UTF-8"}, "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_MESSAGES": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "ko_KR"}, "ko"),
        ({"LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "ko_KR"}, "en"),
        ({"LC_ALL": "de_DE.UTF-8", "W2V_LANG": "ko"}, "ko"),
        ({"LC_ALL": "ko_KR.UTF-8", "W2V_LANG": "en"}, "en"),
        ({"LC_ALL": "ko_KR.UTF-8", "W2V_LANG": ""}, "ko"),
        ({"W2V_LANG": "fr"}, "en"),
        ({"W2V_LANG": "KO"}, "ko"),
        ({"W2V_LANG": "ko-KR"}, "ko"),
        ({"LANG": "ko.UTF-8"}, "ko"),
        ({"LANG": "Korean_Korea.949"}, "ko"),
        ({"LANG": "kok_IN.UTF-8"}, "en"),
    ],
)
def test_the_first_variable_that_is_set_chooses_the_language(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


@pytest.mark.parametrize(
    ("word", "forms", "expected"),
    [
        ("책", "을/를", "책을"),
        ("나무", "을/를", "나무를"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("파리", "으로/로", "파리로"),
        ("3", "이/가", "3이"),
        ("1,002", "은/는", "1,002는"),
        ("10", "으로/로", "10으로"),
        ("8", "으로/로", "8로"),
        ("model", "이/가", "model이"),
        ("corpus", "이/가", "corpus가"),
        ("table", "으로/로", "table로"),
        ("king", "과/와", "king과"),
        ("v.txt", "을/를", "v.txt를"),
        ("UTF-8", "이/가", "UTF-8이"),
        ("CSV", "은/는", "CSV는"),
        ("XML", "은/는", "XML은"),
        ("'책'", "을/를", "'책'을"),
        ("31%", "이/가", "31%가"),
        ("語", "을/를", "語을(를)"),
        ("", "을/를", "을(를)"),
    ],
)
def test_a_particle_goes_by_the_last_sound(word: str, forms: str, expected: str) -> None:
    assert with_particle(word, forms) == expected


CATALOGUE = Catalogue(
    parse_po(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '# of files\n#: a.py\nmsgid "no such file"\nmsgstr "그런 파일이 없습니다"\n\n'
        'msgid "{path}: {why}"\nmsgstr "{path}: {why!t}"\n\n'
        'msgid "{path}: line {line} has "\n"{fields} fields"\nmsgstr "{path}: {line}번째 줄에 필드가 "\n'
        '"{fields}개 있습니다"\n\n'
        'msgid "{role} in {title}"\nmsgstr "{title!m}의 {role!t}"\n\n'
        'msgid "{where}: {what}"\nmsgstr "{where!m}: {what!t}"\n\n'
        'msgid "left out: {words}"\nmsgstr "제외함: {words!l}"\n\n'
        'msgid " and {count} more"\nmsgstr " 외 {count}개"\n\n'
        'msgid "did you mean {word}?"\nmsgstr "{word:을/를} 뜻했습니까?"\n\n'
        'msgctxt "column"\nmsgid "word"\nmsgstr "단어"\n\n'
        'msgid "not yet"\nmsgstr ""\n'
    )
)


@pytest.mark.parametrize(
    ("message", "expected", "whole"),
    [
        ("no such file", "그런 파일이 없습니다", True),
        ("a.txt: no such file", "a.txt: 그런 파일이 없습니다", True),
        ("a: b: no such file", "a: b: 그런 파일이 없습니다", True),
        ("a: line 3 has 4 fields", "a: 3번째 줄에 필드가 4개 있습니다", True),
        ("no such file; did you mean 책?", "그런 파일이 없습니다; 책을 뜻했습니까?", True),
        ("left out: a, b and 3 more", "제외함: a, b 외 3개", True),
        ("left out: a (did you mean b?), no such file", "제외함: a (b를 뜻했습니까?), no such file", True),
        ("a.txt: left out: b (kept in c)", "a.txt: 제외함: b (kept in c)", True),
        ("no such file; b: no such file", "그런 파일이 없습니다; b: 그런 파일이 없습니다", True),
        ("a.txt: no luck", "a.txt: no luck", False),
        ("not yet", "not yet", False),
        ("word", "word", False),
    ],
)
def test_a_message_finds_the_entry_that_it_was_made_from(message: str, expected: str, whole: bool) -> None:
    assert CATALOGUE.translate(message) == (expected, whole)


def test_a_column_is_no_message() -> None:
    assert CATALOGUE.exact("word", "column") == "단어"


@pytest.mark.parametrize("text", ['msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', 'msgid "a', 'msgid_plural "a"'])
def test_what_is_no_catalogue_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="entry"):
        parse_po(text)


def test_english_reads_no_catalogue(process: W2v) -> None:
    done = process("similar", "x", PYTHONPROFILEIMPORTTIME="1")
    assert "w2vcli.speaking.language" in done.err
    assert "w2vcli.speaking.catalogue" not in done.err


def test_every_text_of_help_is_in_korean_with_its_options_and_numbers() -> None:
    korean = read_catalogue("ko", "help")
    for text in help_texts():
        found = korean.exact(text)
        assert found, text
        for named in re.findall(r"--[a-z][\w-]*|\d[\d,.]*\d|\$\w+|https?://[\w.]+\w", text):
            assert named in found, f"{named} of {text}"


def test_korean_help_fits_into_eighty_columns(w2v: W2v, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("W2V_LANG", "ko")
    monkeypatch.setenv("COLUMNS", "80")
    for name in cli.list_commands(click.Context(cli)):
        for full in with_subcommands(name):
            for line in w2v(*full.split(), "--help").out.splitlines():
                assert cell_len(line) <= 80, line
                assert line == line.rstrip(), line


def test_values_of_options_are_in_korean_and_names_of_arguments_stay(w2v: W2v) -> None:
    shown = w2v("--lang", "ko", "language-model", "next", "--help").out
    assert "TEXT|FILE..." in shown
    assert "-n, --topn 정수" in shown
    assert not re.search("INTEGER|FLOAT|RANGE", shown)


KOREAN = read_catalogue("ko", "messages")
ENTRIES = parse_po((TRANSLATIONS / "ko" / "messages.po").read_text(encoding="utf-8"))
MESSAGES = {source: found for (context, source), found in ENTRIES.items() if found and not context}
# What may stand in a hole is found by itself.
PLAIN = {("", source): MESSAGES[source] for source in ("standard input", "Hangul", "{name}, line {number}")}


def test_every_message_is_in_korean_and_no_translation_is_of_none() -> None:
    found = {source: files for (_, source), files in messages().items()}
    # An older Click words some errors otherwise, and nobody writes Korean for it.
    older = tuple(map(int, version("click").split(".")[:2])) < (8, 5)
    missing = [source for source in found if not MESSAGES.get(source) and not (older and found[source] == {CLICK})]
    assert not missing, "python -m tests.messages adds these to messages.po; write the Korean there"
    assert older or not [source for source in MESSAGES if source not in found and source not in set(click_messages())]


def test_translations_say_all_that_is_in_the_holes_and_all_options() -> None:
    for source, translation in MESSAGES.items():
        assert set(re.findall(r"\{(\w+)", translation)) == set(re.findall(r"\{(\w+)", source)), source
        for hole in re.findall(r"\{[^{}]*\}", translation):
            assert re.fullmatch(r"\{\w+(![tmela])?(:[^/:{}]+/[^/:{}]+)?\}", hole), source
        for flag in re.findall(r"(?<![\w-])--?[a-z][\w-]*", source):
            assert flag in translation, source


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("ok.txt: read as weat (--kind)", "ok.txt: weat으로 읽었습니다 (--kind)"),
        (
            "m, t.txt: 1 of 4 sections have no question with an answer: target a (not in the vocabulary: qq)",
            "m, t.txt: 4개 부분 가운데 1개에는 답할 수 있는 질문이 없습니다: target a (어휘에 없습니다: qq)",
        ),
        (
            "Error: a; did you mean b.txt: no such file or folder",
            "오류: a; did you mean b.txt: 그런 파일이나 폴더가 없습니다",
        ),
    ],
)
def test_small_words_within_a_message_do_not_cut_it(message: str, expected: str) -> None:
    assert KOREAN.message(message) == expected


def test_every_message_finds_its_own_translation() -> None:
    lost = []
    for source, translation in MESSAGES.items():
        message = filled(source, translation)
        if KOREAN.translate(message) != (Catalogue({("", source): translation} | PLAIN).message(message), True):
            lost.append((message, KOREAN.message(message)))
    assert not lost
