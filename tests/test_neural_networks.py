"""Classifiers and language models, by their commands; skipped where Keras is not installed."""

from __future__ import annotations

import json
import math
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT, W2v, running
from w2vcli.errors import MissingExtra
from w2vcli.models.facts import file_hashes, read_facts, write_facts
from w2vcli.models.registry import find_model, home
from w2vcli.neural.keras_backend import import_keras

try:
    keras = import_keras()
except MissingExtra as missing:
    pytest.skip(str(missing), allow_module_level=True)

# Keras's own, of its variables with numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
GOOD, BAD = "excellent great lovely wonderful", "awful bad dreadful terrible"
SMALL = ("--vector-size", 8, "--epochs", 6, "--batch-size", 16, "--learning-rate", 0.02, "-q")


def review(rng: random.Random, words: str) -> str:
    filler = rng.choices("the film was and plot actors a of with".split(), k=rng.randint(3, 9))
    filler.insert(rng.randrange(len(filler)), rng.choice(words.split()))
    filler.insert(rng.randrange(len(filler)), rng.choice(words.split()))
    return " ".join(filler)


@pytest.fixture
def reviews() -> Path:
    """A folder of reviews in two classes, to train on and to test with."""
    rng = random.Random(1)
    for part, count in (("train", 120), ("test", 40)):
        for label, words in (("pos", GOOD), ("neg", BAD)):
            folder = Path("reviews", part, label)
            folder.mkdir(parents=True)
            for number in range(count):
                (folder / f"{number}.txt").write_text(review(rng, words))
    return Path("reviews")


def damage(file: Path) -> None:
    """Turn all bits of a byte over; twice, and the file is as it was."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 255
    file.write_bytes(data)


def weights_of(name: str) -> dict[str, Any]:
    network = keras.saving.load_model(find_model(name) / "classifier" / "network.keras")
    return {f"{number}": np.asarray(weights) for number, weights in enumerate(network.get_weights())}


def test_a_classifier_of_averages_from_training_to_pictures(w2v: W2v, reviews: Path) -> None:
    run = w2v("classify", "train", reviews, "-o", "m", "--json", *SMALL)
    assert run.status == 0, run.err
    [card] = run.json
    assert (card["labels"], card["training"], card["validation"]) == (["neg", "pos"], 216, 24)
    assert card["val_accuracy"] > 0.9
    assert card["baseline_val_accuracy"] > 0.9
    assert len(card["history"]) == card["epochs"]
    words = len((find_model("m") / "words.txt").read_text().split())
    assert card["parameters"] == (words + 2) * 8 + (8 * 16 + 16) + 17

    [tested] = w2v("classify", "test", reviews, "--json", "-q").json
    assert (tested["texts"], tested["unknown"]) == (80, 0)
    confusion = np.array(tested["confusion"])
    assert confusion.sum() == 80
    assert tested["accuracy"] == pytest.approx(confusion.trace() / 80)
    assert tested["accuracy"] > 0.9
    assert tested["classes"][0]["recall"] == pytest.approx(confusion[0, 0] / 40)
    assert tested["classes"][1]["precision"] == pytest.approx(confusion[1, 1] / confusion[:, 1].sum())
    rows = w2v("classify", "test", reviews, "-q").rows
    assert [row[0] for row in rows] == ["average", "baseline"]

    told = w2v("classify", "predict", "An EXCELLENT film", "a dreadful film", "--json", "-q").json
    assert [row["label"] for row in told] == ["pos", "neg"]
    assert all(0.5 < row["probability"] <= 1 for row in told)
    for row in told:
        shares = w2v("classify", "predict", row["text"], "--explain", "--json").json
        assert {share["label"] for share in shares} == {row["label"]}
        logit = sum(share["share"] for share in shares)
        assert logit == pytest.approx(math.log(row["probability"] / (1 - row["probability"])), rel=1e-3)
        strongest = max(shares, key=lambda share: share["share"])
        assert strongest["word"] in {"excellent", "dreadful"}

    neighbours = [row[0] for row in w2v("similar", "excellent", "--topn", 3).rows]
    assert set(neighbours) <= set(GOOD.split())
    assert w2v("projector", "out").status == 0
    assert w2v("plot", "--curve", "m").status == 0
    assert Path("m-curve.png").stat().st_size > 1000
    assert w2v("info", "m", "--check").status == 0


def test_the_pieces_of_a_classifier_are_listed_and_written_as_the_lecture_does(w2v: W2v, reviews: Path) -> None:
    """subwords[:20], and the loop of TensorFlow's tutorial over all rows of the embedding but that of padding."""
    pytest.importorskip("tokenizers")
    trained = w2v("classify", "train", reviews, "-o", "m", "--tokenizer", "subwords", "--epochs", 1, "-q")
    assert trained.status == 0, trained.err
    pieces = (find_model("m") / "words.txt").read_text().splitlines()
    assert [row[1] for row in w2v("words", "-m", "m", "--top", 20).rows] == pieces[:20]
    assert any(piece.startswith("▁") for piece in pieces[:20])
    assert w2v("projector", "out", "--plain", "-m", "m").status == 0
    weights = next(table for table in weights_of("m").values() if table.shape[0] == len(pieces) + 2)
    expected = ["\t".join([str(x) for x in weights[number + 1]]) for number in range(len(pieces))]
    assert Path("out/vecs.tsv").read_text().splitlines() == expected
    assert Path("out/meta.tsv").read_text() == "".join(f"{piece}\n" for piece in pieces)


def test_without_a_mask_padding_counts(w2v: W2v, reviews: Path) -> None:
    for name, flag in (("masked", "--mask"), ("unmasked", "--no-mask")):
        assert w2v("classify", "train", reviews, "-o", name, flag, *SMALL).status == 0
    shares = {
        name: {row["word"] for row in w2v("classify", "predict", "a film", "--explain", "-m", name, "--json").json}
        for name in ("masked", "unmasked")
    }
    assert "<PAD>" not in shares["masked"]
    assert "<PAD>" in shares["unmasked"]


def test_without_a_hidden_layer_the_logit_is_a_sum_over_the_words(w2v: W2v, reviews: Path) -> None:
    run = w2v("classify", "train", reviews, "-o", "m", "--dense", 0, "--json", *SMALL)
    assert run.status == 0, run.err
    words = len((find_model("m") / "words.txt").read_text().split())
    assert run.json[0]["parameters"] == (words + 2) * 8 + 9
    assert run.json[0]["val_accuracy"] > 0.9
    [told] = w2v("classify", "predict", "an excellent film", "--json", "-q").json
    shares = w2v("classify", "predict", "an excellent film", "--explain", "--json").json
    logit = sum(share["share"] for share in shares)
    assert logit == pytest.approx(math.log(told["probability"] / (1 - told["probability"])), rel=1e-3)
    # By the formula, from what is written: the word's vector with the last layer's weights, over the number of words.
    _, weights, bias = weights_of("m").values()
    [vector] = w2v("vector", "excellent", "--json").json
    assert shares[1]["share"] == pytest.approx(float(np.dot(vector["vector"], weights[:, 0])) / 3, rel=1e-4)
    assert (shares[-1]["word"], shares[-1]["share"]) == ("(bias)", pytest.approx(float(bias[0])))


def test_the_last_epoch_is_kept_where_it_is_asked_for(w2v: W2v) -> None:
    # Labels that mean nothing: the longer the network learns them by heart, the worse it does on other texts.
    rng = random.Random(4)
    rows = [(review(rng, GOOD), rng.choice("ab")) for _ in range(120)]
    Path("noise.csv").write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    settings = ("--vector-size", 8, "--epochs", 8, "--learning-rate", 0.05, "--patience", 0, "-q", "--json")
    cards = {}
    for keep in ("best", "last"):
        run = w2v("classify", "train", "noise.csv", "-o", keep, "--keep", keep, *settings)
        assert run.status == 0, run.err
        [cards[keep]] = run.json
    assert cards["best"]["history"] == cards["last"]["history"]
    best = cards["best"]["best_epoch"]
    assert best < 8
    assert [cards[keep]["kept_epoch"] for keep in ("best", "last")] == [best, 8]
    assert [cards[keep]["val_loss"] for keep in ("best", "last")] == [
        cards["best"]["history"][at]["val_loss"] for at in (best - 1, 7)
    ]
    last = keras.saving.load_model(find_model("best") / "classifier" / "last.keras")
    for ours, theirs in zip(weights_of("last").values(), last.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    # Its embedding is the model's, and what is resumed keeps the last epoch, too.
    refused = w2v("classify", "train", "--resume", "-o", "last", "--keep", "best")
    assert (refused.status, "--resume goes on with the settings it began with" in refused.err) == (2, True)
    [card] = w2v("classify", "train", "--resume", "-o", "last", "--epochs", 9, "-q", "--json").json
    assert (card["epochs"], card["kept_epoch"], card["best_epoch"]) == (9, 9, best)


def test_the_lecture_s_classifier_has_as_many_rows_as_it_is_asked_for(w2v: W2v, reviews: Path) -> None:
    pytest.importorskip("tokenizers")
    settings = ("--preset", "lecture", "--vocabulary-size", 30, "--epochs", 3, "--learning-rate", 0.02)
    run = w2v("classify", "train", reviews, "-o", "m", "--json", *settings)
    assert run.status == 0, run.err
    [card] = run.json
    # 30 units, all of which the texts have, and the rows of padding and of unknown units.
    assert card["parameters"] == 32 * 16 + (16 * 16 + 16) + 17
    assert all(row["count"] > 0 for row in w2v("words", "-m", "m", "--json").json)
    assert (card["training"], card["validation"], card["epochs"], card["kept_epoch"]) == (240, 80, 3, 3)
    assert "as the lecture does, the network is validated on the part of reviews to validate or test with" in run.err
    [tested] = w2v("classify", "test", reviews, "-m", "m", "--json", "-q").json
    assert tested["accuracy"] > 0.9
    # By itself or with others, a text has one answer, and its shares add up to it.
    texts = ("an Excellent film", "a dreadful film of awful actors and a terrible plot")
    together = w2v("classify", "predict", *texts, "--json", "-q").json
    for text, row in zip(texts, together, strict=True):
        [alone] = w2v("classify", "predict", text, "--json", "-q").json
        assert alone["probability"] == pytest.approx(row["probability"], rel=1e-5)
        logit = sum(share["share"] for share in w2v("classify", "predict", text, "--explain", "--json").json)
        assert logit == pytest.approx(math.log(alone["probability"] / (1 - alone["probability"])), rel=1e-3)
    rows = w2v("plot", "--curve", "m", "--style", "lecture", "-o", "c.png", "--json").json
    assert [(row["output"], row["measure"]) for row in rows] == [
        ("c-loss.png", "loss"),
        ("c-accuracy.png", "accuracy"),
    ]
    assert rows[1]["validation"] == card["history"][-1]["val_accuracy"]
    assert all(Path(row["output"]).read_bytes().startswith(b"\x89PNG") for row in rows)
    assert w2v("plot", "--curve", "m", "--style", "lecture", "-o", "c.png").status == 5
    moved = reviews.rename("moved")
    [card] = w2v("classify", "train", moved, "--resume", "-o", "m", "--epochs", 4, "--json", "-q").json
    assert (card["epochs"], card["kept_epoch"]) == (4, 4)


def test_without_a_part_to_test_with_the_lecture_s_classifier_holds_texts_out(w2v: W2v, reviews: Path) -> None:
    pytest.importorskip("tokenizers")
    settings = ("--preset", "lecture", "--vocabulary-size", 40, "--epochs", 1, "--json")
    shutil.copytree(reviews / "train", "one/train")
    for data in (reviews / "train", Path("one")):
        run = w2v("classify", "train", data, "-o", "m", "--force", *settings)
        assert (run.json[0]["training"], run.json[0]["validation"]) == (216, 24), run.err
        assert f"{data} has no part to test with, which the lecture validates on; 10% is held out" in run.err
    [card] = w2v("classify", "train", reviews, "-o", "m", "--force", "--validation", 0.2, *settings).json
    assert (card["training"], card["validation"]) == (192, 48)


def test_a_recurrent_network_begins_with_word2vec_of_the_texts(w2v: W2v, reviews: Path) -> None:
    run = w2v(
        "classify", "train", reviews, "-o", "m", "--network", "rnn", "--units", 4, "--dropout", 0.1, "--json", *SMALL
    )
    assert run.status == 0, run.err
    assert run.json[0]["val_accuracy"] > 0.9
    assert w2v("classify", "predict", "a wonderful plot", "--json", "-q").json[0]["label"] == "pos"
    refused = w2v("classify", "predict", "a wonderful plot", "--explain")
    assert refused.status == 1
    assert "--network average" in refused.err


def test_a_training_can_be_repeated_and_gone_on_with_to_the_same_weights(w2v: W2v, reviews: Path) -> None:
    settings = (*SMALL[:2], "--dropout", 0.3, "--batch-size", 16, "--patience", 0, "-q")
    assert w2v("classify", "train", reviews, "-o", "whole", "--epochs", 4, *settings).status == 0
    assert w2v("classify", "train", reviews, "-o", "again", "--epochs", 4, *settings).status == 0
    assert w2v("classify", "train", reviews, "-o", "parts", "--epochs", 2, *settings).status == 0
    assert w2v("classify", "train", "--resume", "-o", "parts", "--epochs", 4, "-q").status == 0
    whole = weights_of("whole")
    for other in ("again", "parts"):
        for name, weights in weights_of(other).items():
            np.testing.assert_array_equal(weights, whole[name], f"{other} {name}")
    damage(find_model("parts") / "classifier" / "last.keras")
    refused = w2v("classify", "train", "--resume", "-o", "parts", "--epochs", 5)
    assert refused.status == 1
    assert "last.keras is damaged" in refused.err
    damage(find_model("parts") / "classifier" / "last.keras")
    (reviews / "train" / "pos" / "1.txt").write_text("something else")
    refused = w2v("classify", "train", "--resume", "-o", "parts", "--epochs", 5)
    assert refused.status == 2
    assert "does not hold the texts" in refused.err


def test_vectors_of_a_model_may_be_left_as_they_are(w2v: W2v, reviews: Path) -> None:
    Path("t.txt").write_text("\n".join(file.read_text() for file in sorted(reviews.rglob("*.txt"))))
    assert w2v("train", "t.txt", "-o", "v", "--vector-size", 8, "--epochs", 2, "--min-count", 1).status == 0
    assert w2v("classify", "train", reviews, "-o", "m", "--vectors", "v", "--frozen", "--epochs", 1, "-q").status == 0
    ours, theirs = (w2v("vector", "film", "-m", name, "--json").json[0]["vector"] for name in ("m", "v"))
    assert ours == theirs


def test_three_labels_of_very_different_size(w2v: W2v) -> None:
    rng = random.Random(2)
    lines = [
        f"{review(rng, words)}\t{label}"
        for label, words, count in (("good", GOOD, 200), ("bad", BAD, 30), ("odd", "odd strange", 3))
        for _ in range(count)
    ]
    Path("t.tsv").write_text("text\tlabel\n" + "\n".join(lines) + "\n")
    run = w2v("classify", "train", "t.tsv", "-o", "m", "--json", *SMALL)
    assert run.status == 0, run.err
    assert run.json[0]["labels"] == ["bad", "good", "odd"]
    shares = w2v("classify", "predict", "a great film", "--explain", "--json").json
    assert shares[0]["label"] == "good"
    [tested] = w2v("classify", "test", "t.tsv", "--json", "-q").json
    assert np.array(tested["confusion"]).sum(axis=1).tolist() == [30, 200, 3]


def test_figures_say_how_sure_they_are_and_what_they_are_measured_with(w2v: W2v) -> None:
    rng = random.Random(3)
    rows = [(review(rng, GOOD), "pos") for _ in range(97)] + [(review(rng, BAD), "neg") for _ in range(3)]
    Path("t.csv").write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    run = w2v("classify", "train", "t.csv", "-o", "m", "--json", "--epochs", 1)
    assert run.status == 0, run.err
    [card] = run.json
    assert card["label_counts"] == {"pos": 97, "neg": 3}
    assert card["validation"] == 11  # of the rare label there is one
    assert card["majority_val_accuracy"] == pytest.approx(10 / 11)
    assert card["val_accuracy_low"] < card["val_accuracy"] <= card["val_accuracy_high"] <= 1
    assert "labels: pos 97, neg 3; the most frequent one is that of 97.0% of the texts" in run.err
    assert "11 texts were held out to validate with, one split of many" in run.err
    again = "w2v classify train --resume -o m --epochs 2"
    assert f"the last epoch was the best: it has not stopped learning; go on with: {again}" in run.err
    assert w2v(*again.split()[1:], "--json").json[0]["epochs"] == 2
    run = w2v("classify", "test", "t.csv", "-q", "--json")
    assert "100 of 100 texts were trained on or validated with" in run.err
    assert run.json[0]["low"] < run.json[0]["accuracy"] <= run.json[0]["high"]
    assert run.json[0]["seen"] == 100
    Path("lines.txt").write_bytes(b"a great film\r\n\r\n   \r\nbad\r\n")
    of_file = w2v("classify", "predict", "lines.txt", "--json").json
    of_lines = w2v("classify", "predict", "-", "--json", stdin="a great film\n\n   \nbad\n").json
    assert [row["text"] for row in of_file] == ["a great film", "", "", "bad"]
    assert of_file == of_lines
    assert w2v("classify", "predict", "-", "--json", stdin="").json == []


@pytest.mark.parametrize("name", ["t.csv", "d"])
def test_texts_that_are_trained_on_validate_nothing(w2v: W2v, name: str) -> None:
    Path("t.csv").write_text("text,label\n" + "".join(f"text {n},{n % 2}\n" for n in range(20)))
    for number in range(20):
        folder = Path("d", str(number % 2))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}.txt").write_text(f"text {number}")
    run = w2v("classify", "train", name, "--validation-data", name, "-o", "m")
    assert run.status == 1
    assert f"{name}: 20 of 20 texts to validate with are trained on; give others as --validation-data" in run.err


def test_validation_data_with_parts_are_not_those_that_are_trained_on(w2v: W2v, reviews: Path) -> None:
    run = w2v("classify", "train", reviews, "--validation-data", reviews, "-o", "m", "--epochs", 1, "--json", "-q")
    assert (run.json[0]["training"], run.json[0]["validation"]) == (240, 80)


def test_odd_texts_have_a_sensible_answer(w2v: W2v, reviews: Path) -> None:
    assert w2v("classify", "train", reviews, "-o", "m", *SMALL).status == 0
    run = w2v("classify", "predict", "", "qwerty asdf", "great " * 300_000, "--json", "-q")
    assert run.status == 0
    assert [row["label"] in {"pos", "neg"} for row in run.json] == [True] * 3
    assert "2 texts contain no known word; their labels are guesses" in run.err
    Path("more.csv").write_text("text,label\na great film,pos\na bad film,neg\nwhat a film,odd\n")
    run = w2v("classify", "test", "more.csv", "--json", "-q")
    assert (run.json[0]["texts"], run.json[0]["unknown"]) == (3, 1)
    assert run.json[0]["accuracy"] == pytest.approx(2 / 3)
    assert "1 texts have a label that was not trained, and count as wrong: odd" in run.err
    Path("none.csv").write_text("text,label\na,x\n")
    assert "none of the labels was trained" in w2v("classify", "test", "none.csv").err
    Path("column.csv").write_text("text,n\na,x\n")
    assert "has no column label" in w2v("classify", "test", "column.csv").err
    Path("one.csv").write_text("text,label\na,x\nb,x\n")
    refused = w2v("classify", "train", "one.csv")
    assert (refused.status, "all texts have the label x" in refused.err) == (1, True)


def with_layer(path: Path, layer: dict[str, Any]) -> None:
    """Put a layer into a network's file."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(parts["config.json"])
    config["config"]["layers"].append(layer)
    parts["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_file_with_code_in_it_is_refused(w2v: W2v, reviews: Path) -> None:
    assert w2v("classify", "train", reviews, "-o", "m", "--epochs", 1, "-q").status == 0
    model = find_model("m")
    file = model / "classifier" / "network.keras"
    whole = file.read_bytes()
    ran = Path("code-ran")

    def answers() -> str:
        run = w2v("classify", "predict", "a film")
        assert (run.status, run.out) == (1, "")
        assert not ran.exists()
        return run.err

    file.write_bytes(whole + b" ")
    assert "is damaged: its SHA-256" in answers()

    def accept_hashes() -> None:
        from dataclasses import replace

        write_facts(replace(read_facts(model), sha256=file_hashes(model)), model)

    layer = keras.layers.Lambda(lambda x: (__import__("pathlib").Path("code-ran").write_text("1"), x)[1])
    file.write_bytes(whole)
    with_layer(file, keras.saving.serialize_keras_object(layer))
    accept_hashes()
    assert "is refused: it holds keras.layers.Lambda" in answers()

    file.write_bytes(whole)
    with_layer(
        file, {"module": "os", "class_name": "system", "config": {"command": "touch code-ran"}, "registered_name": None}
    )
    accept_hashes()
    assert "is refused: it holds os.system" in answers()

    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return ran.write_text, ("1",)

    file.write_bytes(pickle.dumps(Evil()))
    accept_hashes()
    assert "is damaged: it is no network in Keras's format" in answers()

    file.write_bytes(whole)
    (model / "classifier" / "baseline-idf.npy").write_bytes(pickle.dumps(Evil()))
    accept_hashes()
    assert "baseline" in answers()


@pytest.mark.usefixtures("heeded_signals")
def test_a_ctrl_c_keeps_the_best_epoch(w2v: W2v, reviews: Path) -> None:
    arguments = ["classify", "train", str(reviews), "-o", "m", "--epochs", "100000", "--patience", "0"]
    with running(
        [sys.executable, "-m", "w2vcli", *arguments], stderr=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        for _ in range(6000):
            if (home() / "models" / "m.w2v" / "model.json").exists():
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=600)
    assert process.returncode == 130
    assert b"what was trained so far is kept" in err
    assert w2v("classify", "predict", "a great film", "-m", "m").status == 0


@pytest.mark.parametrize("command", ["classify", "language-model"])
def test_without_a_backend_one_line_says_what_to_install(process: W2v, reviews: Path, command: str) -> None:
    run = process(command, "train", reviews, "-o", "m", KERAS_BACKEND="torch")
    assert run.status == 1
    assert run.err.splitlines()[-1].endswith("pip install 'w2vcli[neural]'")
    assert "Traceback" not in run.err


# --- language models


@pytest.mark.parametrize("network", ["feed-forward", "recurrent"])
def test_a_language_model_tells_the_next_word(w2v: W2v, network: str) -> None:
    settings = ("--network", network, "--vector-size", 24, "--units", 32, "--learning-rate", 0.005)
    epochs = {"feed-forward": 3, "recurrent": 8}[network]
    run = w2v(
        "language-model",
        "train",
        ROOT / "data" / "english.txt",
        "-o",
        "lm",
        "--epochs",
        epochs,
        "--json",
        "-q",
        *settings,
    )
    assert run.status == 0, run.err
    [card] = run.json
    assert 2 < card["perplexity"] < 20
    assert 2 < card["baseline_perplexity"] < 6
    found = w2v("language-model", "next", "I want a glass of orange", "--topn", 3, "--json").json
    assert found[0]["word"] == "juice"
    assert found[0]["probability"] > 0.5 > found[1]["probability"]
    everything = w2v("language-model", "next", "the king", "--topn", 10_000, "--json").json
    assert sum(row["probability"] for row in everything) == pytest.approx(1)

    Path("one.txt").write_text("i want a glass of apple juice.\n")
    [ours, trigrams] = w2v("language-model", "test", "one.txt", "--json", "-q").json
    assert (ours["words"], ours["unknown"], trigrams["model"]) == (8, 0, "trigrams")
    words = [*"i want a glass of apple juice".split(), "</s>"]
    logs = 0.0
    for at, word in enumerate(words):
        rows = w2v("language-model", "next", " ".join(words[:at]), "--topn", 10_000, "--json").json
        [probability] = [row["probability"] for row in rows if row["word"] == word]
        logs -= math.log(probability)
    assert ours["perplexity"] == pytest.approx(math.exp(logs / 8), rel=1e-3)

    written = w2v("language-model", "generate", "the king", "--sentences", 2, "--json").json
    assert all(row["text"].startswith("the king ") for row in written)
    assert written == w2v("language-model", "generate", "the king", "--sentences", 2, "--json").json
    assert w2v("similar", "king", "-n", 1).status == 0
    assert w2v("plot", "--curve", "lm").status == 0


def test_a_language_model_goes_on(w2v: W2v) -> None:
    Path("t.txt").write_text("the king sat on the throne.\nthe queen sat on the chair.\n" * 50)
    assert w2v("language-model", "train", "t.txt", "-o", "lm", "--epochs", 2, "-q", "--patience", 0).status == 0
    run = w2v("language-model", "train", "--resume", "-o", "lm", "--epochs", 4, "-q", "--json")
    assert (run.status, run.json[0]["epochs"]) == (0, 4)
    damage(find_model("lm") / "language-model" / "last.keras")
    refused = w2v("language-model", "train", "--resume", "-o", "lm", "--epochs", 5)
    assert refused.status == 1
    assert "last.keras is damaged" in refused.err
    damage(find_model("lm") / "language-model" / "last.keras")
    Path("t.txt").write_text("something else is here.\n" * 50)
    assert w2v("language-model", "train", "--resume", "-o", "lm", "--epochs", 5).status == 2


def test_a_language_model_of_subword_units_splits_what_it_is_asked(w2v: W2v) -> None:
    pytest.importorskip("tokenizers")
    Path("t.txt").write_text("the king sat on the throne.\nthe queen sat on the chair.\n" * 50)
    settings = ("--tokenizer", "subwords", "--epochs", 1, "-q")
    assert w2v("language-model", "train", "t.txt", "-o", "lm", *settings).status == 0
    run = w2v("language-model", "next", "the kings", "--topn", 3, "--json")
    assert (run.status, len(run.json)) == (0, 3)
    assert w2v("language-model", "test", "t.txt", "--json", "-q").json[0]["unknown"] == 0


def test_what_is_no_language_model_is_one_line(w2v: W2v, reviews: Path) -> None:
    Path("t.txt").write_text("one sentence.\n")
    refused = w2v("language-model", "train", "t.txt")
    assert (refused.status, "too few" in refused.err) == (1, True)
    assert w2v("classify", "train", reviews, "-o", "m", "--epochs", 1, "-q").status == 0
    refused = w2v("language-model", "next", "a", "-m", "m")
    assert (refused.status, "is no language model" in refused.err) == (1, True)
    assert w2v("language-model", "generate", "a", "-m", "nothing").status == 4
