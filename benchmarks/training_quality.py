"""Whether models trained through the pipeline are as good as gensim's own: the same text and settings, some seeds.

    python -m benchmarks.training_quality CORPUS --seeds 1 2 3 --epochs 2

CORPUS is a text whose sentences are lines of words between blanks. For each seed, ``w2v train`` and gensim's
``Word2Vec`` on ``LineSentence`` train with the same settings; both are asked WordSim-353 and gensim's
analogies, by ``w2v evaluate``. The table has mean and standard deviation over the seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import click

_MEASURES = {("wordsim353", "spearman"): "WordSim-353", ("questions-words", "3cosadd"): "analogies"}


def main() -> None:
    """Train, evaluate, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory(dir=options.corpus.parent) as folder:
        os.environ["W2V_HOME"] = folder
        for seed in options.seeds:
            settings = ["--epochs", str(options.epochs), "--workers", str(options.workers), "--seed", str(seed)]
            _w2v("train", str(options.corpus), "-o", "w2v", "--tokenizer", "whitespace", *settings, "-q", "--force")
            vectors = Path(folder, "gensim.bin")
            _train_with_gensim(options.corpus, vectors, options.epochs, options.workers, seed)
            _w2v("load", str(vectors), "-o", "gensim", "-q", "--force")
            for name in ("w2v", "gensim"):
                for measure, value in _evaluate(name).items():
                    found.setdefault(name, {}).setdefault(measure, []).append(value)
                click.echo(f"{name} {seed} { ({measure: v[-1] for measure, v in found[name].items()}) }", err=True)
    click.echo("| | " + " | ".join(_MEASURES.values()) + " |\n|---|" + "---|" * len(_MEASURES))
    for name, measures in found.items():
        cells = (f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}" for values in measures.values())
        click.echo(f"| {name} | " + " | ".join(cells) + " |")


def _w2v(*arguments: str) -> str:
    done = subprocess.run([sys.executable, "-m", "w2vcli", *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def _evaluate(name: str) -> dict[str, float]:
    rows = json.loads(_w2v("evaluate", name, "--json", "-q"))
    values = {(row["set"], row["measure"]): row["value"] for row in rows if row["section"] == "total"}
    return {title: values[key] for key, title in _MEASURES.items()}


def _train_with_gensim(corpus: Path, vectors: Path, epochs: int, workers: int, seed: int) -> None:
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    model = Word2Vec(LineSentence(str(corpus)), sg=1, epochs=epochs, workers=workers, seed=seed)
    model.wv.save_word2vec_format(str(vectors), binary=True)


if __name__ == "__main__":
    main()
