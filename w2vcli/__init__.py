"""word2vec at the command line: train, load, ask and show word vectors."""

from __future__ import annotations
