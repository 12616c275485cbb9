"""Commands: evaluation on test sets."""
