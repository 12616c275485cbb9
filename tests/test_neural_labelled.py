"""Labelled texts as people have them: parts, tables, files for each label, archives; labels that are none."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from w2vcli.errors import BadCorpus, DamagedInput
from w2vcli.neural.labelled_texts.label_files import Columns, Labelled
from w2vcli.neural.labelled_texts.labelled import read_labelled
from w2vcli.neural.labelled_texts.parts import TEST, TRAIN, VALIDATION, part_called, part_in
from w2vcli.reporting import Silent


class Heard(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def note(self, message: str) -> None:
        self.messages.append(message)

    warn = note


def folder(path: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        file = path / "d" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    return path / "d"


def zipped(path: Path, files: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path / "d.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"wrapper/{name}", text)
    return path / "d.zip"


def tarred(path: Path, files: dict[str, str | bytes]) -> Path:
    with tarfile.open(path / "d.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path / "d.tar.gz"


each_container = pytest.mark.parametrize("make", [folder, zipped, tarred])


def read(path: Path, part: str = TRAIN, told: Heard | None = None, **columns: str) -> dict[str, list[str]]:
    found = read_labelled(path, part, Columns(**columns), told or Heard())
    labelled: dict[str, list[str]] = {}
    for text, label in zip(found.texts, found.labels, strict=True):
        labelled.setdefault(label, []).append(text)
    return {label: sorted(texts) for label, texts in sorted(labelled.items())}


def refused(path: Path, part: str = TRAIN, **columns: str) -> str:
    with pytest.raises((BadCorpus, DamagedInput)) as raised:
        read(path, part, None, **columns)
    [line] = str(raised.value).splitlines()
    return line


@pytest.mark.parametrize(
    ("train", "valid", "test"),
    [
        ("train", "valid", "test"),
        ("Train", "Dev", "Test"),
        ("TRAINING", "VALIDATION", "TESTING"),
        ("20news-bydate-train", "20news-bydate-val", "20news-bydate-test"),
        ("news_train", "news_dev", "news_test"),
        ("train-set", "validation.set", "testset"),
    ],
)
@each_container
def test_parts_are_known_by_whatever_they_are_called(
    tmp_path: Path, make: object, train: str, valid: str, test: str
) -> None:
    files = {f"{part}/{label}/1.txt": f"{part} {label}" for part in (train, valid, test) for label in ("neg", "pos")}
    path = make(tmp_path, files)  # type: ignore[operator]
    for part, name in ((TRAIN, train), (VALIDATION, valid), (TEST, test)):
        assert read(path, part) == {"neg": [f"{name} neg"], "pos": [f"{name} pos"]}


def test_names_of_parts() -> None:
    assert [part_called(name) for name in ("Train", "dev", "TEST", "tested", "x-train")] == [
        TRAIN,
        VALIDATION,
        TEST,
        None,
        None,
    ]
    assert [part_in(name) for name in ("ratings_train", "train-00000-of-00002", "contest", "latest", "restrain")] == [
        TRAIN,
        TRAIN,
        None,
        None,
        None,
    ]


@each_container
def test_to_validate_the_part_to_test_with_is_read_and_never_that_to_train_on(tmp_path: Path, make: object) -> None:
    files = {f"{part}/{label}/1.txt": f"{part} {label}" for part in ("train", "test") for label in ("neg", "pos")}
    path = make(tmp_path, files)  # type: ignore[operator]
    assert read(path, VALIDATION) == {"neg": ["test neg"], "pos": ["test pos"]}
    (tmp_path / "only").mkdir()
    only = make(tmp_path / "only", {name: text for name, text in files.items() if "train" in name})  # type: ignore[operator]
    assert "there is no part validation in it, only train" in refused(only, VALIDATION)


@each_container
def test_the_same_labels_in_two_folders_are_refused(tmp_path: Path, make: object) -> None:
    path = make(tmp_path, {f"{part}/{label}/1.txt": "x" for part in ("one", "two") for label in ("neg", "pos")})  # type: ignore[operator]
    line = refused(path)
    assert "the label neg has several folders" in line or "the label pos has several folders" in line
    if make is folder:
        assert read(path / "one") == {"neg": ["x"], "pos": ["x"]}  # as the line says


@each_container
def test_a_file_above_the_folders_of_labels_has_no_label(tmp_path: Path, make: object) -> None:
    told = Heard()
    files = {"README": "read me", "pos/1.txt": "good", "neg/1.txt": "bad", "docs/LICENSE.txt": "free"}
    assert read(make(tmp_path, files), told=told) == {"neg": ["bad"], "pos": ["good"]}  # type: ignore[operator]
    [message] = told.messages
    assert "left out, since they are in no folder of a label" in message
    assert "README" in message
    assert "LICENSE" in message


def test_files_that_are_no_text_are_left_out_and_said(tmp_path: Path) -> None:
    told = Heard()
    path = folder(
        tmp_path, {"pos/1.txt": "good", "pos/Thumbs.db": b"\0\1\2\xff", "neg/1.txt": "bad", "neg/.x": b"\xff"}
    )
    assert read(path, told=told) == {"neg": ["bad"], "pos": ["good"]}
    assert told.messages == ["1 files were left out, since they are not text: pos/Thumbs.db"]


def test_labels_are_composed_as_they_are_typed(tmp_path: Path) -> None:
    apart = unicodedata.normalize("NFD", "긍정")
    path = zipped(tmp_path, {f"{apart}/1.txt": "좋다", "부정/1.txt": "나쁘다"})
    assert sorted(read(path)) == sorted(["긍정", "부정"])


TABLE = "text,label\ngood film,pos\nbad film,neg\n"


@each_container
def test_tables_of_parts_in_a_folder_or_an_archive(tmp_path: Path, make: object) -> None:
    files = {
        "train.csv": TABLE,
        "test.csv": TABLE.replace("film", "book"),
        "README.md": "read me",
        "ratings.csv": TABLE,
    }
    path = make(tmp_path, files)  # type: ignore[operator]
    assert read(path) == {"neg": ["bad film"], "pos": ["good film"]}
    assert read(path, TEST) == {"neg": ["bad book"], "pos": ["good book"]}
    assert read(path, VALIDATION) == {"neg": ["bad book"], "pos": ["good book"]}


@each_container
def test_several_files_of_a_part_are_read_and_of_none_are_refused(tmp_path: Path, make: object) -> None:
    (tmp_path / "one").mkdir()
    shards = {f"data/train-0000{n}-of-00002.jsonl": json.dumps({"text": f"t{n}", "label": n}) for n in (0, 1)}
    told = Heard()
    assert read(make(tmp_path / "one", shards), told=told) == {"0": ["t0"], "1": ["t1"]}  # type: ignore[operator]
    assert any("2 tables are read" in message for message in told.messages)
    assert "has 2 tables" in refused(make(tmp_path, {"a.csv": TABLE, "b.csv": TABLE}))  # type: ignore[operator]


@each_container
@pytest.mark.parametrize("names", [("rt.neg", "rt.pos"), ("neg.txt", "pos.txt"), ("neg", "pos")])
def test_a_file_for_each_label_has_a_text_a_line(tmp_path: Path, make: object, names: tuple[str, str]) -> None:
    told = Heard()
    files = dict(zip(names, ("bad film\n\nawful\n", "good\nfine film\n"), strict=True))
    expected = {"neg": ["awful", "bad film"], "pos": ["fine film", "good"]}
    assert read(make(tmp_path, files), told=told) == expected  # type: ignore[operator]
    assert any("read as a file for each label, with a text a line: neg 2, pos 2" in line for line in told.messages)


def test_a_folder_of_texts_is_no_folder_of_labels(tmp_path: Path) -> None:
    assert "no labelled texts" in refused(folder(tmp_path, {"a.txt": "one text", "b.txt": "another"}))


def test_lines_of_fasttext(tmp_path: Path) -> None:
    told = Heard()
    path = folder(tmp_path, {"x.txt": "__label__pos good film\n__label__neg bad , film\n\n"}) / "x.txt"
    assert read(path, told=told) == {"neg": ["bad , film"], "pos": ["good film"]}
    assert "as fastText has them" in told.messages[0]
    path.write_text("__label__a x\n__label__a __label__b y\n")
    assert "line 2 has 2 labels" in refused(path)


@pytest.mark.parametrize(
    "heading",
    [("review", "sentiment"), ("Document", "LABEL"), ("content", "stars"), ("내용", "감정"), ("title", "topic")],
)
def test_columns_are_known_by_their_usual_names_and_said(tmp_path: Path, heading: tuple[str, str]) -> None:
    told = Heard()
    path = folder(tmp_path, {"t.csv": f"id,{heading[0]},{heading[1]}\n1,good,pos\n2,bad,neg\n"}) / "t.csv"
    assert read(path, told=told) == {"neg": ["bad"], "pos": ["good"]}
    assert told.messages[0].endswith(
        f"texts are in column {heading[0]}, labels in column {heading[1]} (--column, --label)"
    )


def test_columns_that_are_not_clear_are_refused_with_the_option_that_names_them(tmp_path: Path) -> None:
    def line(data: str, **columns: str) -> str:
        return refused(folder(tmp_path, {"t.csv": data}) / "t.csv", **columns)

    assert "texts may be in review, comment; name the column with --column" in line("review,comment,label\na,b,c\n")
    assert "has no column label; it has: text, x; name the one of the labels with --label" in line("text,x\na,1\n")
    assert line("text,x\na,1\n", label="y").endswith("t.csv has no column y; it has: text, x (--label)")
    assert line("text,x\na,1\n", text="y").endswith("t.csv has no column y; it has: text, x (--column)")
    assert "--column" not in line("text,x\na,1\n")


def test_a_table_without_a_header_is_guessed_and_said(tmp_path: Path) -> None:
    told = Heard()
    data = "".join(f"{'ham' if n % 3 else 'spam'}\ta text with the number {n}\n" for n in range(12))
    path = folder(tmp_path, {"SMSSpamCollection": data}) / "SMSSpamCollection"
    assert {label: len(texts) for label, texts in read(path, told=told).items()} == {"ham": 8, "spam": 4}
    assert "there is no header; texts are in column 2, labels in column 1" in told.messages[0]
    numbered = folder(tmp_path, {"t.csv": "0,1467,a text\n0,1468,another\n4,1469,more\n"}) / "t.csv"
    assert read(numbered, text="3", label="1") == {"0": ["a text", "another"], "4": ["more"]}


def test_a_header_with_unknown_names_is_no_text(tmp_path: Path) -> None:
    path = folder(tmp_path, {"t.csv": "v1,v2\n" + "ham,a text\nspam,another text\n" * 5}) / "t.csv"
    assert "it has: v1, v2; name the one of the texts with --column" in refused(path)
    assert sorted(read(path, text="v2", label="v1")) == ["ham", "spam"]


def test_a_column_of_parts(tmp_path: Path) -> None:
    told = Heard()
    data = "text,label,split\n" + "".join(f"{part} {n},{n},{part}\n" for part in ("train", "test") for n in (0, 1))
    path = folder(tmp_path, {"t.csv": data}) / "t.csv"
    assert read(path, told=told) == {"0": ["train 0"], "1": ["train 1"]}
    assert any("2 of 4 rows are read, those whose split is train" in message for message in told.messages)
    assert read(path, TEST) == read(path, VALIDATION) == {"0": ["test 0"], "1": ["test 1"]}
    path.write_text(data.replace("train\n", "a\n").replace("test\n", "b\n"))
    assert len(read(path, told=told)["0"]) == 2
    assert "column split is not used" in told.messages[-1]


ROWS = [(f"{part} {n}", n, part) for part in ("train", "test") for n in (0, 1)]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("type", {"train": "train", "test": "test"}),
        ("dataset", {"train": "Training", "test": "Test"}),
        ("is_train", {"train": "True", "test": "False"}),
        ("is_test", {"train": "0", "test": "1"}),
        ("is_valid", {"train": "0", "test": "1"}),
    ],
)
def test_a_column_of_parts_by_whatever_name_keeps_the_texts_to_test_with_out(
    tmp_path: Path, column: str, values: dict[str, str]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        f"text,label,{column}\n" + "".join(f"{text},{label},{values[part]}\n" for text, label, part in ROWS)
    )
    told = Heard()
    assert read(path, told=told) == {"0": ["train 0"], "1": ["train 1"]}
    assert any(f"2 of 4 rows are read, those whose {column} is train" in message for message in told.messages)
    assert read(path, VALIDATION) == {"0": ["test 0"], "1": ["test 1"]}


def test_rows_of_no_part_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [*ROWS, ("extra 0", 0, ""), ("extra 1", 1, "unsup")]
    path.write_text("text,label,split\n" + "".join(f"{text},{label},{part}\n" for text, label, part in rows))
    told = Heard()
    assert read(path, told=told) == {"0": ["train 0"], "1": ["train 1"]}
    assert any("rows of no part are left out, by their split: empty 1, unsup 1" in line for line in told.messages)


@each_container
@pytest.mark.parametrize("name", ["{part}_{label}.txt", "{label}-{part}.txt"])
def test_a_file_for_each_label_and_part(tmp_path: Path, make: object, name: str) -> None:
    texts = {"neg": "awful {part}\nbad {part}\n", "pos": "fine {part}\ngood {part}\n"}
    files = {
        name.format(part=part, label=label): text.format(part=part)
        for part in ("train", "test")
        for label, text in texts.items()
    }
    path = make(tmp_path, files)  # type: ignore[operator]
    assert read(path) == {"neg": ["awful train", "bad train"], "pos": ["fine train", "good train"]}
    assert read(path, TEST) == {"neg": ["awful test", "bad test"], "pos": ["fine test", "good test"]}


@pytest.mark.parametrize("names", [("labels.txt", "texts.txt"), ("train_labels.txt", "train_text.txt")])
def test_texts_and_labels_in_two_files_are_no_classes_and_the_advice_helps(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    contents = ["0\n1\n0\n1\n", "bad film\ngood film\nbad book\ngood book\n"]
    path = folder(tmp_path, dict(zip(names, contents, strict=True)))
    assert f"paste {names[0]} {names[1]} > table.tsv" in refused(path)
    rows = zip(*(text.splitlines() for text in contents), strict=True)
    table = tmp_path / "table.tsv"
    table.write_text("".join("\t".join(row) + "\n" for row in rows))
    assert read(table) == {"0": ["bad book", "bad film"], "1": ["good book", "good film"]}


@each_container
def test_tables_in_folders_are_no_texts_of_labels(tmp_path: Path, make: object) -> None:
    files = {f"{name}/{part}.csv": TABLE for name in ("plain", "other") for part in ("train", "test")}
    message = refused(make(tmp_path, files))  # type: ignore[operator]
    assert "has 2 tables: " in message
    assert "other/train.csv" in message


@pytest.mark.parametrize("above", ["\n\n", "sep=;\r\n", '\ufeff"sep=;"\n'])
def test_lines_above_the_heading_are_no_rows(tmp_path: Path, above: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{above}text;label\ngood film;pos\nbad film;neg\n", newline="")
    assert read(path) == {"neg": ["bad film"], "pos": ["good film"]}


def labelled(path: Path, labels: list[str]) -> Path:
    rows = [["text", "label"], *([f"text {n}", label] for n, label in enumerate(labels))]
    with open(path / "t.csv", "w", newline="") as file:
        csv.writer(file).writerows(rows)
    return path / "t.csv"


def test_missing_labels_are_left_out_and_counted(tmp_path: Path) -> None:
    told = Heard()
    path = labelled(tmp_path, ["pos", "NaN", "neg", "None", "", "null", "N/A", "pos", "none"])
    assert {label: len(texts) for label, texts in read(path, told=told).items()} == {"neg": 1, "none": 1, "pos": 2}
    assert (
        "5 texts were left out, since their label is missing (NaN 1, None 1, empty 1, null 1, N/A 1)"
        in told.messages[1]
    )


def test_labels_that_differ_in_writing_are_one_and_said(tmp_path: Path) -> None:
    told = Heard()
    path = labelled(tmp_path, ["pos", "Pos", " pos", "neg", "NEG", "neg", "neg "])
    assert {label: len(texts) for label, texts in read(path, told=told).items()} == {"neg": 4, "pos": 3}
    assert "taken for one: Pos (1), NEG (1)" in told.messages[1]
    assert sorted(read(labelled(tmp_path, ["1", "1.0", "0.0", "0"]))) == ["0", "1"]


@pytest.mark.parametrize("name", ["t.jsonl", "t.parquet"])
def test_a_text_has_one_label(tmp_path: Path, name: str) -> None:
    def written(labels: list[list[str]]) -> Path:
        rows = [{"text": f"text {n}", "labels": each} for n, each in enumerate(labels)]
        if name == "t.jsonl":
            (tmp_path / name).write_text("\n".join(map(json.dumps, rows)))
        else:
            pa = pytest.importorskip("pyarrow")
            pytest.importorskip("pyarrow.parquet").write_table(pa.Table.from_pylist(rows), tmp_path / name)
        return tmp_path / name

    assert read(written([["a"], ["b"], []])) == {"a": ["text 0"], "b": ["text 1"]}
    assert "labels has 2 labels; a text has one here" in refused(written([["a"], ["a", "b"]]))


def test_a_part_to_validate_with_is_told(tmp_path: Path) -> None:
    for files in (
        {f"{part}/{label}/1.txt": part for part in ("train", "dev") for label in "ab"},
        {"train.csv": TABLE, "valid.csv": TABLE, "sample.csv": TABLE},
        {"t.csv": "text,label,split\nx,a,train\ny,b,train\nz,a,dev\n"},
    ):
        told = Heard()
        (tmp_path / str(len(files))).mkdir()
        read(folder(tmp_path / str(len(files)), dict(files)), told=told)
        assert any("there is a part to validate with as well; --validation-data" in line for line in told.messages)
        assert len(files) != 3 or any("left out, since they are of no part: sample.csv" in m for m in told.messages)


@each_container
def test_the_read_me_of_movie_reviews_and_parts_of_fasttext(tmp_path: Path, make: object) -> None:
    files = {"rt-polarity.pos": "a\nb\n", "rt-polarity.neg": "c\nd\n", "rt-polaritydata.README.1.0.txt": "read\nme\n"}
    assert read(make(tmp_path, files)) == {"neg": ["c", "d"], "pos": ["a", "b"]}  # type: ignore[operator]
    (tmp_path / "ft").mkdir()
    lines = {f"{part}.ft.txt": f"__label__1 {part}\n__label__2 {part}\n" for part in ("train", "test")}
    assert read(make(tmp_path / "ft", lines), TEST) == {"1": ["test"], "2": ["test"]}  # type: ignore[operator]


def test_a_workbook_is_no_archive_of_texts(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a": "x"})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("[Content_Types].xml", "<xml/>")
    assert "is a document of an office program; save its text as .txt, or its table as .csv" in refused(path)


def test_scores_are_no_labels(tmp_path: Path) -> None:
    line = refused(labelled(tmp_path, [f"{n / 7:.3f}" for n in range(70)]))
    assert "label is a column of numbers, 70 distinct ones from 0 to 9.857 for 70 texts: scores, not labels" in line
    assert "--label" in line
    assert sorted(read(labelled(tmp_path, [str(n % 10) for n in range(70)]))) == sorted(map(str, range(10)))
    assert "70 distinct labels for 70 texts" in refused(labelled(tmp_path, [f"id{n}" for n in range(70)]))


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt", "t.jsonl"])
def test_what_is_no_text_is_one_line(tmp_path: Path, name: str) -> None:
    path = folder(tmp_path, {name: "text,label\na\0b,pos\n"}) / name
    assert "this is not text, since it has zero bytes" in refused(path)


def test_a_zip_that_breaks_off_is_one_line(tmp_path: Path) -> None:
    path = zipped(tmp_path, {f"{label}/{n}.txt": "word " * 50 for label in ("a", "b") for n in range(20)})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert "the archive is damaged or breaks off" in refused(path)


def test_utf_16_texts_are_read_and_said(tmp_path: Path) -> None:
    told = Heard()
    path = folder(tmp_path, {"t.csv": TABLE.encode("utf-16")}) / "t.csv"
    assert read(path, told=told) == {"neg": ["bad film"], "pos": ["good film"]}
    assert "read as UTF-16" in told.messages[0]


def test_nothing_is_lost_of_many_texts(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"{label}/{n}.txt": f"{label} {n}" for label in "abc" for n in range(50)}
    for make in (folder, zipped, tarred):
        found: Labelled = read_labelled(make(tmp_path, files), TRAIN, Columns(), Heard())
        assert Counter(found.labels) == dict.fromkeys("abc", 50)
        assert all(text.startswith(label) for text, label in zip(found.texts, found.labels, strict=True))
