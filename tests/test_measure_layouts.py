"""Layouts of public test sets, as their files begin: read right, or refused with advice that works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from w2vcli.errors import DamagedInput
from w2vcli.measure.sets import EvaluationSet, Item, forms, read_set


def read(tmp_path: Path, text: str, kind: str | None = None, name: str = "set") -> EvaluationSet:
    (tmp_path / name).write_text(text)
    return read_set(str(tmp_path / name), kind)  # type: ignore[arg-type]


def words(found: EvaluationSet) -> list[tuple[str, ...]]:
    return [item.words for item in found.items]


FOUR = [("man", "woman", "king", "queen"), ("boy", "girl", "prince", "princess"), ("son", "daughter", "uncle", "aunt")]
PAIRS = [("tiger", "cat"), ("king", "queen"), ("man", "woman")]
SCORES = [7.35, 8.58, 8.3]


@pytest.mark.parametrize(
    ("text", "section"),
    [
        (",type,word1,word2,word3,target\n{0},family,{1},{2},{3},{4}\n", "family"),
        ("Unnamed: 0,category,word_a,word_b,word_c,word_d\n{0},family,{1},{2},{3},{4}\n", "family"),
        ("id\ta\tb\tc\td\tsection\n{0}\t{1}\t{2}\t{3}\t{4}\tfamily\n", "family"),
        ("a,b,c,d\n{1},{2},{3},{4}\n", ""),
        ("a,a*,b,b*\n{1},{2},{3},{4}\n", ""),
        ("index;w1;w2;w3;w4;relation\n{0};{1};{2};{3};{4};family\n", "family"),
        ("word4,word1,word2,word3\n{4},{1},{2},{3}\n", ""),
        ("{0} {1} {2} {3} {4}\n", ""),
        ("{1} {2} {3} NN_NNS {4}\n", "NN_NNS"),
        ("NN_NNS\t{1}\t{2}\t{3}\t{4}\n", "NN_NNS"),
        (": family\n{1} {2} {3} {4}\n", "family"),
        (": family\n{1}\t{2}\t{3}\t{4}\n", "family"),
        ('"{1}" "{2}" "{3}" "{4}"\n', ""),
        ("단어1,단어2,단어3,단어4,범주\n{1},{2},{3},{4},family\n", "family"),
    ],
    ids=range(14),
)
def test_tables_of_analogies(tmp_path: Path, text: str, section: str) -> None:
    *heading, row = text.splitlines(keepends=True)
    lines = "".join(heading) + "".join(row.format(at, *four) for at, four in enumerate(FOUR))
    found = read(tmp_path, lines)
    assert (found.kind, words(found), found.invalid) == ("analogies", FOUR, [])
    assert {item.section for item in found.items} == {section}
    assert ("heading" in found.layout) == bool(heading and not heading[0].startswith(":"))


@pytest.mark.parametrize(
    "text",
    [
        "{0}\t{1}\t{2}\t{3}\n",
        ",word1,word2,similarity\n{0},{1},{2},{3}\n",
        "Word 1,Word 2,Human (mean),1,2,3\n{1},{2},{3},7,8,9\n",
        "# Word 1\tWord 2\tHuman (mean)\n{1}\t{2}\t{3}\n",
        "# word1\tword2\tcount\tsimilarity\n{1}\t{2}\t100\t{3}\n",
        "word1\tword2\tfrequency\tscore\n{1}\t{2}\t1{0}\t{3}\n",
        "score,word1,word2\n{3},{1},{2}\n",
        "{3} {1} {2}\n",
        "{1}\t{2}\tV\t{3}\tSYNONYMS\n",
        "word1\tword2\tPOS\tSimLex999\tconc(w1)\tconc(w2)\tSD(SimLex)\n{1}\t{2}\tN\t{3}\t2.7\t2.8\t1.29\n",
        "{1}\t{2}\t{3}\t7\t8\t10\t9\n",
        "id{0}\tn\t{1}\t{2}\t{3}\n".replace("id{0}\tn\t", "{0}\t"),
        "{0}\t{1}\tn\t{2}\tn\tit was a <b>{1}</b> that ran far away here\tthe <b>{2}</b> was not seen"
        " again by us\t{3}\t7.0\t8.0\n",
        '"word1" "word2" "score"\n"1{0}" "{1}" "{2}" {3}\n',
        "word1;word2;score\n{1};{2};{3}\n",
        "Wort eins;Wort zwei;Wert\n{1};{2};{3}\n",
        "{1}, {2}, {3}\n",
        "{1}|{2}|{3}\n",
        "word1,word2,score\n{1},{2},{3}%\n",
        "# t = identical\nt\t{1}\t{2}\t{3}\n",
        "{1};{2};{3};\n",
        "#WORD1;WORD2;HUMANSCORE\n{1};{2};{3}\n",
        "pairID,word1,word2,similarity,association\n{0},{1},{2},{3},5.5\n",
    ],
    ids=range(23),
)
@pytest.mark.parametrize("comma", [False, True], ids=["point", "comma"])
def test_tables_of_pairs(tmp_path: Path, text: str, comma: bool) -> None:
    *heading, row = text.splitlines(keepends=True)
    if comma and "," in row:
        return
    scores = [str(score).replace(".", ",") if comma else str(score) for score in SCORES]
    found = read(
        tmp_path,
        "".join(heading)
        + "".join(row.format(at, *pair, score) for at, (pair, score) in enumerate(zip(PAIRS, scores, strict=True))),
    )
    assert (found.kind, words(found), found.invalid) == ("pairs", PAIRS, [])
    assert [item.score for item in found.items] == SCORES


def test_pairs_of_one_relation_with_several_right_answers(tmp_path: Path) -> None:
    found = read(tmp_path, "amazing\tamazingly\nbig\tbigger/larger\nhot\thotter\n")
    assert (found.kind, found.several, len(found.items)) == ("analogies", True, 6)
    assert found.items[0] == Item(2, "", ("amazing", "amazingly", "big", "bigger/larger"))
    # Files of BATS are known by their names, since few of them have several answers.
    bats = read(tmp_path, "album\talbums\nyear\tyears\n", name="I01 [noun - plural_reg].txt")
    assert (bats.kind, words(bats)) == (
        "analogies",
        [("album", "albums", "year", "years"), ("year", "years", "album", "albums")],
    )
    named = read(tmp_path, "word1,word2,section\na,as,one\nb,bs,one\nx,y,two\nz,w,two\n")
    assert [(item.words, item.section) for item in named.items] == [
        (("a", "as", "b", "bs"), "one"),
        (("b", "bs", "a", "as"), "one"),
        (("x", "y", "z", "w"), "two"),
        (("z", "w", "x", "y"), "two"),
    ]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("king\troyal\napple\tfood\n", {"categories": 2, "analogies": 2}),
        ("family man woman king queen\nfamily boy girl prince princess\n", {"analogies": 2, "odd": 2}),
        ("cat animal isa\ndog animal isa\noak tree isa\nelm tree isa\n", {"odd": 4}),
        ("one 1 two 2\nthree 3 four 4\n", {"analogies": 2, "pairs": 2}),
        ("word1,word2,word3\nman,boy,king\ncat,dog,oak\n", {"odd": 2}),
        ("word1,word2\nman,boy\ncat,dog\n", {"analogies": 2, "categories": 2}),
        ("word1,word2,rating\nman,boy,low\ncat,dog,high\n", {"analogies": 2}),
        ("vast | big | far | odd | red\nlaw | rule | cat | dog | oak\n", {"odd": 2}),
    ],
    ids=["two-words", "five-words", "triples", "numbers", "three-names", "two-names", "no-numbers", "choices"],
)
def test_where_several_kinds_fit_the_kind_is_asked_for(tmp_path: Path, text: str, kinds: dict[str, int]) -> None:
    with pytest.raises(DamagedInput, match="say --kind ") as refused:
        read(tmp_path, text)
    named = re.findall(r"--kind (\w+)", str(refused.value))
    assert {kind: len(read(tmp_path, text, kind).items) for kind in named} == kinds


@pytest.mark.parametrize(
    ("text", "message", "mended"),
    [
        (
            "tiger,cat,7,35\nking,queen,8,58\n",
            "two numbers between commas, as in tiger,cat,7,35, may be one with a decimal comma",
            "tiger;cat;7,35\nking;queen;8,58\n",
        ),
        (
            "word1,word2,score\ntiger,cat,7,35\nking,queen,8,58\n",
            "line 2 has 4 fields between commas under 3 names",
            'word1,word2,score\ntiger,cat,"7,35"\nking,queen,"8,58"\n',
        ),
        (
            "tiger,cat,feline,7.35\nking,queen,royal,8.58\nman,woman,human,8.3\n",
            "which two of columns 1, 2, 3 are the words",
            "word1, word2, x, score\ntiger,cat,feline,7.35\nking,queen,royal,8.58\n",
        ),
        (
            "word1,word2,similarity,relatedness\ntiger,cat,7.35,9\nking,queen,8.58,9\n",
            "which of the columns similarity, relatedness is the score",
            "word1,word2,mean score,relatedness\ntiger,cat,7.35,9\nking,queen,8.58,9\n",
        ),
    ],
    ids=["decimal-commas", "decimal-commas-and-names", "three-words", "two-scores"],
)
def test_advice_works_when_it_is_obeyed(tmp_path: Path, text: str, message: str, mended: str) -> None:
    with pytest.raises(DamagedInput, match=message):
        read(tmp_path, text)
    found = read(tmp_path, mended)
    assert words(found) == PAIRS[:2]
    assert [item.score for item in found.items] == SCORES[:2]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('50.0 "sofa:couch"\n40.0 "car:auto"\n', "SemEval-2012"),
        ("vehicle:car\nemotion:rage\n", "SemEval-2012"),
        ("alligator-n\tamphibian\tcoord\tcrocodile-n\nant-n\tinsect\tmero\tleg-n\n", "BLESS"),
        ("/a/1\t/r/IsA\t/c/en/cat\n/a/2\t/r/IsA\t/c/en/dog\n", "ConceptNet"),
        ("<!DOCTYPE html>\n<html>\na b c d\n", "web page"),
        ('{"word1": "a", "word2": "b", "score": 1}\n', "JSON"),
        ('[\n{"word1": "a"}\n]\n', "JSON"),
    ],
)
def test_what_is_no_kind_of_test_set_is_refused_by_its_name(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DamagedInput, match=message):
        read(tmp_path, text)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_line_ends(tmp_path: Path, line_end: str, encoding: str) -> None:
    (tmp_path / "set").write_bytes(line_end.join(["a,b,c", 'd,"e",f', ""]).encode(encoding))
    found = read_set(str(tmp_path / "set"))
    assert words(found) == [("a", "b", "c"), ("d", "e", "f")]
    assert [item.line for item in found.items] == [1, 2]


def test_words_with_tags_are_known_with_and_without_them(tmp_path: Path) -> None:
    men = read(tmp_path, "sun-n sunlight-n 50.000000\nrun-v red-j 12.000000\n")
    assert men.tagged
    assert forms(men, "sun-n") == ["sun-n", "sun"]
    concepts = read(tmp_path, "/c/en/sun\t/c/en/sun_light/n\t50\n")
    assert forms(concepts, "/c/en/sun_light/n") == ["/c/en/sun_light/n", "sun_light"]
    plain = read(tmp_path, "vitamin-a sun 50\n")
    assert forms(plain, "vitamin-a") == ["vitamin-a"]


def test_outliers_by_their_column(tmp_path: Path) -> None:
    found = read(tmp_path, "category,word1,word2,outlier,word3\nfruit,apple,pear,king,plum\n")
    assert (found.kind, words(found)) == ("odd", [("apple", "pear", "plum", "king")])


def test_a_list_of_pairs_that_makes_too_many_questions_is_refused(tmp_path: Path) -> None:
    lines = "".join(f"w{at}\tx{at}/y{at}\n" for at in range(501))
    with pytest.raises(DamagedInput, match="501 pairs of one relation"):
        read(tmp_path, lines)
    assert len(read(tmp_path, lines, "categories").items) == 501


@pytest.mark.parametrize("between", [" ", ", ", ",", "; ", "\t"])
def test_lists_that_begin_with_their_name_are_categories(tmp_path: Path, between: str) -> None:
    file = tmp_path / "lists.txt"
    lists = {"fruit": "apple banana mango", "colour": "red green blue", "animal": "cat dog horse"}
    file.write_text("".join(f"{name}: {words.replace(' ', between)}\n" for name, words in lists.items()))
    found = read_set(str(file))
    assert found.kind == "categories"
    assert [(item.section, *item.words) for item in found.items][:4] == [
        ("fruit", "apple"),
        ("fruit", "banana"),
        ("fruit", "mango"),
        ("colour", "red"),
    ]
    assert len(found.items) == 9
    assert len(read_set(str(file), "odd").items) == 3


@pytest.mark.parametrize(
    "lines",
    [
        "king - man + woman = queen\nboy - man + woman = girl\n",
        "king is to queen as man is to woman\nboy is to girl as man is to woman\n",
    ],
)
def test_sentences_of_analogies_are_no_odd_ones_out(tmp_path: Path, lines: str) -> None:
    file = tmp_path / "set.txt"
    file.write_text(lines)
    with pytest.raises(DamagedInput, match=r"leave four words in a line.*--kind odd"):
        read_set(str(file))
    assert len(read_set(str(file), "odd").items) == 2


def test_an_archive_is_no_test_set(tmp_path: Path) -> None:
    file = tmp_path / "set.tar"
    file.write_bytes(b"set.txt" + bytes(505) + b"king queen man\n" + bytes(497))
    with pytest.raises(DamagedInput, match="zero bytes"):
        read_set(str(file))


def test_a_folder_is_refused_with_its_files(tmp_path: Path) -> None:
    (tmp_path / "I01 [noun - plural_reg].txt").write_text("album\talbums\nboy\tboys\n")
    with pytest.raises(DamagedInput, match=r"is a folder; give its files: --set '.*/I01 \[noun - plural_reg\]\.txt'"):
        read_set(str(tmp_path))
