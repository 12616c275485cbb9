"""Commands: help and the completion of the shell."""
