"""Measurements beside gensim: speed and memory of whole commands, in pairs, in one run."""
