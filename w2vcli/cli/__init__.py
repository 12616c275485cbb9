"""The command line: one file for each command; only this folder knows Click."""
