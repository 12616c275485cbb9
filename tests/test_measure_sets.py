from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import real_data
from tests.gensim_oracle import NEEDS_GENSIM
from w2vcli.errors import DamagedInput
from w2vcli.measure.kinds import BUNDLED
from w2vcli.measure.sets import Item, expected, read_set


def read(tmp_path: Path, text: str | bytes, **options: object) -> tuple[str, list[Item], list[int]]:
    (tmp_path / "set").write_bytes(text.encode() if isinstance(text, str) else text)
    found = read_set(str(tmp_path / "set"), **options)  # type: ignore[arg-type]
    return found.kind, found.items, [line.line for line in found.invalid]


def words(items: list[Item]) -> list[tuple[str, ...]]:
    return [item.words for item in items]


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        (": one\na b c d\n: two\ne f g h\n", ["one", "two"]),
        (":one\n a  b\tc d\r\n\n:  two\r\ne f g h", ["one", "two"]),
        ("# one\na b c d\n# two\ne f g h\n", ["one", "two"]),
        ("\ufeff# 하나\na b c d\n## 둘\ne f g h\n", ["하나", "둘"]),
        ("# made by us\n: one\na b c d\n# half of it\n: two\ne f g h\n", ["one", "two"]),
        ("a,b,c,d\ne,f,g,h\n", ["", ""]),
        ("a\tb\tc\td\ne\tf\tg\th\n", ["", ""]),
    ],
    ids=range(7),
)
def test_layouts_of_analogies(tmp_path: Path, text: str, sections: list[str]) -> None:
    kind, items, invalid = read(tmp_path, text)
    assert (kind, words(items), invalid) == ("analogies", [tuple("abcd"), tuple("efgh")], [])
    assert [item.section for item in items] == sections
    lines = [line.strip() for line in text.split("\n")]
    assert all(lines[item.line - 1].startswith(item.words[0]) for item in items)


@pytest.mark.parametrize(
    "text",
    [
        "tiger\tcat\t7.35\nNew York\tcity\t10\n",
        "\ufefftiger,cat,7.35\nNew York,city,10\n",
        "tiger;cat;7,35\nNew York;city;10\n",
        '"tiger","cat","7.35"\n"New York","city","10"\n',
        "# Word 1\tWord 2\tHuman (mean)\ntiger\tcat\t7.35\n#\nNew York\tcity\t10\n",
        "Word 1,Word 2,Human (mean)\ntiger,cat,7.35\nNew York,city,10\n",
        "word1\tword2\tPOS\tSimLex999\tconc\ntiger\tcat\tN\t7.35\t2\nNew York\tcity\tN\t10\t3\n",
        "tiger\tcat\t7.35\t7\t8\nNew York\tcity\t10\t10\t10\n",
    ],
    ids=["tabs", "csv", "decimal-commas", "quotes", "comments", "heading", "simlex", "raters"],
)
def test_layouts_of_pairs(tmp_path: Path, text: str) -> None:
    kind, items, invalid = read(tmp_path, text)
    assert (kind, words(items), invalid) == ("pairs", [("tiger", "cat"), ("New York", "city")], [])
    assert [item.score for item in items] == [7.35, 10.0]


def test_pairs_between_blanks(tmp_path: Path) -> None:
    kind, items, _ = read(tmp_path, "tiger cat 7.35\n#metoo hashtag 1e1\n")
    assert (kind, words(items)) == ("pairs", [("tiger", "cat"), ("#metoo", "hashtag")])


@pytest.mark.parametrize(
    "text",
    [
        "king\troyal\nqueen\troyal\napple\tfood\npear\tfood\n",
        "king,royal\nqueen,royal\napple,food\npear,food\n",
        "royal,king\nroyal,queen\nfood,apple\nfood,pear\n",
        ",category,word\n0,royal,king\n1,royal,queen\n2,food,apple\n3,food,pear\n",
        "word;class\nking;royal\nqueen;royal\napple;food\npear;food\n",
        ": royal\nking\nqueen\n: food\napple\npear\n",
        "# royal\nking\nqueen\n# food\napple\npear",
    ],
    ids=["tabs", "commas", "category-first", "names", "names-without-index", "sections", "number-signs"],
)
def test_layouts_of_categories(tmp_path: Path, text: str) -> None:
    kind, items, invalid = read(tmp_path, text)
    assert (kind, words(items), invalid) == ("categories", [("king",), ("queen",), ("apple",), ("pear",)], [])
    assert [expected("categories", item) for item in items] == ["royal", "royal", "food", "food"]


def test_odd_ones_out(tmp_path: Path) -> None:
    kind, items, invalid = read(tmp_path, "apple pear king\nking queen prince duke pear\n")
    assert (kind, words(items), invalid) == (
        "odd",
        [("apple", "pear", "king"), ("king", "queen", "prince", "duke", "pear")],
        [],
    )
    assert [expected("odd", item) for item in items] == ["king", "pear"]
    assert read(tmp_path, "a b c d\ne f g h\n", kind="odd")[0] == "odd"  # four words look like an analogy


def test_lines_that_are_no_questions_are_named(tmp_path: Path) -> None:
    (tmp_path / "set").write_text(": s\na b c d\na b c\n\na b c d e\nf g h i\n")
    found = read_set(str(tmp_path / "set"))
    assert (found.kind, len(found.items)) == ("analogies", 2)
    assert [line.line for line in found.invalid] == [3, 5]
    assert found.invalid[0].message == "expected four words, found 3 fields: a b c"


def test_a_heading_is_told_from_a_damaged_first_line(tmp_path: Path) -> None:
    assert read(tmp_path, "word1,word2,score\na,b,1\nc,d,two\n")[2] == [3]
    assert read(tmp_path, "a b c\na b c d\ne f g h\n")[2] == [1]
    assert read(tmp_path, "a,b,nan\na,b,1\nc,d,inf\ne,f,2\n")[2] == [1, 3]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "has no question in it: expected lines of two words and a score; or four words; or"),
        (b": s\n", "has no question in it"),
        (b"one\ntwo\n", "has no question in it"),
        (b"a b 1\nc d \xff\n", "line 2 is not UTF-8; a test set is needed"),
        ("사과 배\n".encode("euc-kr"), "line 1 is not UTF-8"),
    ],
    ids=["empty", "sections-alone", "words-alone", "damaged", "euc-kr"],
)
def test_what_is_no_test_set(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(DamagedInput, match=message):
        read(tmp_path, data)


def test_a_kind_that_a_file_is_not(tmp_path: Path) -> None:
    with pytest.raises(DamagedInput, match="line 1: expected four words, found 3 fields: a b 1"):
        read(tmp_path, "a b 1\nc d 2\n", kind="analogies")


def test_encodings(tmp_path: Path) -> None:
    assert words(read(tmp_path, "사과,배,1\n".encode("euc-kr"), encoding="euc-kr")[1]) == [("사과", "배")]


_WORDS = st.text(st.characters(codec="utf-8", exclude_characters='\t\n\r\x00 ,;|:#"\ufeff'), min_size=1).filter(
    lambda word: word.strip(" ") == word and not word.replace(",", ".").replace(".", "").isnumeric()
)


@given(st.lists(st.tuples(_WORDS, _WORDS, _WORDS, _WORDS), min_size=1), st.sampled_from(["\t", " ", ","]))
def test_what_is_written_as_analogies_is_read(questions: list[tuple[str, ...]], separator: str) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(b": s\n" + b"".join(f"{separator.join(four)}\n".encode() for four in questions))
        file.flush()
        found = read_set(file.name, "analogies")
    assert (words(found.items), found.invalid) == (questions, [])


@NEEDS_GENSIM
def test_the_sets_that_come_with_gensim() -> None:
    found = {name: read_set(name) for name in BUNDLED}
    assert {name: (each.name, each.kind, len(each.items), each.invalid) for name, each in found.items()} == {
        "questions-words": ("questions-words", "analogies", 19_544, []),
        "wordsim353": ("wordsim353", "pairs", 353, []),
        "simlex999": ("simlex999", "pairs", 999, []),
    }
    assert len({item.section for item in found["questions-words"].items}) == 14


def test_korean_sets() -> None:
    for name, kind, count in (
        ("kor_analogy_semantic.txt", "analogies", 420),
        ("kor_analogy_syntactic.txt", "analogies", 840),
        ("kor_ws353.csv", "pairs", 323),
    ):
        found = read_set(str(real_data(f"benchmarks/korean/{name}")))
        assert (found.kind, len(found.items), found.invalid) == (kind, count, [])
    assert found.items[0] == Item(1, "", ("사랑", "섹스"), 6.77)
