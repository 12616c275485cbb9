"""fastText's models: as gensim and fastText themselves read them, for words within and outside the vocabulary."""

from __future__ import annotations

import base64
import gzip
import random
import struct
import tracemalloc
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import W2v
from tests.gensim_oracle import FastText, load_facebook_vectors, save_facebook_model
from tests.test_corpus_encoded import Told
from w2vcli.errors import DamagedInput
from w2vcli.models.directory import Model, open_model_directory
from w2vcli.models.formats import blocks
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.loading import load_vectors
from w2vcli.models.subwords import _hashes, ngram_rows, ngrams

SENTENCES = [["king", "queen", "소녀", "👩‍🌾", "девочка", "</s>", "é", "a\u00a0b", "x"]] * 5
OUTSIDE = ["kings", "소년", "👩‍🚀", "девушка", "ü", "</s>s", "queenlike" * 5, "ab", "King"]
# minn, maxn, bucket. fastText takes a minn of 0 for 1; without a maxn there are no n-grams.
SETTINGS = [(3, 6, 2000), (3, 6, 1), (1, 4, 7), (0, 3, 50), (2, 2, 100), (5, 5, 3), (1, 1, 5), (3, 0, 9)]
settings_of_ngrams = pytest.mark.parametrize(("minn", "maxn", "bucket"), SETTINGS)


def train(minn: int, maxn: int, bucket: int, folder: Path) -> Any:
    """Write ``m.bin`` and return what gensim reads of it."""
    trained = FastText(
        SENTENCES, vector_size=4, min_count=1, min_n=minn, max_n=maxn, bucket=bucket, workers=1, epochs=20, seed=1
    )
    save_facebook_model(trained, str(folder / "m.bin"))
    return load_facebook_vectors(str(folder / "m.bin"))


def load(path: Path, **reading: Any) -> Model:
    load_vectors(path, path.with_suffix(".w2v"), ReadOptions(**reading), Told(), force=True)
    return open_model_directory(path.with_suffix(".w2v"))


def assert_close(found: Any, expected: Any) -> None:
    assert found is not None
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)  # gensim adds in float32


# --- as gensim reads them


@settings_of_ngrams
@pytest.mark.parametrize("block_bytes", [1, blocks.BLOCK_BYTES])
def test_words_have_the_vectors_and_counts_that_gensim_gives_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minn: int, maxn: int, bucket: int, block_bytes: int
) -> None:
    keyed = train(minn, maxn, bucket, tmp_path)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", block_bytes)
    found = load(tmp_path / "m.bin")
    assert list(found.words) == keyed.index_to_key
    # fastText gives the end of a sentence no n-grams, which gensim does.
    expected = keyed.vectors.copy()
    expected[keyed.key_to_index["</s>"]] = keyed.vectors_vocab[keyed.key_to_index["</s>"]]
    assert_close(found.vectors[:], expected)
    assert found.counts is not None
    assert found.counts.tolist() == [5] * len(SENTENCES[0])


@settings_of_ngrams
def test_words_outside_the_vocabulary_have_the_vectors_that_gensim_gives_them(
    tmp_path: Path, minn: int, maxn: int, bucket: int
) -> None:
    keyed = train(minn, maxn, bucket, tmp_path)
    found = load(tmp_path / "m.bin")
    assert (found.subwords is None) is (not maxn)
    for word in (word for word in OUTSIDE if maxn):
        expected = keyed.get_vector(word)
        if np.any(expected):
            assert_close(found.vector_of_unknown(word), expected)
        else:  # gensim's word for: it has no n-grams
            assert found.vector_of_unknown(word) is None


def test_of_the_first_rows_only_the_others_are_outside_the_vocabulary(tmp_path: Path) -> None:
    train(3, 6, 50, tmp_path)
    whole = load(tmp_path / "m.bin")
    first = load(tmp_path / "m.bin", limit=2)
    assert list(first.words) == list(whole.words)[:2]
    assert_close(first.vectors[:], whole.vectors[:2])
    assert_close(first.vector_of_unknown("kings"), whole.vector_of_unknown("kings"))


def test_the_lengths_of_ngrams_may_have_the_names_of_earlier_versions(tmp_path: Path) -> None:
    train(3, 6, 50, tmp_path)
    model = load(tmp_path / "m.bin")
    facts = model.path / "model.json"
    text = facts.read_text()
    assert ('"min_n": 3' in text, '"max_n": 6' in text) == (True, True)
    facts.write_text(text.replace('"min_n"', '"minn"').replace('"max_n"', '"maxn"'))
    (model.path / "model.json.sha256").unlink()
    older = open_model_directory(model.path)
    assert older.facts == model.facts
    assert_close(older.vector_of_unknown("kings"), model.vector_of_unknown("kings"))


# --- as fastText itself reads them

# Trained by fastText 0.9.2 on three words and an é; the numbers are those of its get_word_vector.
REAL = {
    "n-grams of 1 to 3": (
        "c-q?~=C9Agz`(!+#H>JU1jLL`HX~FVgjt|`W*|-hVqIsM*N@Dk>{+2|K|lgZ|A&I?%)E34HmD#&VQFe=9)fG5Uu=iqy=m)t-P!;)9SjbyM6ek"
        "+p)?beUQl*r9|(7^UA9kgb;&-Kt;+j4U1siG#;$Ht%y!r|S;y5*se6K*=bU|Z8}#1U<*bpi{d73QcJAAL8@nloZ4_4N*jAb4+QJ<UGkDXK^?Q^)"
        "f8LW9K4%Zx>vMZx4#?>7+xs|b!d|Wmd#syIzp@4Zs~AgN",
        {
            "king": (0.0958606824, 0.129499331),
            "queen": (0.111062884, 0.151179448),
            "</s>": (-0.159870207, -0.0748377517),
            "소녀": (0.0370613784, 0.0610853583),
            "é": (0.0704770461, 0.100405477),
        },
        {
            "kings": (0.0955477208, 0.122523278),
            "ü": (0.194927737, 0.244537175),
            "소": (0.039958261, 0.0549289808),
        },
    ),
    "n-grams of 0 to 2": (
        "c-q?~=C9Agz`(!+#H>JU1jLL`HX~FVgjpCM0K`rKVqIsM*N@Dk>{+2|K|lgZ|A&I?%)E34HmD#&VQFe=9)fG5Uu=iqy=m)t-P*vw4C5bOiC{BuB"
        "H0ZB3(BtS1L4JO%l2&(D%r=fRe4{h%gnvY*wt-{*$&$tR(G?zQZUiZ_{SbQ^T0QDW<P{%U*!AS&RZ^NvvOgW4a=GPHgO5Ews42T3|=vR@19F5*!"
        "HTdT(T!2`{5p#15O={-}__U{Jr~j9<ZLJ`r8@+%_K}#",
        {
            "king": (0.0801551715, 0.112339191),
            "queen": (0.11029622, 0.154219136),
            "</s>": (-0.159870207, -0.0748377517),
            "소녀": (0.0258919653, 0.0499264859),
            "é": (0.0731481314, 0.105943397),
        },
        {
            "kings": (0.113928765, 0.144534662),
            "ü": (0.249180198, 0.312071443),
            "소": (0.0330271497, 0.0465698838),
        },
    ),
    "no n-grams": (
        "c-q?~=C9Agz`(!+#H>JU1jLL`HX~FVgpolC5bHY2ynbXRWzPy#3jz{Q`acw8XXd3du)%Z{mZqlWA-FdB#dZkZo3@_Utqly!F#h3{2sYe&m^&7fU"
        "D*f1Q_gJMcjagEK9;S@`#N1_?p?;NZd1&5*mf_MvYn=Ts~v_$A=eW&3ml?$XX$a<>An7G3$tLtx+ykVl0kbn>{z+?joZq-01~!3d;",
        {
            "king": (-0.414967537, -0.414967537),
            "queen": (-0.347263932, -0.257765412),
            "</s>": (-0.159870207, -0.0748377517),
            "소녀": (0.0101946946, 0.0952271447),
            "é": (0.159220651, 0.260308534),
        },
        {"kings": None, "ü": None, "소": None},
    ),
}


@pytest.mark.parametrize(("packed", "inside", "outside"), list(REAL.values()), ids=list(REAL))
def test_words_have_the_vectors_that_fasttext_gives_them(
    tmp_path: Path, packed: str, inside: dict[str, Any], outside: dict[str, Any]
) -> None:
    (tmp_path / "m.bin").write_bytes(zlib.decompress(base64.b85decode(packed)))
    found = load(tmp_path / "m.bin")
    assert list(found.words) == list(inside)
    assert_close(found.vectors[:], list(inside.values()))
    for word, expected in outside.items():
        if expected is None:
            assert found.vector_of_unknown(word) is None
        else:
            assert_close(found.vector_of_unknown(word), expected)


def test_ngrams_are_those_between_the_marks_but_the_marks_alone() -> None:
    assert list(ngrams("ab", 1, 3)) == ["<a", "<ab", "a", "ab", "ab>", "b", "b>"]
    assert list(ngrams("소", 2, 9)) == ["<소", "<소>", "소>"]
    assert list(ngrams("", 1, 9)) == ["<>"]
    assert list(ngrams("ab", 5, 9)) == []
    assert list(ngrams("ab", 0, 2)) == list(ngrams("ab", 1, 2))


# --- questions to a loaded model


@pytest.fixture
def keyed(w2v: W2v, tmp_path: Path) -> Any:
    """Make a model with n-grams of five characters the default one; what gensim reads of the same file."""
    found = train(5, 5, 20, tmp_path)
    assert w2v("load", tmp_path / "m.bin", "-o", "fast").status == 0
    return found


def similarities(vectors: npt.ArrayLike, keyed: Any, but: Sequence[str]) -> list[tuple[str, float]]:
    """Return the words in descending cosine to the mean of the directions of ``vectors``."""
    words = [word for word in keyed.index_to_key if word not in but]
    table = np.stack([keyed.vectors_vocab[0] if word == "</s>" else keyed[word] for word in words]).astype(float)
    table[words.index("</s>")] = keyed.vectors_vocab[keyed.key_to_index["</s>"]]
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    asked = np.atleast_2d(np.asarray(vectors, dtype=float))
    mean = (asked / np.linalg.norm(asked, axis=1, keepdims=True)).mean(axis=0)
    cosines = unit @ (mean / np.linalg.norm(mean))
    return [(words[row], cosines[row]) for row in np.argsort(-cosines)]


def assert_answers(found: list[dict[str, Any]], expected: list[tuple[str, float]], column: str = "similarity") -> None:
    assert [row["word"] for row in found] == [word for word, _ in expected]
    np.testing.assert_allclose([row[column] for row in found], [value for _, value in expected], atol=1e-5)


def test_the_vector_of_a_word_outside_the_vocabulary(w2v: W2v, keyed: Any) -> None:
    run = w2v("vector", "kings", "девушка", "--json")
    assert run.status == 0
    assert_close([row["vector"] for row in run.json], [keyed["kings"], keyed["девушка"]])


@pytest.mark.parametrize("words", [["kings"], ["queenly", "девушка"], ["queenly", "king"]])
def test_words_outside_the_vocabulary_have_neighbours(w2v: W2v, keyed: Any, words: list[str]) -> None:
    found = w2v("similar", *words, "-n", 4, "--json").json
    assert_answers(found, similarities([keyed[word] for word in words], keyed, words)[:4])


def test_words_outside_the_vocabulary_in_an_analogy(w2v: W2v, keyed: Any) -> None:
    found = w2v("analogy", "queenly", "king", "-", "девушка", "-n", 3, "--json").json
    signs = np.array([[1.0], [1.0], [-1.0]])
    vectors = np.stack([keyed["queenly"], keyed["king"], keyed["девушка"]]).astype(float)
    assert_answers(found, similarities(vectors * signs, keyed, ["king"])[:3])


def test_two_words_outside_the_vocabulary_have_a_similarity(w2v: W2v, keyed: Any) -> None:
    found = w2v("similarity", "queenly", "kings", "--json").json
    assert found[0]["similarity"] == pytest.approx(keyed.similarity("queenly", "kings"), abs=1e-5)


@pytest.mark.parametrize("command", [["vector"], ["similar"], ["analogy", "king", "-"]])
def test_a_word_without_ngrams_is_unknown(w2v: W2v, keyed: Any, command: list[str]) -> None:
    assert not np.any(keyed.get_vector("ab"))
    run = w2v(*command, "ab")
    assert (run.status, run.out) == (3, "")
    assert run.err.startswith("Error: not in the vocabulary: ab")


# --- damage


def settings_bytes(**changed: float) -> bytes:
    given = {"magic": 793712314, "version": 12, "dim": 2, "ws": 5, "epoch": 1, "min_count": 1, "neg": 5}
    given |= {"word_ngrams": 1, "loss": 2, "model": 2, "bucket": 3, "minn": 2, "maxn": 3, "update": 100}
    known = {name: changed.get(name, value) for name, value in given.items()}
    return struct.pack("<14id", *known.values(), changed.get("sample", 1e-4))


def dictionary_bytes(names: Sequence[bytes] = (b"a", b"b"), **changed: int) -> bytes:
    given = {"size": len(names), "words": len(names), "labels": 0, "tokens": 9, "pruned": -1}
    known = {name: changed.get(name, value) for name, value in given.items()}
    entries = (word + b"\0" + struct.pack("<qb", 7, 0) for word in names)
    return struct.pack("<3i2q", *known.values()) + b"".join(entries)


def matrix_bytes(rows: int = 5, dim: int = 2, *, quantized: bool = False, values: int = 10) -> bytes:
    return struct.pack("<?2q", quantized, rows, dim) + np.arange(values, dtype="<f4").tobytes()


def test_the_file_that_is_damaged_below_is_whole(tmp_path: Path) -> None:
    (tmp_path / "m.bin").write_bytes(settings_bytes(maxn=0) + dictionary_bytes() + matrix_bytes())
    assert load(tmp_path / "m.bin").vectors[:].tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (settings_bytes(version=11), "format version 11; only 12 is read"),
        (settings_bytes(dim=0), "promises 0 values"),
        (settings_bytes(dim=-5), "promises -5 values"),
        (settings_bytes(dim=1 << 30), "promises 1,073,741,824 values"),
        (settings_bytes()[:40], "ends within its dictionary or settings"),
        (settings_bytes(), "ends within its dictionary or settings"),
        (settings_bytes() + dictionary_bytes(size=3), "3 entries are not 2 words and 0 labels"),
        (settings_bytes() + dictionary_bytes(size=-2, words=-2), "-2 entries"),
        (settings_bytes() + dictionary_bytes(size=0, words=5, labels=-5), "0 entries are not 5 words and -5 labels"),
        (settings_bytes() + dictionary_bytes(words=1, labels=1), "a fastText classifier or is pruned"),
        (settings_bytes() + dictionary_bytes(pruned=1), "a fastText classifier or is pruned"),
        (settings_bytes() + dictionary_bytes(size=2**31 - 1, words=2**31 - 1), "no end|ends within"),
        (settings_bytes() + dictionary_bytes([b"a" * 70_000]), "a word of the dictionary has no end"),
        (settings_bytes() + dictionary_bytes(), "ends within its dictionary or settings"),
        (settings_bytes() + dictionary_bytes() + matrix_bytes(quantized=True), r"is quantized \(\.ftz\)"),
        (settings_bytes() + dictionary_bytes() + matrix_bytes(dim=3), "a matrix of 5 x 3 does not fit 2 words"),
        (settings_bytes() + dictionary_bytes() + matrix_bytes(rows=4), "a matrix of 4 x 2 does not fit 2 words"),
        (settings_bytes() + dictionary_bytes() + matrix_bytes(rows=-5), "a matrix of -5 x 2 does not fit"),
        (settings_bytes(bucket=-1) + dictionary_bytes() + matrix_bytes(rows=1), "does not fit 2 words, -1 buckets"),
        (settings_bytes(bucket=-3) + dictionary_bytes([]) + matrix_bytes(rows=-3), "does not fit 0 words, -3 buckets"),
        (settings_bytes(minn=-4) + dictionary_bytes() + matrix_bytes(), "n-grams of -4 to 3"),
        (settings_bytes(maxn=2**31 - 1) + dictionary_bytes() + matrix_bytes(), "n-grams of 2 to 2147483647"),
        (settings_bytes() + dictionary_bytes() + matrix_bytes(values=9), "the file ends after 4 rows"),
        (
            settings_bytes(bucket=2**31 - 1) + dictionary_bytes() + matrix_bytes(rows=2**31 + 1),
            "2,147,483,649 x 2 values are promised",
        ),
        (settings_bytes() + dictionary_bytes([b"\xff", b"b"]) + matrix_bytes(), "is not utf-8; try --encoding-errors"),
        (settings_bytes() + dictionary_bytes([]) + matrix_bytes(rows=3), "there are no rows"),
    ],
)
def test_files_that_lie_are_told_in_a_line_and_leave_nothing(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "m.bin").write_bytes(data)
    with pytest.raises(DamagedInput, match=message) as caught:
        load(tmp_path / "m.bin")
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["m.bin"]


def test_a_file_that_breaks_off_is_told_wherever_it_does(tmp_path: Path) -> None:
    whole = settings_bytes() + dictionary_bytes() + matrix_bytes()
    for size in range(8, len(whole)):
        (tmp_path / "m.bin").write_bytes(whole[:size])
        with pytest.raises(DamagedInput, match=r"ends|no end"):
            load(tmp_path / "m.bin")
    assert [path.name for path in tmp_path.iterdir()] == ["m.bin"]


@pytest.mark.parametrize("where", [12, 52, 60, 64, 68, 72, 76, 84, 92, 93, 101, 113, 114, 122])
@pytest.mark.parametrize("number", [-1, -(2**31), 2**31 - 1, 2**24, 0])
def test_any_number_may_lie(tmp_path: Path, where: int, number: int) -> None:
    whole = bytearray(settings_bytes() + dictionary_bytes() + matrix_bytes())
    whole[where : where + 4] = struct.pack("<i", number)
    (tmp_path / "m.bin").write_bytes(whole)
    try:
        found = load(tmp_path / "m.bin")
    except DamagedInput:
        assert [path.name for path in tmp_path.iterdir()] == ["m.bin"]
    else:
        assert found.vectors.shape == (2, 2)


def test_a_model_that_is_compressed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.bin.gz").write_bytes(gzip.compress(settings_bytes() + dictionary_bytes() + matrix_bytes()))
    with pytest.raises(DamagedInput, match="unpack it into a file first"):
        load(tmp_path / "m.bin.gz")


def test_a_model_on_standard_input_is_refused(w2v: W2v) -> None:
    run = w2v("load", "-", stdin=settings_bytes() + dictionary_bytes() + matrix_bytes())
    assert (run.status, "unpack it into a file first" in run.err) == (1, True)


def test_memory_does_not_grow_with_a_word_of_many_ngrams(tmp_path: Path) -> None:
    """Ten thousand characters have a hundred thousand n-grams of 90 to 100 characters: 30 MB of text alone."""
    words = [b"\xea\xb0\x80" * 10_000, b"b"]
    data = settings_bytes(dim=50, minn=90, maxn=100) + dictionary_bytes(words) + matrix_bytes(5, 50, values=250)
    (tmp_path / "m.bin").write_bytes(data)
    tracemalloc.start()
    try:
        found = load(tmp_path / "m.bin")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(found.words) == 2
    assert peak < 25 << 20


def test_the_n_grams_of_many_words_are_those_of_each() -> None:
    letters = "ab<>é소녀👩\ud800 "
    rng = random.Random(0)
    for min_n, max_n in [(3, 6), (0, 1), (1, 4), (5, 3), (2, 200)]:
        words = [
            "".join(rng.choices(letters, k=size)) for size in [0, 1, 2, 3, 9, 30, 120, 9000 if max_n < 9 else 300, 5]
        ]
        starts, rows = ngram_rows(words, min_n, max_n, 1000)
        for at, word in enumerate(words):
            texts = [ngram.encode(errors="surrogatepass") for ngram in ngrams(word, min_n, max_n)]
            assert rows[starts[at] : starts[at + 1]].tolist() == (_hashes(texts) % 1000).tolist()
