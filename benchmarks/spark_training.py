"""Training on Spark beside Spark's own Word2Vec and beside one machine: time and quality, from text to vectors.

    python -m benchmarks.spark_training CORPUS --on local[2] --segments 4

CORPUS is a text whose sentences are lines of words between blanks. ``w2v train`` with the engine numba, with the engine
spark, and MLlib's ``Word2Vec`` train one after the other with as many epochs. MLlib has hierarchical softmax alone,
subsamples nothing, and averages what its partitions trained after each epoch. Seconds are by the clock, with the start
of Java and Python. All are asked by ``w2v evaluate``. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.processes import measure
from benchmarks.trainers import DEFAULTS, w2v_command
from benchmarks.training_quality import MEASURES, evaluate, run_w2v
from w2vcli.training.settings import Settings


def main() -> None:
    """Train with each, evaluate, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--on", default="local[2]")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--blocks", type=int, default=8)
    parser.add_argument("--segments", type=int, default=16)
    parser.add_argument("--partitions", type=int, default=4, help="of MLlib")
    parser.add_argument("--vectors", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    settings = replace(DEFAULTS, epochs=options.epochs, workers=2)
    corpus = options.corpus.absolute()
    if options.vectors is not None:  # in the process that is measured
        train_with_mllib(corpus, options.vectors, settings, options.on, options.partitions)
        return
    click.echo("| | seconds | " + " | ".join(MEASURES.values()) + " |\n|---|--:|" + "--:|" * len(MEASURES))
    with tempfile.TemporaryDirectory(dir=corpus.parent) as folder:
        os.environ["W2V_HOME"] = folder
        blocks = ["--blocks", str(options.blocks), "--segments", str(options.segments)]
        vectors = str(Path(folder, "mllib.bin"))
        again = ["--on", options.on, "--epochs", str(options.epochs), "--partitions", str(options.partitions)]
        runs = {
            "numba": w2v_command(corpus, "numba", settings, "--engine", "numba"),
            "spark": w2v_command(corpus, "spark", settings, "--engine", "spark", "--on", options.on, *blocks),
            "mllib": [sys.executable, "-m", "benchmarks.spark_training", str(corpus), *again, "--vectors", vectors],
        }
        for name, command in runs.items():
            cost = measure(*command)
            if name == "mllib":
                run_w2v("load", vectors, "-o", name, "-q", "--force")
            cells = " | ".join(f"{value:.4f}" for value in evaluate(name).values())
            click.echo(f"| {name} | {cost.seconds:,.0f} | {cells} |")


def train_with_mllib(corpus: Path, vectors: Path, settings: Settings, on: str, partitions: int) -> None:
    """Train with Spark's MLlib, and write word2vec's binary format."""
    from pyspark.ml.feature import Word2Vec
    from pyspark.sql import SparkSession, functions

    session: Any = SparkSession.builder.master(on).config("spark.driver.memory", "4g").getOrCreate()
    words = session.read.text(str(corpus)).select(functions.split("value", " ").alias("words"))
    trained = Word2Vec(
        vectorSize=settings.vector_size,
        minCount=settings.min_count,
        numPartitions=partitions,
        stepSize=settings.alpha,
        maxIter=settings.epochs or 1,
        seed=settings.seed,
        windowSize=settings.window,
        inputCol="words",
        outputCol="mean",
    ).fit(words)
    rows = trained.getVectors().collect()
    session.stop()
    with vectors.open("wb") as file:
        file.write(f"{len(rows)} {settings.vector_size}\n".encode())
        for row in rows:
            file.write(row["word"].encode() + b" " + np.asarray(row["vector"].toArray(), "<f4").tobytes())


if __name__ == "__main__":
    main()
