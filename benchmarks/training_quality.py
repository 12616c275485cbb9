"""Whether models trained by w2v are as good as gensim's own: the same text and settings, some seeds.

    python -m benchmarks.training_quality CORPUS --seeds 1 2 3 4 5 --epochs 2 --engines numba gensim

CORPUS is a text whose sentences are lines of words between blanks. For each seed, ``w2v train`` with each engine and
gensim's ``Word2Vec`` on ``LineSentence`` train with the same settings; all are asked WordSim-353, SimLex-999 and
gensim's analogies, by ``w2v evaluate``. The table has mean and standard deviation over the seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.processes import measure
from benchmarks.trainers import add_settings, command, settings_of, w2v_command

MEASURES = {
    ("wordsim353", "spearman"): "WordSim-353",
    ("simlex999", "spearman"): "SimLex-999",
    ("questions-words", "3cosadd"): "analogies",
}
"""What is measured: the test set and the measure, and its title."""


def main() -> None:
    """Train, evaluate, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--engines", nargs="+", default=["numba"])
    add_settings(parser)
    options = parser.parse_args()
    corpus = options.corpus.absolute()
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory(dir=corpus.parent) as folder:
        os.environ["W2V_HOME"] = folder
        for seed in options.seeds:
            settings = replace(settings_of(options), seed=seed)
            for engine in options.engines:
                measure(*w2v_command(corpus, engine, settings, "--engine", engine))
            vectors = Path(folder, "gensim-itself.bin")
            measure(*command("gensim", corpus, vectors, settings))
            run_w2v("load", str(vectors), "-o", "gensim-itself", "-q", "--force")
            for name in [*options.engines, "gensim-itself"]:
                for title, value in evaluate(name).items():
                    found.setdefault(name, {}).setdefault(title, []).append(value)
                click.echo(
                    f"{name} {seed} { ({title: values[-1] for title, values in found[name].items()}) }", err=True
                )
    click.echo("| | " + " | ".join(MEASURES.values()) + " |\n|---|" + "---|" * len(MEASURES))
    for name, measures in found.items():
        cells = (summarize(values) for values in measures.values())
        click.echo(f"| {name} | " + " | ".join(cells) + " |")


def summarize(values: list[float]) -> str:
    """Return mean and standard deviation; of one seed, its value."""
    mean = f"{statistics.mean(values):.4f}"
    return f"{mean} ± {statistics.stdev(values):.4f}" if len(values) > 1 else mean


def run_w2v(*arguments: str) -> str:
    """Run w2v, and return what it prints."""
    done = subprocess.run([sys.executable, "-m", "w2vcli", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def evaluate(name: str) -> dict[str, float]:
    """Return what a model is worth, by the titles of `MEASURES`."""
    rows = json.loads(run_w2v("evaluate", name, "--json", "-q"))
    values = {(row["set"], row["measure"]): row["value"] for row in rows if row["section"] == "total"}
    return {title: values[key] for key, title in MEASURES.items()}


if __name__ == "__main__":
    main()
