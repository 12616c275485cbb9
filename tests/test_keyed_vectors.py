"""gensim is the oracle: a plain `KeyedVectors` with the same vectors gives the same answers."""

from __future__ import annotations

import copy
import doctest
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

import w2vcli
from tests.conftest import ROOT, MakeModel, W2v
from tests.gensim_oracle import KeyedVectors, datapath
from w2vcli.atomic import new_file
from w2vcli.errors import BadModel, OutputExists
from w2vcli.models import index
from w2vcli.models.directory import Model, new_model
from w2vcli.models.model_parts import INDEX
from w2vcli.models.registry import set_default

pytest.importorskip("gensim")
if TYPE_CHECKING:
    from w2vcli.models import keyed_vectors
else:
    keyed_vectors = import_module("w2vcli.models.keyed_vectors")

ODD_WORDS = [
    "왕비",
    "왕비".encode().decode(),
    "\u00a0",
    "a\u00a0b",
    "two\nlines",
    "back\\slash",
    "\\n",
    "tab\t",
    "😀",
    "",
]
WORDS = list(dict.fromkeys([*ODD_WORDS, *(f"w{row}" for row in range(500))]))
COUNTS = np.random.default_rng(5).permutation(len(WORDS)) + 1
Question = Callable[[KeyedVectors], Any]


def lengthy(dtype: str, words: int) -> np.ndarray:
    """Return vectors of various lengths that are stored as ``dtype``."""
    rng = np.random.default_rng(3)
    vectors = (rng.normal(size=(words, 40)) * rng.uniform(0.1, 9, size=(words, 1))).astype(np.float32)
    if dtype == "bfloat16":
        return (vectors.view(np.uint32) & 0xFFFF0000).view(np.float32)
    return vectors.astype(dtype).astype(np.float32)


def plain(model: Model) -> KeyedVectors:
    """Return what gensim has when the same words are added to it."""
    keyed = KeyedVectors(model.facts.vector_size)
    keyed.add_vectors(list(model.words), model.vectors[:])
    keyed.next_index = len(keyed)
    if model.counts is not None:
        keyed.expandos["count"] = np.array(model.counts)
    return keyed


def assert_same(ours: Any, gensims: Any) -> None:
    """Compare answers of any kind: words exactly, numbers to the last digits of a float32."""
    if isinstance(gensims, tuple | list):
        assert len(ours) == len(gensims)
        for one, other in zip(ours, gensims, strict=True):
            assert_same(one, other)
    elif isinstance(gensims, float | np.ndarray | np.floating):
        assert np.shape(ours) == np.shape(gensims)
        np.testing.assert_allclose(ours, gensims, rtol=1e-5, atol=1e-6)
    else:
        assert ours == gensims


@pytest.fixture(params=["float32", "bfloat16", "float16"])
def model(request: pytest.FixtureRequest, make_model: MakeModel) -> Model:
    made = make_model(WORDS, lengthy(request.param, len(WORDS)), counts=COUNTS.tolist())
    assert made.facts.dtype == request.param
    return made


@pytest.fixture
def both(model: Model) -> tuple[KeyedVectors, KeyedVectors]:
    return w2vcli.open_model(model.path), plain(model)


QUESTIONS: dict[str, Question] = {
    "len": len,
    "in": lambda kv: [word in kv for word in [*WORDS, "xyzzy", "w", "\ud800", 3, 10**6]],
    "word": lambda kv: kv["왕비"],
    "row": lambda kv: kv[3],
    "words": lambda kv: kv[["w1", "two\nlines", "w1"]],
    "get_vector": lambda kv: [kv.get_vector(word, norm=True) for word in ODD_WORDS],
    "get_index": lambda kv: [kv.get_index(word) for word in WORDS] + [kv.get_index(7), kv.get_index("xyzzy", -1)],
    "has_index_for": lambda kv: [kv.has_index_for(word) for word in ("w1", "xyzzy", "\u00a0")],
    "get_mean_vector": lambda kv: kv.get_mean_vector(["w1", "\u00a0", "xyzzy"], weights=[1, -2, 9]),
    "get_normed_vectors": lambda kv: kv.get_normed_vectors(),
    "get_vecattr": lambda kv: [kv.get_vecattr(word, "count") for word in WORDS],
    "most_similar": lambda kv: kv.most_similar("w1", topn=20),
    "most_similar odd": lambda kv: [kv.most_similar(word, topn=3) for word in ODD_WORDS],
    "most_similar analogy": lambda kv: kv.most_similar(["w1", "w2"], ["w3"]),
    "most_similar weights": lambda kv: kv.most_similar([("w1", 2.0), kv["w2"]], [("w3", -0.3), 5]),
    "most_similar all": lambda kv: kv.most_similar("w1", topn=None),
    "most_similar none": lambda kv: kv.most_similar("w1", topn=0),
    "most_similar restrict_vocab": lambda kv: kv.most_similar("w400", restrict_vocab=50),
    "most_similar clip": lambda kv: kv.most_similar("w1", clip_start=100, clip_end=200),
    "most_similar_cosmul": lambda kv: kv.most_similar_cosmul(["w1", "w2"], ["w3"], topn=20),
    "most_similar_to_given": lambda kv: kv.most_similar_to_given("w1", ["w2", "w3", "왕비"]),
    "similar_by_word": lambda kv: kv.similar_by_word("w1"),
    "similar_by_key": lambda kv: kv.similar_by_key("w1", topn=5, restrict_vocab=200),
    "similar_by_vector": lambda kv: kv.similar_by_vector(kv["w1"] + kv["w2"]),
    "similarity": lambda kv: kv.similarity("w1", "\u00a0"),
    "n_similarity": lambda kv: kv.n_similarity(["w1", "w2"], ["w3", "\u00a0"]),
    "relative_cosine_similarity": lambda kv: kv.relative_cosine_similarity("w1", "w2"),
    "distance": lambda kv: kv.distance("w1", "w2"),
    "distances": lambda kv: kv.distances("w1"),
    "distances to some": lambda kv: kv.distances("w1", ["w2", "\u00a0"]),
    "rank": lambda kv: kv.rank("w1", "w2"),
    "closer_than": lambda kv: kv.closer_than("w1", "w2"),
    "words_closer_than": lambda kv: kv.words_closer_than("w1", "w2"),
    "rank_by_centrality": lambda kv: kv.rank_by_centrality(["w1", "w2", "왕비", "xyzzy"]),
    "doesnt_match": lambda kv: kv.doesnt_match(["w1", "w2", "왕비"]),
    "index_to_key": lambda kv: [list(kv.index_to_key), kv.index_to_key[np.int64(3)], kv.index_to_key[-1]],
    "key_to_index": lambda kv: dict(kv.key_to_index),
}


@pytest.mark.filterwarnings("ignore:Call to deprecated")
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_answers_as_gensim(both: tuple[KeyedVectors, KeyedVectors], question: Question) -> None:
    ours, gensims = both
    assert_same(question(ours), question(gensims))


UNKNOWN: dict[str, Question] = {
    "word": lambda kv: kv["xyzzy"],
    "words": lambda kv: kv[["w1", "xyzzy"]],
    "row": lambda kv: kv[10**6],
    "most_similar": lambda kv: kv.most_similar("xyzzy"),
    "similarity": lambda kv: kv.similarity("w1", "\ud800"),
    "key_to_index": lambda kv: kv.key_to_index["xyzzy"],
    "count": lambda kv: kv.get_vecattr("xyzzy", "count"),
}


@pytest.mark.parametrize("question", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_words_as_gensim(both: tuple[KeyedVectors, KeyedVectors], question: Question) -> None:
    messages = []
    for keyed in both:
        with pytest.raises(KeyError) as caught:
            question(keyed)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_word_movers_distance_as_gensim(both: tuple[KeyedVectors, KeyedVectors]) -> None:
    pytest.importorskip("ot", reason="POT is not installed")
    ours, gensims = (keyed.wmdistance(["w1", "w2", "왕비"], ["w3", "xyzzy", "\u00a0"]) for keyed in both)
    assert_same(ours, gensims)


@pytest.mark.parametrize("dummy4unknown", [True, False])
def test_evaluations_as_gensim(make_model: MakeModel, tmp_path: Path, dummy4unknown: bool) -> None:
    pairs = Path(datapath("wordsim353.tsv"))
    analogies = tmp_path / "analogies.txt"
    lines = Path(datapath("questions-words.txt")).read_text(encoding="utf-8").splitlines(keepends=True)
    analogies.write_text("".join([*lines[:150], *lines[600:650]]), encoding="utf-8")
    texts = pairs.read_text(encoding="utf-8") + analogies.read_text(encoding="utf-8")
    words = sorted(set(re.findall("[A-Za-z]+", texts)))[::-1]
    made = make_model(words, lengthy("float32", len(words)))
    ours, gensims = w2vcli.open_model(), plain(made)
    options = {"restrict_vocab": 500, "dummy4unknown": dummy4unknown}
    assert_same(ours.evaluate_word_pairs(pairs, **options), gensims.evaluate_word_pairs(pairs, **options))
    assert_same(
        ours.evaluate_word_analogies(analogies, **options), gensims.evaluate_word_analogies(analogies, **options)
    )
    assert isinstance(ours.key_to_index, keyed_vectors.LazyRows)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning", "ignore:overflow:RuntimeWarning")
def test_vectors_without_direction_as_gensim(make_model: MakeModel) -> None:
    vectors = [[1, 0], [0, 0], [np.nan, 1], [0.3, 1], [np.inf, 1], [1, 0.1]]
    made = make_model(["a", "zero", "nan", "b", "inf", "c"], vectors)
    ours, gensims = w2vcli.open_model(), plain(made)
    for topn in (None, 2):
        assert_same(ours.most_similar("a", topn=topn), gensims.most_similar("a", topn=topn))
    for word in ("zero", "nan"):
        assert_same(ours.get_vector(word, norm=True), gensims.get_vector(word, norm=True))
    assert_same(ours.norms[:4], np.linalg.norm(gensims.vectors[:4], axis=1))


def test_norms_are_gensim_s(both: tuple[KeyedVectors, KeyedVectors]) -> None:
    ours, gensims = both
    gensims.fill_norms()
    np.testing.assert_allclose(ours.norms, gensims.norms, rtol=1e-6)
    assert ours.norms.dtype == gensims.norms.dtype


def test_without_index_gensim_computes_the_norms(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(model.path / INDEX)
    monkeypatch.setattr(index, "make_index", refuse)
    with pytest.warns(UserWarning, match="no index can be written"):
        ours = w2vcli.open_model()
    assert ours.norms is None
    assert_same(ours.most_similar("w1"), plain(model).most_similar("w1"))


def test_nothing_is_copied(model: Model) -> None:
    keyed = w2vcli.open_model(model.path)
    assert type(keyed.vectors) is type(keyed.norms) is np.ndarray
    assert isinstance(keyed.vectors.base, np.memmap)
    assert isinstance(keyed.norms.base, np.memmap)
    assert keyed.vectors.dtype == np.float32
    keyed.most_similar("w1")
    assert isinstance(keyed.index_to_key, keyed_vectors.LazyKeys)
    assert isinstance(keyed.norms.base, np.memmap)


def test_a_model_without_words_and_without_counts(make_model: MakeModel) -> None:
    make_model(["a"], [[1.5]])
    assert w2vcli.open_model().expandos == {}
    with new_model(Path("empty.w2v").absolute(), 3) as writer:
        writer.finish(source={})
    empty = w2vcli.open_model("empty.w2v")
    assert (len(empty), empty.vectors.shape, list(empty.index_to_key), dict(empty.key_to_index)) == (0, (0, 3), [], {})


# Which model


def test_a_model_has_a_name_or_a_path_or_is_the_default(
    make_model: MakeModel, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = make_model(["one"], [[1]], "one"), make_model(["two"], [[2]], "two")
    set_default(one.path)
    assert w2vcli.open_model().index_to_key == ["one"]
    assert w2vcli.open_model("two").index_to_key == ["two"]
    assert w2vcli.open_model(str(two.path)).index_to_key == ["two"]
    assert w2vcli.open_model(two.path).index_to_key == ["two"]
    monkeypatch.chdir(two.path.parent)
    set_default(one.path.rename("two"))  # a folder without the suffix
    Path("two").rename("here.w2v")
    assert w2vcli.open_model(Path("here")).index_to_key == ["one"]
    monkeypatch.setenv("W2V_MODEL", "two")
    assert w2vcli.open_model().index_to_key == ["two"]
    with pytest.raises(BadModel, match="did you mean two"):
        w2vcli.open_model("twoo")


def test_the_public_face() -> None:
    assert w2vcli.__all__ == ["Model", "W2vWarning", "load", "open_model", "train"]
    code = "import sys, w2vcli; print([name for name in ('numpy', 'gensim', 'click') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"


# The vectors as float32


def float32_files(model: Model) -> list[Path]:
    return list(model.path.glob("float32-*.npy"))


@pytest.fixture
def half(make_model: MakeModel) -> Model:
    """A model of bfloat16."""
    return make_model(["a", "b"], [[1, 2], [1.5, 2]])


def refuse(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_float32_is_not_written_twice(make_model: MakeModel) -> None:
    made = make_model(["a", "b"], [[0.1, 2], [1, 2]])
    keyed = w2vcli.open_model()
    assert made.facts.dtype == "float32"
    assert Path(keyed.vectors.base.filename) == made.path / "vectors.npy"
    assert not float32_files(made)


def test_other_types_are_written_as_float32_once(half: Model) -> None:
    first = w2vcli.open_model()
    (file,) = float32_files(half)
    written = file.stat().st_mtime_ns
    second = w2vcli.open_model()
    assert file.stat().st_mtime_ns == written
    assert Path(first.vectors.base.filename) == Path(second.vectors.base.filename) == file
    assert np.load(file).tolist() == [[1, 2], [1.5, 2]]


def test_a_copied_model_needs_no_new_float32_file(half: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    w2vcli.open_model()
    subprocess.run(["cp", "-r", half.path, "copy.w2v"], check=True)
    monkeypatch.setattr(keyed_vectors, "_write_float32", refuse)
    with pytest.warns(UserWarning, match="the index of .* is made again"):
        copied = w2vcli.open_model("copy.w2v")
    assert copied.vectors.tolist() == [[1, 2], [1.5, 2]]


def test_float32_vectors_of_another_model_are_not_used(half: Model, make_model: MakeModel) -> None:
    w2vcli.open_model()
    (stale,) = float32_files(half)
    elsewhere = stale.rename("stale.npy")
    made = make_model(["a", "b"], [[3, 4], [5, 6]])
    elsewhere.rename(stale)
    assert w2vcli.open_model().vectors.tolist() == [[3, 4], [5, 6]]
    assert len(float32_files(made)) == 2


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY", None])
def test_a_damaged_float32_file_is_written_again(half: Model, content: bytes | None) -> None:
    w2vcli.open_model()
    (file,) = float32_files(half)
    file.write_bytes(file.read_bytes()[:-1] if content is None else content)
    assert w2vcli.open_model().vectors.tolist() == [[1, 2], [1.5, 2]]


def test_another_process_was_faster(half: Model, monkeypatch: pytest.MonkeyPatch) -> None:

    @contextmanager
    def overtaken(path: Path, *, force: bool) -> Iterator[Any]:
        assert not force
        with new_file(path) as file:
            yield file
        raise OutputExists(str(path))

    monkeypatch.setattr(keyed_vectors, "new_file", overtaken)
    assert w2vcli.open_model().vectors.tolist() == [[1, 2], [1.5, 2]]


def test_where_it_cannot_be_written_it_is_held_in_memory(half: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed_vectors, "new_file", refuse)
    with pytest.warns(UserWarning, match=r"no float32 vectors can be written into .*Permission denied"):
        keyed = w2vcli.open_model()
    assert keyed.vectors.tolist() == [[1, 2], [1.5, 2]]
    assert not float32_files(half)


def test_a_model_that_does_not_say_its_hash_is_damaged(half: Model) -> None:
    facts = half.path / "model.json"
    facts.write_text(facts.read_text().replace('"vectors.npy":', '"other.npy":'))
    with pytest.raises(BadModel, match=r"is damaged: .*other\.npy|no SHA-256"):
        w2vcli.open_model()


# Changes


def assert_equal_keyed(ours: KeyedVectors, gensims: KeyedVectors) -> None:
    assert list(ours.index_to_key) == list(gensims.index_to_key)
    assert dict(ours.key_to_index) == dict(gensims.key_to_index)
    assert ours.next_index == gensims.next_index
    assert_same(ours.vectors, gensims.vectors)
    gensims.fill_norms(force=True)
    ours.fill_norms()
    assert_same(ours.norms, gensims.norms)
    assert ours.expandos.keys() == gensims.expandos.keys()
    assert all(ours.expandos[name].tolist() == gensims.expandos[name].tolist() for name in gensims.expandos)
    assert_same(ours.most_similar("w1"), gensims.most_similar("w1"))


def contents(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def replace_one(keyed: KeyedVectors) -> None:
    keyed["w1"] = np.arange(40, dtype=np.float32)


def replace_all(keyed: KeyedVectors) -> None:
    keyed.vectors = keyed.vectors[::-1]


def replace_all_and_normalize(keyed: KeyedVectors) -> None:
    replace_all(keyed)
    keyed.norms = None if type(keyed) is KeyedVectors else keyed.norms  # gensim leaves that to its user
    keyed.unit_normalize_all()


def set_attribute(keyed: KeyedVectors) -> None:
    keyed.set_vecattr("w2", "count", 7)
    keyed.set_vecattr("w2", "colour", "red")


CHANGES: dict[str, Question] = {
    "add_vector": lambda kv: kv.add_vector("new", np.ones(40)),
    "add_vectors": lambda kv: kv.add_vectors(["new", "w1", "새"], np.ones((3, 40))),
    "add_vectors replace": lambda kv: kv.add_vectors(["new", "w1"], np.ones((2, 40)), replace=True),
    "setitem": replace_one,
    "vectors": replace_all,
    "vectors, unit_normalize_all": replace_all_and_normalize,
    "set_vecattr": set_attribute,
    "sort_by_descending_frequency": lambda kv: kv.sort_by_descending_frequency(),
    "unit_normalize_all": lambda kv: kv.unit_normalize_all(),
    "init_sims": lambda kv: kv.init_sims(replace=True),
    "resize_vectors": lambda kv: kv.resize_vectors(),
    "fill_norms": lambda kv: kv.fill_norms(force=True),
}


@pytest.mark.filterwarnings("ignore:Adding single vectors", "ignore:Call to deprecated")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("asked_before", [True, False])
def test_changes_as_gensim(
    model: Model, both: tuple[KeyedVectors, KeyedVectors], change: Question, asked_before: bool
) -> None:
    ours, gensims = both
    files = contents(model.path)
    if asked_before:
        ours.most_similar("w1")
    assert_same(change(ours), change(gensims))
    assert_equal_keyed(ours, gensims)
    assert contents(model.path) == files


def test_intersect_as_gensim(both: tuple[KeyedVectors, KeyedVectors], tmp_path: Path) -> None:
    file = tmp_path / "vectors.txt"
    values = " ".join(map(str, range(40)))
    file.write_text(f"3 40\nw1 {values}\nxyzzy {values}\n왕비 {values}\n", encoding="utf-8")
    for keyed in both:
        keyed.vectors_lockf = np.ones(len(keyed))  # gensim wants it, and does not make it
        keyed.intersect_word2vec_format(file)
    assert both[0].similarity("w1", "왕비") == pytest.approx(1)
    assert_equal_keyed(*both)


def test_single_values_cannot_be_written(model: Model) -> None:
    keyed = w2vcli.open_model(model.path)
    for array in (keyed.vectors, keyed.norms, keyed["w1"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


# Saving


@pytest.mark.parametrize("separately", [[], ["vectors"]])
def test_saved_for_gensim_alone(model: Model, tmp_path: Path, separately: list[str]) -> None:
    keyed = w2vcli.open_model(model.path)
    keyed.save(str(tmp_path / "saved.kv"), separately=separately)
    code = (
        "import sys; sys.modules['w2vcli'] = None\n"
        "from gensim.models import KeyedVectors; import numpy\n"
        "kv = KeyedVectors.load(sys.argv[1])\n"
        "types = [type(x) for x in (kv, kv.index_to_key, kv.key_to_index, kv.vectors, kv.norms)]\n"
        "assert types == [KeyedVectors, list, dict, numpy.ndarray, numpy.ndarray], types\n"
        "kv.vectors[0] = kv.norms[0] = 1\n"
        "kv.add_vectors(['new'], numpy.ones((1, kv.vector_size)))\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "saved.kv"], check=True)
    assert_equal_keyed(KeyedVectors.load(str(tmp_path / "saved.kv")), plain(model))
    assert_equal_keyed(keyed, plain(model))


def test_norms_of_before_are_not_saved(model: Model, tmp_path: Path) -> None:
    keyed = w2vcli.open_model(model.path)
    keyed.most_similar("w1")
    keyed.sort_by_descending_frequency()
    keyed.save(str(tmp_path / "saved.kv"), separately=["vectors"])
    expected = plain(model)
    expected.sort_by_descending_frequency()
    assert_equal_keyed(KeyedVectors.load(str(tmp_path / "saved.kv")), expected)


def test_saving_keeps_the_norms(model: Model, tmp_path: Path) -> None:
    keyed = w2vcli.open_model(model.path)
    norms = keyed.norms
    keyed.save(str(tmp_path / "saved.kv"), separately=["vectors"])
    assert keyed.norms is norms


DUPLICATES: dict[str, Question] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda kv: pickle.loads(pickle.dumps(kv)),  # noqa: S301
}


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)
def test_duplicates_are_plain(model: Model, duplicate: Question) -> None:
    made = duplicate(w2vcli.open_model(model.path))
    assert type(made) is KeyedVectors
    assert_equal_keyed(made, plain(model))


@pytest.mark.parametrize("options", [{"binary": True}, {"binary": False}, {"sort_attr": "none"}, {"total_vec": 5}])
def test_word2vec_files_as_gensim(
    both: tuple[KeyedVectors, KeyedVectors], tmp_path: Path, options: dict[str, Any]
) -> None:
    written = []
    for number, keyed in enumerate(both):
        counted = {} if "sort_attr" in options else {"fvocab": tmp_path / f"{number}.vocab"}
        keyed.save_word2vec_format(tmp_path / f"{number}.w2v", **counted, **options)
        written.append([file.read_bytes() for file in sorted(tmp_path.glob(f"{number}.*"))])
    assert written[0] == written[1]


def test_vectors_for_all_as_gensim(both: tuple[KeyedVectors, KeyedVectors]) -> None:
    ours, gensims = (kv.vectors_for_all(["w3", "w1", "xyzzy", "\u00a0", "w3"], copy_vecattrs=True) for kv in both)
    assert type(ours) is KeyedVectors
    assert_equal_keyed(ours, gensims)


# The list and the dictionary


@pytest.fixture
def keys(model: Model) -> keyed_vectors.LazyKeys:
    return keyed_vectors.LazyKeys(model.words)


@pytest.fixture
def rows(model: Model) -> keyed_vectors.LazyRows:
    return keyed_vectors.LazyRows(model.words)


@pytest.mark.parametrize("changed", [True, False])
def test_keys_as_a_list(keys: keyed_vectors.LazyKeys, changed: bool) -> None:
    if changed:
        keys.append("new")
    words = [*WORDS, "new"] if changed else WORDS
    size = len(words)
    for at in (0, 3, size - 1, -1, -size, np.int32(5)):
        assert keys[at] == words[at]
    for at in (size, -size - 1):
        with pytest.raises(IndexError):
            keys[at]
    for start in (None, 0, 2, -3, 9999):
        for stop in (None, 0, 7, 400, -2, 9999):
            for step in (None, 1, 3, -1, -90):
                assert keys[start:stop:step] == words[start:stop:step]
    assert [word in keys for word in ("w1", "", "xyzzy", 1, None)] == [True, True, False, False, False]
    assert keys.index("왕비") == 0
    assert list(reversed(keys)) == words[::-1]
    assert keys == words
    assert keys == keyed_vectors.LazyKeys(keys[:])
    assert keys != words[1:]
    assert keys != tuple(words)


def test_keys_change_as_a_list(keys: keyed_vectors.LazyKeys) -> None:
    words = [*WORDS]
    for changed in (keys, words):
        changed[1] = "second"
        changed[3:5] = ["x", "y", "z"]
        del changed[0]
        changed.insert(2, "third")
        changed.extend(["e", "f"])
    assert keys == words


def test_rows_as_a_dictionary(rows: keyed_vectors.LazyRows) -> None:
    expected = {word: row for row, word in enumerate(WORDS)}
    for _ in range(2):  # at first in the file, then as a whole
        assert list(rows) == WORDS
        assert len(rows) == len(WORDS)
        assert [rows.get(word, -1) for word in ("w1", "xyzzy", cast("str", 3))] == [expected["w1"], -1, -1]
        assert ["w1" in rows, "xyzzy" in rows, cast("str", 3) in rows] == [True, False, False]
        assert rows == expected
        assert list(rows.values()) == list(expected.values())
        assert rows.keys() == expected.keys()


def test_rows_change_as_a_dictionary(rows: keyed_vectors.LazyRows) -> None:
    expected: dict[Any, int] = {word: row for row, word in enumerate(WORDS)}
    for changed in (rows, expected):
        changed["w1"] = 7
        del changed["w2"]
        changed["new"] = 9
    assert rows == expected
    with pytest.raises(KeyError):
        rows["w2"]


# The documentation


def test_the_examples_of_the_documentation(w2v: W2v) -> None:
    pytest.importorskip("pandas")
    assert w2v("train", ROOT / "data" / "english.txt", "--workers", 1).status == 0
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    test = doctest.DocTestParser().get_doctest(examples, {}, "python.md", "docs/python.md", 0)
    assert test.examples
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0
