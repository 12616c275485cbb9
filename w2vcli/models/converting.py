"""From one vector format to another, whichever can be read and written."""

from __future__ import annotations

from pathlib import Path

from w2vcli.atomic import require_absent, scratch_directory
from w2vcli.errors import BadSettings
from w2vcli.models.directory import ModelWriter, open_without_index
from w2vcli.models.formats.blocks import ReadOptions
from w2vcli.models.formats.sidecar import hashes_path
from w2vcli.models.formats.table import VectorFormat
from w2vcli.models.loading import read_vectors
from w2vcli.models.source_names import split_source
from w2vcli.reporting import Reporter


def convert_model(source: Path, target: Path, vector_format: VectorFormat, reporter: Reporter, *, force: bool) -> int:
    """Write the vectors of the model in the directory ``source`` as the file ``target``; return how many.

    Raises
    ------
    BadModel
        If the model is damaged.
    OutputExists
        If ``target`` exists and ``force`` is false.
    """
    _require_places(target, vector_format, force=force)
    model = open_without_index(source, with_weights=True)
    if vector_format.write is None:
        raise ValueError(f"{vector_format.name} cannot be written")
    if model.subwords is not None:
        reporter.warn("the vectors of subwords are left out: of the formats that can be written, none has a place")
    vector_format.write(model, target, reporter, force=force)
    return model.facts.words


def convert_file(
    source: Path, target: Path, vector_format: VectorFormat, reading: ReadOptions, reporter: Reporter, *, force: bool
) -> int:
    """Write the vectors of the file ``source`` as the file ``target``; return how many.

    They go through a model beside ``target``, so that memory stays flat and no word comes twice.

    Raises
    ------
    BadSettings
        If ``source`` itself would be replaced, or the format is for models that were trained here.
    DamagedInput
        If ``source`` has no known format, breaks off, or has no rows.
    OutputExists
        If ``target`` exists and ``force`` is false.
    """
    path, _ = split_source(source)
    for output in _outputs(target, vector_format):
        if output.exists() and path.exists() and output.samefile(path):
            raise BadSettings(f"{output} would be replaced by what is made of it; choose another name for OUT")
    if vector_format.of_training:
        raise BadSettings(f"{target.name}: only a model that was trained here can be a {vector_format.name}")
    _require_places(target, vector_format, force=force)
    with scratch_directory(target) as directory:
        with read_vectors(source, reading, reporter) as vectors:
            writer = ModelWriter(directory, vectors.rows.vector_size)
            try:
                vectors.write(writer)
            finally:
                writer.close()
        return convert_model(directory, target, vector_format, reporter, force=force)


def _outputs(target: Path, vector_format: VectorFormat) -> list[Path]:
    if vector_format.words_path is None:
        return [target]
    return [target, vector_format.words_path(target), hashes_path(target)]


def _require_places(target: Path, vector_format: VectorFormat, *, force: bool) -> None:
    """Raise `OutputExists` before the work is done if anything that will be written is there already."""
    for output in _outputs(target, vector_format):
        require_absent(output, force=force)
