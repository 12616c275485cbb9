"""The language in which people are spoken to: which one it is, its catalogue, and what a translation needs."""
