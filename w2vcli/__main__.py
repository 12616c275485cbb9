"""Run the command line as ``python -m w2vcli``."""

from w2vcli.cli.main import run

run()
