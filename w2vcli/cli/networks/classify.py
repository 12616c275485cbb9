"""``w2v classify``: train, test, predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from w2vcli.cli import completing, options
from w2vcli.cli.columns import COLUMNS
from w2vcli.cli.command import W2vGroup
from w2vcli.cli.matrix import print_matrix
from w2vcli.cli.networks import network_training
from w2vcli.cli.output import is_for_the_eye, is_nested, long_text, print_facts, print_rows
from w2vcli.cli.questions import open_model
from w2vcli.cli.text_arguments import read_texts
from w2vcli.models.registry import find_model, model_name, suggested_name
from w2vcli.neural.network_plans import CLASSIFIER_DEFAULTS, PRESETS, Setting, plan_classifier
from w2vcli.reporting import Reporter
from w2vcli.speaking.language import translated

if TYPE_CHECKING:
    from w2vcli.neural.classifiers.accuracy import ClassifierAccuracy
    from w2vcli.neural.classifiers.classifier import Classifier
    from w2vcli.neural.network_records import ClassifierRecord

# With fewer texts to validate with, the accuracy of another split may differ by some points.
_FEW = 2000


@click.group("classify", cls=W2vGroup)
def command() -> None:
    """Learn to tell labels of texts, such as good and bad.

    \b
    train     a network from labelled texts; its embedding becomes a model
    test      how often it is right, beside TF-IDF with logistic regression
    predict   the label of a text, and what each word adds to it

    \b
    Examples:
      w2v classify train aclImdb.tar.gz -o imdb
      w2v classify test aclImdb.tar.gz
      w2v classify predict "The dessert is excellent"
    """


def _reading(function: options.CommandFunction) -> options.CommandFunction:
    """Add how tables and files are read."""
    for option in (
        options.encoding_errors,
        options.encoding,
        click.option(
            "--label", metavar="COLUMN", help="Column of a table that holds the labels.  [default: found by its name]"
        ),
        click.option("--column", metavar="COLUMN", help=f"{options.COLUMN}  [default: found by its name]"),
    ):
        function = option(function)
    return function


# What a training that is resumed takes from its record, besides its settings.
_OF_THE_DATA = ("preset", "validation_data", "column", "label", "encoding", "encoding_errors")
_MODES = (
    network_training.resuming(CLASSIFIER_DEFAULTS, *_OF_THE_DATA),
    options.Mode(("cell", "units"), lambda values: values["network"] == "rnn", "only --network rnn has cells"),
    options.Mode(
        ("dense",), lambda values: values["network"] == "average", "only --network average has a hidden layer"
    ),
    options.Mode(("vector_size",), lambda values: not values["vectors"], "the vectors of --vectors have their size"),
    options.Mode(
        ("validation",), lambda values: not values["validation_data"], "--validation-data is what is validated with"
    ),
)


@command.command(
    "train",
    columns=COLUMNS["classify train"],
    modes=_MODES,
    aliases={"--vocabulary": "--vocabulary-size", "--text": "--column"},
)
@click.argument("data", required=False, type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="MODEL", help="Name or path of the new model.  [default: name of the data]")
@network_training.settings_of(CLASSIFIER_DEFAULTS, units="Units of the recurrent layer, for each direction.")
@click.option(
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="Take all settings from the lecture, which validates on the test part.",
)
@click.option(
    "--validation-data", type=click.Path(exists=True, path_type=Path), help="Validate on these texts instead."
)
@_reading
@options.force
@options.formats
@options.reporting
def train(
    data: Path | None,
    output: str | None,
    preset: str | None,
    vectors: str | None,
    validation_data: Path | None,
    column: str | None,
    label: str | None,
    encoding: str,
    encoding_errors: str,
    resume: bool,
    force: bool,
    reporter: Reporter,
    **settings: Setting,
) -> None:
    """Train a classifier on labelled texts.

    \b
    Examples:
      w2v classify train aclImdb.tar.gz -o imdb
      w2v classify train aclImdb.tar.gz -o imdb-rnn --network rnn
      w2v classify train ratings.tsv --column document --tokenizer korean
      w2v classify train --resume -o imdb --epochs 20

    \b
    Networks:
      average   embedding, mean over the words, hidden layer with relu, output
      rnn       embedding, bidirectional GRU or LSTM (many to one), output

    DATA is a folder with a folder of texts for each label, an archive of it (tar,
    zip), or a table (CSV, TSV, JSON, Parquet, lines with __label__). If it has the
    parts train and test, train is read.

    The epoch with the least loss on the held-out texts is kept, or the last one by
    --keep last. The model is written after each epoch, so a Ctrl-C loses nothing. It
    becomes the default model.
    """
    from w2vcli.neural.classifiers.classifier_task import ClassifierTask
    from w2vcli.neural.labelled_texts.label_files import Columns
    from w2vcli.neural.network_store import CLASSIFIERS

    said = network_training.said_of(settings, begins=not resume)
    if resume:
        target = find_model(output)
        plan = CLASSIFIERS.read(target).plan(data, said.get("epochs"))  # type: ignore[arg-type]
    elif data is None:
        raise click.UsageError("Missing argument 'DATA'.")
    else:
        target = network_training.new_target(output or suggested_name(str(data)))
        plan = plan_classifier(
            data,
            Columns(column, label, encoding, encoding_errors),
            preset=preset,
            validation_data=validation_data,
            vectors=None if vectors is None else open_model(vectors, reporter),
            **said,
        )
    record = network_training.run_training(ClassifierTask(plan), target, reporter, resume=resume, force=force)
    _print_record(record, target)
    name = model_name(target)
    network_training.tell_of_training(record, f"w2v classify train --resume -o {name}", reporter)
    validated = record.examples.validation
    if record.data.validation_data is None and validated < _FEW:
        reporter.note(
            f"{validated:,} texts were held out to validate with, one split of many; other ones, by --seed 2, 3, ..., "
            "may do better or worse within val_accuracy_low and val_accuracy_high"
        )
    reporter.note(f"ask it with: w2v classify predict TEXT; its embedding with: w2v similar WORD -m {name}")


def _print_record(record: ClassifierRecord, target: Path) -> None:
    """Print what came out of a training: sizes, and the figures of the epoch that is kept."""
    figures = record.accuracies()
    facts: dict[str, Any] = {
        "model": model_name(target),
        "network": record.network.network,
        "parameters": record.parameters,
        "labels": record.labels if is_nested() else ", ".join(record.counted_labels()),
        **asdict(record.examples),
        "epochs": len(record.history),
        "best_epoch": record.best_epoch,
        "kept_epoch": record.kept_epoch,
        **(figures if is_nested() else {name: round(value, 4) for name, value in figures.items()}),
    }
    more = {"label_counts": record.label_counts, "history": [epoch.as_row() for epoch in record.history]}
    print_facts(facts | (more if is_nested() else {}))


@command.command("test", columns=COLUMNS["classify test"], aliases={"--text": "--column"})
@click.argument("data", type=click.Path(path_type=Path))
@options.model
@_reading
@options.formats_and_file
@options.reporting
def test(data: Path, model: str | None, reporter: Reporter, **reading: Any) -> None:
    """Test a classifier on labelled texts, beside its baseline.

    \b
    Examples:
      w2v classify test aclImdb.tar.gz -m imdb
      w2v classify test more.csv --column review --label stars --json

    DATA is as for training. If it has the parts train and test, test is read. The
    baseline is TF-IDF with logistic regression on the words of the training texts.

    On a terminal and as JSON there is also the confusion matrix: its rows are the
    true labels, its columns the predicted ones.
    """
    from w2vcli.neural.classifiers.accuracy import measure_accuracy
    from w2vcli.neural.classifiers.classifier import open_classifier
    from w2vcli.neural.labelled_texts.label_files import Columns
    from w2vcli.neural.labelled_texts.labelled import read_labelled
    from w2vcli.neural.labelled_texts.parts import TEST

    classifier = open_classifier(find_model(model))
    columns = Columns(reading.pop("column"), **reading)  # the class calls the column of texts ``text``
    found = measure_accuracy(classifier, read_labelled(data, TEST, columns, reporter), reporter)
    if is_nested():
        print_facts(found.as_row())
        return
    network = classifier.record.network.network
    rows = [
        {"classifier": name, "texts": found.texts, "accuracy": accuracy, **interval._asdict()}
        for name, accuracy, interval in (
            (network, found.accuracy, found.interval()),
            ("baseline", found.baseline_accuracy, found.baseline_interval()),
        )
    ]
    print_rows(rows, ("classifier", "texts", "accuracy", "low", "high"))
    if is_for_the_eye():
        _print_labels(found)


def _print_labels(found: ClassifierAccuracy) -> None:
    """Print the figures of each label, and the confusion matrix, a column at a time."""
    click.echo()
    print_rows([asdict(figures) for figures in found.classes], ("label", "texts", "precision", "recall", "f1"))
    click.echo(f"\n{translated('label by answer')}")
    print_matrix(
        "label",
        found.labels,
        len(found.labels),
        lambda at: (found.labels[at], [f"{count:,}" for count in found.confusion[:, at].tolist()]),
    )


@command.command("predict", columns=("text", "label", "probability", "word", "share"))
@click.argument("texts", nargs=-1, type=completing.TextOrFile(), required=True, metavar="TEXT|FILE...")
@click.option("--explain", is_flag=True, help="Show what each word adds to the answer; needs --network average.")
@options.model
@options.formats_and_file
@options.reporting
def predict(texts: tuple[str, ...], explain: bool, model: str | None, reporter: Reporter) -> None:
    """Tell the label of texts, and how probable it is.

    \b
    Examples:
      w2v classify predict "The dessert is excellent"
      w2v classify predict "The dessert is excellent" --explain
      w2v classify predict - < reviews.txt > labels.tsv

    A FILE has a text a line, and - is standard input. Each line has an answer, also
    a blank one.

    With --explain, each word is shown with its share in the logit of the label.
    Positive shares speak for the label. All shares, with that of the (bias), add up
    to the logit.
    """
    from w2vcli.neural.classifiers.classifier import open_classifier

    classifier = open_classifier(find_model(model))
    found = read_texts(texts)
    if explain:
        _print_shares(classifier, found)
        return
    _, tokens = classifier.tokens(found)
    if guesses := classifier.count_guesses(tokens):
        reporter.warn(f"{guesses:,} texts contain no known word; their labels are guesses")
    rows = [
        {"text": text, "label": classifier.record.labels[int(shares.argmax())], "probability": float(shares.max())}
        for text, shares in zip(found, classifier.probabilities(tokens), strict=True)
    ]
    print_rows(rows, (long_text("text"), "label", "probability"))


def _print_shares(classifier: Classifier, texts: Sequence[str]) -> None:
    """Print what each word adds. Of several texts, blank ones are passed over: they have no words."""
    from w2vcli.neural.classifiers.explanation import explain

    rows = []
    for text in texts:
        if len(texts) > 1 and not text.strip():
            continue
        label, shares = explain(classifier, text)
        rows += [{"text": text, "label": label, **share._asdict()} for share in shares]
    several = not is_for_the_eye() or len(texts) > 1
    print_rows(rows, (*([long_text("text")] if several else []), "label", "word", "share"))
