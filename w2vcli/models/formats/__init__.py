"""Vector files of other programs: one file for each format, reached through `table`."""
