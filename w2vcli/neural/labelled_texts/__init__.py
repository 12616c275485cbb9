"""Texts with labels: where they are, which part of the data they are of, what their labels are."""
