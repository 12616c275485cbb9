"""What a reader learnt of its sources: the files, what was left out, and what was guessed of the others."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from w2vcli.corpus.encoded import FileRead

Names = list[str]


@dataclass
class Learnt:
    """What was learnt of some sources, in their order.

    ``files`` are those that were read, and ``file_ends`` where the text of each one stops, in ``characters`` of all
    texts in a row. Of ``read_archives`` the members that were read are kept, and of ``divided`` how many tokens of
    lists have white space within, by the first one in a file. The others are names of files.
    """

    files: list[FileRead] = field(default_factory=list)
    file_ends: list[int] = field(default_factory=list)
    characters: int = 0
    archives: Names = field(default_factory=list)
    tokenized: Names = field(default_factory=list)
    marked_up: dict[str, Names] = field(default_factory=dict)
    read_archives: dict[str, Names] = field(default_factory=dict)
    not_text: Names = field(default_factory=list)
    plain_tables: Names = field(default_factory=list)
    bare_lists: Names = field(default_factory=list)
    without_column: Names = field(default_factory=list)
    joined_lists: Names = field(default_factory=list)
    divided: dict[str, int] = field(default_factory=dict)
    in_other_encodings: dict[str, Names] = field(default_factory=dict)

    def extend(self, after: Learnt) -> None:
        """Add what was learnt of the sources behind these."""
        self.file_ends += [self.characters + end for end in after.file_ends]
        self.characters += after.characters
        for name in (each.name for each in fields(self) if each.name not in {"file_ends", "characters"}):
            mine, new = getattr(self, name), getattr(after, name)
            if isinstance(mine, list):
                mine += new
                continue
            for key, value in new.items():
                mine[key] = mine[key] + value if key in mine else value
