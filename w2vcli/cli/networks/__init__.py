"""Commands: classifiers and language models."""
