"""How fast w2v trains beside gensim, fastText and Mikolov's program: whole processes, in turns, from text to vectors.

    python -m benchmarks.training CORPUS --pairs 2 --vector-size 100 --epochs 5

CORPUS is a text whose sentences are lines of words between blanks. fastText is measured where it is installed,
Mikolov's program with ``--word2vec PATH``. The table has the median time, its ratio to w2v's pair by pair, the
words a second (of all epochs, in the whole process), the CPU seconds, the peak memory, and what the last vectors are
worth.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import tempfile
from pathlib import Path

import click

from benchmarks.processes import in_turns, read_through
from benchmarks.trainers import add_settings, command, settings_of, w2v_command, word2vec_command
from benchmarks.training_quality import MEASURES, evaluate, run_w2v


def main() -> None:
    """Measure, evaluate, print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--word2vec", type=Path, help="Mikolov's program")
    parser.add_argument("--without", nargs="*", default=[], help="programs to leave out")
    add_settings(parser)
    options = parser.parse_args()
    settings, corpus = settings_of(options), options.corpus.absolute()
    words = sum(len(line.split()) for line in corpus.open("rb")) * (settings.epochs or 0)
    with tempfile.TemporaryDirectory(dir=corpus.parent) as folder:
        os.environ["W2V_HOME"] = folder
        files = {name: Path(folder, f"{name}.bin") for name in ("gensim", "gensim-corpus-file")}
        if importlib.util.find_spec("fasttext"):
            files["fasttext"] = Path(folder, "fasttext.bin")
        commands = {"w2v": w2v_command(corpus, "w2v", settings)}
        commands |= {name: command(name, corpus, file, settings) for name, file in files.items()}
        if options.word2vec:
            files["word2vec"] = Path(folder, "word2vec.bin")
            commands["word2vec"] = word2vec_command(options.word2vec, corpus, files["word2vec"], settings)
        commands = {name: arguments for name, arguments in commands.items() if name not in options.without}
        rows = in_turns(commands, options.pairs, before=lambda: read_through(corpus))
        click.echo(f"| program | seconds | times w2v | words/s | CPU s | peak MB | {' | '.join(MEASURES.values())} |")
        click.echo("|---|---:|---:|---:|---:|---:|" + "---:|" * len(MEASURES))
        for row in rows:
            if row.name in files:
                run_w2v("load", str(files[row.name]), "-o", row.name, "-q", "--force")
            quality = " | ".join(f"{value:.4f}" for value in evaluate(row.name).values())
            ratio = f"{row.ratio:.2f} ({row.least:.2f} to {row.most:.2f})"
            speed = f"{words / row.cost.seconds:,.0f}"
            costs = f"{row.cost.cpu:.1f} | {row.cost.megabytes:,.0f}"
            click.echo(f"| {row.name} | {row.cost.seconds:.1f} | {ratio} | {speed} | {costs} | {quality} |")


if __name__ == "__main__":
    main()
