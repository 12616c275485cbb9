"""Commands: train, load, list, describe and convert models."""
