"""Servers that show a model in the browser, for as long as a process runs."""
