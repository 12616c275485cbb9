"""Which encoding bytes are in: what is decided is right, what is named decodes to the text that it was."""

from __future__ import annotations

import codecs
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import W2v, real_data
from w2vcli.frequent import LANGUAGES
from w2vcli.text_encodings import decode_block, detect, remedy, remedy_by_hand, settle

KOREAN = "나는 어제 친구와 함께 도서관에 갔다가 책을 세 권 빌렸다.\n옛날 옛적에 왕과 왕비가 살았습니다.\n"
CHINESE = "他昨天去图书馆借了三本书，然后和朋友一起吃晚饭。\n从前有一个国王，他有三个女儿。\n"
TAIWAN = "他昨天去圖書館借了三本書，然後和朋友一起吃晚飯。\n從前有一個國王，他有三個女兒。\n"
JAPANESE = "昨日、友達と図書館に行って、本を三冊借りました。\nむかしむかし、王様とお妃様が住んでいました。\n"
RUSSIAN = "Вчера я пошёл в библиотеку с другом и взял три книги.\nЖили-были король и королева.\n"
FRENCH = "Hier, je suis allé à la bibliothèque. Où êtes-vous allés, garçon ?\nIl était une fois un roi très âgé.\n"
GERMAN = "Es war einmal ein König, der hatte eine schöne Tochter.\nDie Straße führt über die Brücke.\n"
POLISH = "Wczoraj poszedłem do biblioteki i wypożyczyłem trzy książki.\nBył sobie król i żyła królowa.\n"
TURKISH = "Dün arkadaşımla kütüphaneye gittim ve üç kitap aldım.\nGüzel kızı olan bir kral varmış.\n"
GREEK = "Χθες πήγα στη βιβλιοθήκη με έναν φίλο.\nΜια φορά κι έναν καιρό ήταν ένας βασιλιάς.\n"
HEBREW = "אתמול הלכתי לספרייה עם חבר ושאלתי שלושה ספרים.\nהיה היה מלך שהייתה לו בת.\n"
ARABIC = "ذهبت أمس إلى المكتبة مع صديق واستعرت ثلاثة كتب.\nكان يا ما كان ملك له ابنة جميلة.\n"
THAI = "เมื่อวานฉันไปห้องสมุดกับเพื่อนและยืมหนังสือสามเล่ม\nกาลครั้งหนึ่งมีพระราชาองค์หนึ่ง\n"
ENGLISH = "once upon a time there was a king\nand the king had a daughter\n"

OLDER = [
    (KOREAN, ("cp949", "euc_kr", "johab")),
    (CHINESE, ("gbk", "gb18030", "gb2312")),
    (TAIWAN, ("big5", "cp950", "big5hkscs")),
    (JAPANESE, ("cp932", "shift_jis", "euc_jp")),
    (RUSSIAN, ("cp1251", "koi8_r", "cp866", "iso8859_5")),
    (FRENCH, ("cp1252", "latin_1", "cp850", "mac_roman")),
    (GERMAN, ("cp1252", "latin_1")),
    (POLISH, ("cp1250", "iso8859_2")),
    (TURKISH, ("cp1254",)),
    (GREEK, ("cp1253", "iso8859_7")),
    (HEBREW, ("cp1255",)),
    (ARABIC, ("cp1256",)),
    (THAI, ("cp874",)),
]
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


def parts(text: str, lengths: tuple[int, ...] = (12, 30, 1000)) -> Iterator[str]:
    """Yield parts of a text that differ in where they begin and in how long they are."""
    for length in lengths:
        for start in range(0, max(len(text) - length, 1), 5):
            yield text[start : start + length]


@pytest.mark.parametrize(("text", "encodings"), OLDER)
def test_an_older_encoding_is_never_decided_and_is_among_the_ones_named(text: str, encodings: tuple[str, ...]) -> None:
    asked = named = first = 0
    for encoding in encodings:
        for part in parts(text):
            data = part.encode(encoding)
            if data.isascii():
                continue
            found = detect(data, whole=True)
            assert found.encoding is None
            readings = [decode_block(data, name, whole=True) for name in found.fitting]
            asked, named, first = asked + 1, named + (part in readings), first + (readings[:1] == [part])
    assert named >= 0.95 * asked
    assert first >= 0.75 * asked


@pytest.mark.parametrize(("text", "encodings"), OLDER)
def test_of_a_whole_text_the_first_encoding_named_is_the_right_one(text: str, encodings: tuple[str, ...]) -> None:
    data = text.encode(encodings[0])
    assert decode_block(data, detect(data, whole=True).fitting[0]) == text


def test_no_korean_review_is_decided_to_be_what_it_is_not() -> None:
    import gzip

    with gzip.open(real_data("nsmc/nsmc-150k.tsv.gz"), "rt", encoding="utf-8") as lines:
        reviews = [line.split("\t")[1] for line in lines][1:]
    rng = random.Random(1)
    first = 0
    for _ in range(200):
        text = "\n".join(rng.sample(reviews, 5))
        data = text.encode("cp949", "ignore")
        found = detect(data)
        assert found.encoding is None
        first += decode_block(data, found.fitting[0]) == data.decode("cp949")
    assert first >= 198


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("text", [ENGLISH, KOREAN, CHINESE, RUSSIAN, FRENCH, ARABIC, ENGLISH.replace("\n", "\r\n")])
def test_utf_16_and_32_without_a_mark_are_decided_by_their_zero_bytes(encoding: str, text: str) -> None:
    for part in parts(text, (30, 1000)):
        found = detect(part.encode(encoding), whole=True).encoding
        assert found in {encoding, None}
    assert detect((text * 5).encode(encoding)).encoding == encoding


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("asked", ["utf-8", "cp949", "latin-1", "utf-16"])
def test_a_mark_says_the_encoding_whatever_was_asked_for(encoding: str, asked: str) -> None:
    settled = settle(asked, KOREAN.encode(encoding))
    assert (settled.encoding, settled.marked) == (encoding, True)
    assert settled.instead == (asked[:6].rstrip("-") != encoding[:6].rstrip("-"))


def test_what_was_asked_for_stays_where_nothing_else_is_decided() -> None:
    assert settle("cp949", KOREAN.encode("cp949")).encoding == "cp949"
    assert settle("utf-8", KOREAN.encode("cp949")).encoding == "utf-8"
    assert settle("utf-16-be", ENGLISH.encode("utf-16-le")).encoding == "utf-16-be"
    assert settle("utf-16", ENGLISH.encode("utf-16-be")).encoding == "utf-16-be"


@pytest.mark.parametrize(
    "data", [b"hello world\0 and more words\nhere\n" * 20, bytes(range(256)) * 4, b"\x89PNG\r\n\0\0\0\r"]
)
def test_text_with_a_zero_byte_and_what_is_no_text_at_all_are_binary(data: bytes) -> None:
    assert detect(data).binary


@pytest.mark.parametrize(("text", "encoding"), [(KOREAN, "utf-8"), (KOREAN, "cp949"), (CHINESE, "gb18030")])
def test_a_character_cut_at_the_end_of_a_block_is_no_error(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    for end in range(40, len(data)):
        found = detect(data[:end])
        assert (found.encoding or found.fitting[0]) == encoding


def test_a_few_bad_bytes_in_utf_8_are_damage_and_not_another_encoding() -> None:
    data = (KOREAN * 3).encode() + b"\xff\n" + KOREAN.encode()
    assert detect(data).damaged
    assert "--encoding-errors replace" in remedy(data, "utf-8", data.index(b"\xff"))


def test_escapes_of_iso_2022_are_decided_although_they_are_ascii() -> None:
    assert detect(JAPANESE.encode("iso2022_jp")).encoding == "iso2022_jp"
    assert detect(KOREAN.encode("iso2022_kr")).encoding == "iso2022_kr"


def test_what_iconv_is_called_with_is_known_to_it(tmp_path: Path) -> None:
    if shutil.which("iconv") is None:
        pytest.skip("iconv is not installed")
    known = subprocess.run(["iconv", "-l"], capture_output=True, text=True, check=True).stdout.upper()
    names = {name.strip("/ ") for line in known.splitlines() for name in line.replace(",", " ").split()}
    for language in LANGUAGES:
        for encoding in language.encodings:
            text = language.frequent[:20] + " "
            data = (text * 10).encode(encoding, "ignore")
            found = remedy_by_hand(data)
            named = found.rpartition("iconv -f ")[2].partition(" ")[0]
            assert named in names, found


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ENGLISH.encode("utf-16-le") * 4, None),
        (KOREAN.encode("utf-16-be") * 4, None),
        (KOREAN.encode("utf-16") * 1, None),
        ((KOREAN * 4).encode("utf-32"), None),
        (KOREAN.encode("cp949"), "cp949"),
        (CHINESE.encode("gbk"), "gb18030"),
        (JAPANESE.encode("shift_jis"), "cp932"),
        (RUSSIAN.encode("cp1251"), "cp1251"),
        (RUSSIAN.encode("koi8_r"), "koi8_r"),
        (FRENCH.encode("cp1252"), "cp1252"),
        (b"king\0queen", None),
        ("서울".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_a_corpus_is_read_right_or_refused_with_advice_that_works(w2v: W2v, data: bytes, encoding: str | None) -> None:
    Path("corpus.txt").write_bytes(data)
    asked = ["train", "corpus.txt", "-o", "m", "--min-count", 1, "--epochs", 1, "--no-held-out"]
    first = w2v(*asked)
    if encoding is None and first.status == 0:
        assert "read as UTF-" in first.err
        return
    assert first.status == 1
    assert len(first.err.splitlines()) == 1
    if encoding is None:
        assert "in no encoding that is known" in first.err
        return
    assert f"it may be --encoding {encoding} (" in first.err
    assert w2v(*asked, "--encoding", encoding).status == 0
    words = w2v("words", "--json").json if "words" in w2v("--help").out else []
    text = data.decode(encoding)
    assert all(row["word"] in text for row in words)


@pytest.mark.parametrize("encoding", ["idna", "punycode", "rot13", "undefined", "klingon"])
def test_what_is_no_encoding_of_text_is_refused_as_such(w2v: W2v, encoding: str) -> None:
    Path("corpus.txt").write_text(ENGLISH)
    run = w2v("train", "corpus.txt", "--encoding", encoding)
    assert run.status == 2
    assert "no encoding of text" in run.err


def test_a_test_set_in_another_encoding_is_refused_with_advice_that_works(w2v: W2v, toy: object) -> None:
    for encoding in ("cp949", "utf-16-le"):
        Path("set.tsv").write_bytes("king\tqueen\t9\n왕\t왕비\t8\n소녀는\t소년을\t7\nman\twoman\t3\n".encode(encoding))
        run = w2v("evaluate", "--set", "set.tsv")
        assert run.status == 1
        assert f"--encoding {encoding} (" in run.err
        assert w2v("evaluate", "--set", "set.tsv", "--encoding", encoding).status == 0


def test_a_file_of_words_in_another_encoding_is_refused_with_what_makes_it_utf_8(w2v: W2v, toy: object) -> None:
    Path("words.txt").write_bytes("king\n왕비\n소녀\n".encode("cp949"))
    run = w2v("plot", "words.txt", "-o", "p.png")
    assert run.status == 1
    assert "iconv -f CP949 -t UTF-8" in run.err
    Path("words.txt").write_bytes("king\nqueen\nboy\ngirl\n".encode("utf-16"))
    assert w2v("plot", "words.txt", "-o", "p.png").status == 0


def test_all_encodings_that_are_named_are_known_to_python() -> None:
    assert all(codecs.lookup(name) for language in LANGUAGES for name in language.encodings)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_text_that_breaks_off_within_a_character_is_no_other_encoding(encoding: str) -> None:
    data = "the king\n".encode(encoding) + b"\x01"
    assert remedy(data, encoding, len(data) - 1) == (
        "it breaks off within a character; --encoding-errors replace reads the rest"
    )


def test_a_pdf_is_no_text_in_another_encoding() -> None:
    data = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" * 20
    assert "it is a PDF" in remedy(data, "utf-8", 10)
