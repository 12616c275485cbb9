"""From one vector format to another, whichever can be read and written."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir

from w2vcli.atomic import scratch_directory
from w2vcli.errors import BadSettings
from w2vcli.models.directory import Model, ModelWriter, open_without_index
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.sinks import Sink, facts_of_rows, rows_to_write
from w2vcli.models.loading import expected_rows, read_vectors
from w2vcli.models.source_names import split_source
from w2vcli.reporting import Reporter

# Tokenizers that a pattern can stand for.
_AS_PATTERNS = {"unicode", "characters", "subwords", "whitespace"}


def convert_model(source: Path, sink: Sink, reporter: Reporter) -> int:
    """Write the rows of the model in the directory ``source`` to ``sink``, and return how many.

    Raises
    ------
    BadModel
        If the model is damaged.
    OutputExists
        If something is there already that may not be replaced.
    """
    sink.require_free()
    model = open_without_index(source, with_weights=True)
    if model.subwords is not None:
        reporter.warn("the vectors of subwords are left out: of the formats that can be written, none has a place")
    if sink.has_tokenizer:
        _tell_tokenizer(model, sink, reporter)
    elif model.facts.static is not None:
        reporter.warn("the tokenizer is left out: of the formats that can be written, none has a place")
    with sink.open(facts_of_rows(model), reporter) as append:
        for block in rows_to_write(model, sink.spelling, reporter):
            append(block)
    return model.facts.words


def _tell_tokenizer(model: Model, sink: Sink, reporter: Reporter) -> None:
    """Tell how far the tokenizer that is written does what the model's own does."""
    tokenizer = model.facts.tokenizer
    if tokenizer is None and model.facts.static is None:
        reporter.note(f"how its text was tokenized is not known: {sink.name} is given the tokenizer unicode")
    elif tokenizer is not None and tokenizer.tokenizer not in _AS_PATTERNS:
        reporter.warn(f"{sink.name} has no tokenizer {tokenizer.tokenizer}: texts need blanks between words there")
    if "phrases.tsv" in model.texts:
        reporter.warn(f"{sink.name} joins no phrases: there, texts need them joined, as in new_york")


def convert_file(source: Path, sink: Sink, reading: ReadOptions, reporter: Reporter) -> int:
    """Write the rows of the file ``source`` to ``sink``, and return how many.

    They go through a model beside the first file of the sink, so that memory stays flat and no word comes twice.

    Raises
    ------
    BadSettings
        If ``source`` itself would be replaced, or the sink takes only models that were trained here.
    DamagedInput
        If ``source`` has no known format, breaks off, or has no rows.
    OutputExists
        If something is there already that may not be replaced.
    """
    path, _ = split_source(source)
    for output in sink.files:
        if output.exists() and path.exists() and output.samefile(path):
            raise BadSettings(f"{output} would be replaced by what is made of it; choose another name for OUT")
    if sink.of_training:
        raise BadSettings(f"{sink.files[0].name}: only a model that was trained here can be a {sink.name}")
    sink.require_free()
    beside = sink.files[0] if sink.files else Path(gettempdir()) / "vectors"
    with scratch_directory(beside) as directory:
        with read_vectors(source, reading, reporter) as vectors:
            writer = ModelWriter(directory, vectors.rows.vector_size, expected_rows(vectors.rows, reading))
            try:
                vectors.write(writer)
            finally:
                writer.close()
        return convert_model(directory, sink, reporter)
