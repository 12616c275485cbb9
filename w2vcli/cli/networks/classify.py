"""``w2v classify``: train, test, predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import options
from w2vcli.cli.command import W2vGroup
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.networks.epochs import tell_of_training, telling_what_is_kept
from w2vcli.cli.output import is_for_the_eye, print_facts, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import read_texts
from w2vcli.models.registry import find_model, model_name, offer_default, path_for_new, require_writable, suggested_name
from w2vcli.reporting import Reporter

if TYPE_CHECKING:
    from w2vcli.measure.bootstrap import Interval
    from w2vcli.neural.classifier import Card, Classifier
    from w2vcli.neural.label_files import Columns
    from w2vcli.neural.testing import Test

# So few texts to validate with that a split may be lucky by some points.
_FEW = 2000
# What differs from the network to the other, and what the lecture's network has.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "average": {"vector_size": 16, "length": 1000, "batch_size": 128, "epochs": 10, "dropout": 0.0, "pretrain": False},
    "rnn": {"vector_size": 64, "length": 400, "batch_size": 64, "epochs": 6, "dropout": 0.5, "pretrain": True},
}
_PRESETS: dict[str, dict[str, Any]] = {
    "lecture": {
        "network": "average",
        "tokenizer": "subwords",
        "vocabulary_size": 8183,  # with padding and unknown words 8185 rows, as the lecture's
        "vector_size": 16,
        "dense": 16,
        "dropout": 0.0,
        "mask": False,
        "pretrain": False,
        "epochs": 10,
        "patience": 0,
    }
}


@click.group("classify", cls=W2vGroup)
def command() -> None:
    """Learn to tell labels of texts, such as good and bad.

    \b
    train     a network from labelled texts; its embedding is a model as any other
    test      how often it is right, beside TF-IDF with logistic regression
    predict   the label of a text, and what each word adds to it

    \b
    Examples:
      w2v classify train aclImdb.tar.gz -o imdb
      w2v classify test aclImdb.tar.gz
      w2v classify predict "The dessert is excellent"
    """


def _columns(function: options.CommandFunction) -> options.CommandFunction:
    """Add how tables and files are read."""
    for option in (
        options.encoding_errors,
        options.encoding,
        click.option("--label", metavar="COLUMN", help="Labels in a table.  [default: what is called as labels are]"),
        click.option("--column", metavar="COLUMN", help="Texts in a table.  [default: what is called as texts are]"),
    ):
        function = option(function)
    return function


_SETTINGS = (
    *("network", "preset", "cell", "units", "dense", "vector_size", "dropout", "mask", "pretrain", "vectors", "frozen"),
    *("tokenizer", "lowercase", "vocabulary_size", "min_count", "length", "truncating", "patience", "batch_size"),
    *("learning_rate", "validation", "validation_data", "seed", "column", "label", "encoding", "encoding_errors"),
)
_MODES = (
    options.Mode(
        (*_SETTINGS, "force"), lambda values: not values["resume"], "--resume goes on with the settings it began with"
    ),
    options.Mode(("cell", "units"), lambda values: values["network"] == "rnn", "only --network rnn has cells"),
    options.Mode(
        ("dense",), lambda values: values["network"] == "average", "only --network average has a hidden layer"
    ),
    options.Mode(("vector_size",), lambda values: not values["vectors"], "the vectors of --vectors have their size"),
    options.Mode(
        ("validation",), lambda values: not values["validation_data"], "--validation-data is what is validated with"
    ),
)


@command.command("train", modes=_MODES, aliases={"--vocabulary": "--vocabulary-size", "--text": "--column"})
@click.argument("data", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the classifier.  [default: name of the data]")
@click.option("--network", type=click.Choice(["average", "rnn"]), default="average", show_default=True, help="Network.")
@click.option("--preset", type=click.Choice(list(_PRESETS)), help="All settings as in the lecture.")
@click.option("--cell", type=click.Choice(["gru", "lstm"]), default="gru", show_default=True, help="Cell of the RNN.")
@click.option("--units", type=click.IntRange(1, 4096), default=32, show_default=True, help="Units of the RNN each way.")
@click.option(
    "--dense", type=click.IntRange(1, 65536), default=16, show_default=True, help="Units of the average's hidden layer."
)
@click.option("--vector-size", type=click.IntRange(1, 65536), help="Numbers in a vector.  [default: 16; rnn: 64]")
@click.option("--dropout", type=click.FloatRange(0, 0.95), help="Share left out at random.  [default: 0; rnn: 0.5]")
@click.option("--mask/--no-mask", default=True, show_default=True, help="Do not count padding as words.")
@click.option(
    "--pretrain/--no-pretrain",
    default=None,
    help="Begin with word2vec of the same texts.  [default: no; rnn: yes]",
)
@click.option("--vectors", type=options.ModelName(), metavar="MODEL", help="Begin with the vectors of a model.")
@click.option("--frozen", is_flag=True, help="Leave these vectors as they are.")
@click.option("--tokenizer", type=options.TOKENIZER, default="unicode", show_default=True, help=options.TOKENIZED)
@click.option("--lowercase/--no-lowercase", default=True, show_default=True, help="Make words lower-case.")
@click.option(
    "--vocabulary-size", type=click.IntRange(min=1), default=20_000, show_default=True, help="So many words, or pieces."
)
@click.option("--min-count", type=click.IntRange(min=1), default=2, show_default=True, help="Least count of a word.")
@click.option("--length", type=click.IntRange(min=1), help="Words of a text that are read.  [default: 1000; rnn: 400]")
@click.option(
    "--truncating",
    type=click.Choice(["pre", "post"]),
    default="pre",
    show_default=True,
    help="Cut the beginning (pre) or the end of longer texts.",
)
@click.option("--epochs", type=click.IntRange(min=1), help="Passes at most.  [default: 10; rnn: 6]")
@click.option(
    "--patience",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    help="Epochs to wait for a better one; 0: all.",
)
@click.option("--batch-size", type=click.IntRange(min=1), help="Texts in a step.  [default: 128; rnn: 64]")
@click.option(
    "--learning-rate",
    type=click.FloatRange(0, 1, min_open=True),
    default=1e-3,
    show_default=True,
    help="Adam's.",
)
@click.option(
    "--validation",
    type=click.FloatRange(0, 0.9, min_open=True),
    default=0.1,
    show_default=True,
    help="Share of the texts that is put aside to validate with.",
)
@click.option(
    "--validation-data", type=click.Path(exists=True, path_type=Path), help="Validate with these texts instead."
)
@click.option(
    "--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True, help="Seed of all random numbers."
)
@click.option("--resume", is_flag=True, help="Go on with a training that was interrupted, or for more --epochs.")
@_columns
@options.force
@options.as_json
@options.reporting
def train(
    data: Path | None,
    output: str | None,
    preset: str | None,
    resume: bool,
    force: bool,
    as_json: bool,
    reporter: Reporter,
    **given: Any,
) -> None:
    """Train a classifier on labelled texts.

    DATA is a folder that has a folder of texts for each label, an archive of such
    a folder (tar or zip), or a table (CSV, TSV, JSON, Parquet, __label__ lines).
    Where it has the parts train and test, train is read. The epoch with the least loss
    on the texts put aside is kept; after each one the model is written, so that
    nothing is lost by a Ctrl-C. The embedding becomes the default model.

    \b
    Networks:
      average   embedding, mean over the words, hidden layer with relu, output
      rnn       embedding, bidirectional GRU or LSTM (many to one), output

    \b
    Examples:
      w2v classify train aclImdb.tar.gz -o imdb
      w2v classify train aclImdb.tar.gz -o imdb-rnn --network rnn
      w2v classify train ratings.tsv --column document --tokenizer korean
      w2v classify train --resume -o imdb --epochs 20
    """
    from w2vcli.neural.classifier import CLASSIFIERS
    from w2vcli.neural.training import resume_classifier, train_classifier

    explicit = options.said().intersection(given)
    if preset is not None:
        given |= {name: value for name, value in _PRESETS[preset].items() if name not in explicit}
    if resume:
        target = find_model(output)
        card = CLASSIFIERS.read(target)
        plan = _plan_of(card, data, given["epochs"])
        with telling_what_is_kept(target):
            card = resume_classifier(plan, target, reporter)
    else:
        if data is None:
            raise click.UsageError("Missing argument 'DATA'.")
        target = path_for_new(output or suggested_name(str(data)))
        require_writable(target)
        plan = _plan(data, given, reporter)
        with telling_what_is_kept(target):
            card = train_classifier(plan, target, reporter, force=force)
    offer_default(target, reporter)
    _print_card(card, target, as_json=as_json)
    again = f"w2v classify train --resume -o {model_name(target)}"
    tell_of_training(card.history, card.best_epoch, card.fitting.epochs, again, reporter)
    if card.data["validation_data"] is None and card.examples["validation"] < _FEW:
        reporter.note(
            f"{card.examples['validation']:,} texts were put aside to validate with, one split of many; other ones, "
            "by --seed 2, 3, ..., may do better or worse within val_accuracy_low and val_accuracy_high"
        )
    reporter.note(
        f"ask it with: w2v classify predict TEXT; its embedding with: w2v similar WORD -m {model_name(target)}"
    )


def _plan(data: Path, given: dict[str, Any], reporter: Reporter) -> Any:
    from w2vcli.corpus.tokenizers import WORD_RULES
    from w2vcli.neural.classifier import Cutting
    from w2vcli.neural.fitting import Fitting
    from w2vcli.neural.networks import Network
    from w2vcli.neural.training import Plan

    values = given | {name: value for name, value in _DEFAULTS[given["network"]].items() if given[name] is None}
    values |= {"word_rules": WORD_RULES, "vocabulary": values["vocabulary_size"]}
    vectors = None if values["vectors"] is None else open_model(values["vectors"], reporter)
    if vectors is not None:
        if given["pretrain"]:
            raise click.UsageError("--pretrain and --vectors both say what to begin with; leave one of them out.")
        values["vector_size"] = vectors.facts.vector_size
    elif values["frozen"]:
        raise click.UsageError("--frozen vectors have to come from somewhere; add --vectors MODEL.")

    def part(kind: Any) -> Any:
        return kind(**{name: values[name] for name in kind.__dataclass_fields__})

    return Plan(
        data=data,
        columns=_as_columns(values),
        cutting=part(Cutting),
        network=part(Network),
        fitting=part(Fitting),
        length=values["length"],
        truncating=values["truncating"],
        validation=values["validation"],
        validation_data=values["validation_data"],
        pretrain=values["pretrain"],
        vectors=vectors,
        frozen=values["frozen"],
    )


def _plan_of(card: Card, data: Path | None, epochs: int | None) -> Any:
    """Return the plan that a classifier was trained by, with other data or more epochs."""
    from w2vcli.neural.label_files import Columns
    from w2vcli.neural.training import Plan

    was = card.data
    others = was["validation_data"]
    return Plan(
        data=data or Path(was["path"]),
        columns=Columns(**{name: was[name] for name in Columns.__dataclass_fields__}),
        cutting=card.cutting,
        network=card.network,
        fitting=card.fitting if epochs is None else replace(card.fitting, epochs=epochs),
        length=card.shape.length,
        truncating=card.shape.truncating,
        validation=was["validation"],
        validation_data=None if others is None else Path(others),
    )


def _as_columns(values: dict[str, Any]) -> Columns:
    from w2vcli.neural.label_files import Columns

    return Columns(values["column"], values["label"], values["encoding"], values["encoding_errors"])


def _interval(share: float, total: int) -> Interval:
    """Return the 95 % confidence interval of a share of ``total`` answers."""
    from w2vcli.measure.bootstrap import wilson_interval

    return wilson_interval(round(share * total), total)


def _print_card(card: Card, target: Path, *, as_json: bool) -> None:
    best = card.history[card.best_epoch - 1]
    between = _interval(best["val_accuracy"], card.examples["validation"])
    figures = {
        **best,
        "val_accuracy_low": between.low,
        "val_accuracy_high": between.high,
        "baseline_val_accuracy": card.baseline_accuracy,
        "majority_val_accuracy": card.majority_accuracy,
    }
    facts: dict[str, Any] = {
        "model": model_name(target),
        "network": card.network.network,
        "parameters": card.parameters,
        "labels": card.labels if as_json else ", ".join(_counted(card)),
        "training": card.examples["training"],
        "validation": card.examples["validation"],
        "epochs": len(card.history),
        "best_epoch": card.best_epoch,
        **(figures if as_json else {name: round(value, 4) for name, value in figures.items() if value is not None}),
    }
    more = {"label_counts": card.label_counts, "history": card.history}
    print_facts(facts | (more if as_json else {}), as_json=as_json)


def _counted(card: Card) -> list[str]:
    """Return the labels with the number of their texts, the most frequent first; without, as of an older w2v."""
    return [f"{label} {count:,}" for label, count in card.label_counts.items()] or card.labels


@command.command("test", aliases={"--text": "--column"})
@click.argument("data", type=click.Path(path_type=Path))
@options.model
@_columns
@options.as_json
@options.reporting
def test(data: Path, model: str | None, as_json: bool, reporter: Reporter, **given: Any) -> None:
    """Test a classifier on labelled texts, beside its baseline.

    DATA is as for training; where it has the parts train and test, test is read.
    The baseline is TF-IDF with logistic regression on the words of the same
    training texts. On a terminal and as JSON, there is also the confusion matrix:
    how many texts of each label (line) were told to be of which (column).

    \b
    Examples:
      w2v classify test aclImdb.tar.gz -m imdb
      w2v classify test more.csv --column review --label stars --json
    """
    from w2vcli.neural.classifier import open_classifier
    from w2vcli.neural.labelled import read_labelled
    from w2vcli.neural.parts import TEST
    from w2vcli.neural.testing import test_classifier

    classifier = open_classifier(find_model(model))
    found = test_classifier(classifier, read_labelled(data, TEST, _as_columns(given), reporter), reporter)
    if as_json:
        print_facts(asdict(found) | _intervals(found) | {"confusion": found.confusion.tolist()}, as_json=True)
        return
    network = classifier.card.network.network
    rows = [
        {"classifier": name, "texts": found.texts, "accuracy": accuracy, **_interval(accuracy, found.texts)._asdict()}
        for name, accuracy in ((network, found.accuracy), ("baseline", found.baseline_accuracy))
    ]
    print_rows(rows, ("classifier", "texts", "accuracy", "low", "high"), as_json=False)
    if is_for_the_eye():
        _print_classes(found)


def _intervals(found: Test) -> dict[str, float]:
    network = _interval(found.accuracy, found.texts)
    baseline = _interval(found.baseline_accuracy, found.texts)
    return {
        "low": network.low,
        "high": network.high,
        "baseline_low": baseline.low,
        "baseline_high": baseline.high,
    }


def _print_classes(found: Test) -> None:
    click.echo()
    print_rows(
        [asdict(figures) for figures in found.classes], ("label", "texts", "precision", "recall", "f1"), as_json=False
    )
    click.echo("\nlabel by answer")
    print_matrix(
        "label",
        found.labels,
        len(found.labels),
        lambda at: (found.labels[at], [f"{count:,}" for count in found.confusion[:, at].tolist()]),
    )


@command.command("predict")
@click.argument("texts", nargs=-1, required=True, metavar="TEXT|FILE...")
@click.option("--explain", is_flag=True, help="Show what each word adds; for the network of averages.")
@options.model
@options.as_json
@options.reporting
def predict(texts: tuple[str, ...], explain: bool, model: str | None, as_json: bool, reporter: Reporter) -> None:
    """Tell the label of texts, and how probable it is.

    A FILE has a text a line; - is standard input. Each line has an answer, blank
    ones too. With --explain each word is
    shown with its share in the logit of the label: positive shares speak for it,
    and all of them with that of the (bias) add up to the logit.

    \b
    Examples:
      w2v classify predict "The dessert is excellent"
      w2v classify predict "The dessert is excellent" --explain
      w2v classify predict - < reviews.txt > labels.tsv
    """
    from w2vcli.neural.classifier import open_classifier

    classifier = open_classifier(find_model(model))
    found = read_texts(texts)
    if explain:
        _print_shares(classifier, found, as_json=as_json)
        return
    _, tokens = classifier.tokens(found)
    unknown = sum(
        bool(all(word == len(classifier.words) + 1 for word in row if word)) for row in classifier.rows(tokens).tolist()
    )
    if unknown:
        reporter.warn(f"{unknown:,} texts have no word that is known; what is told of them is a guess")
    rows = [
        {"text": text, "label": classifier.card.labels[int(shares.argmax())], "probability": float(shares.max())}
        for text, shares in zip(found, classifier.probabilities(tokens), strict=True)
    ]
    print_rows(rows, ("text", "label", "probability"), as_json=as_json)


def _print_shares(classifier: Classifier, texts: Sequence[str], *, as_json: bool) -> None:
    from w2vcli.neural.classifier import explain

    rows = []
    for text in texts:
        if len(texts) > 1 and not text.strip():
            continue
        label, shares = explain(classifier, text)
        rows += [{"text": text, "label": label, **asdict(share)} for share in shares]
    several = as_json or not is_for_the_eye() or len(texts) > 1
    print_rows(rows, (*(["text"] if several else []), "label", "word", "share"), as_json=as_json)
