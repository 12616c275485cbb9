"""What a command ends with: its exit status, and the code of an error. Programs are told this, so it is in English."""

from __future__ import annotations

import re

from w2vcli import errors

DONE, FAILED, WRONG_USAGE, INTERRUPTED, NOBODY_READS = 0, 1, 2, 130, 141  # 141 is what a shell says of SIGPIPE
EXIT_STATUSES = {
    DONE: "done",
    FAILED: "a failure, a line without an answer, or a comparison that differs",
    WRONG_USAGE: "wrong usage: an unknown option, a value out of range, options that do not go together",
    3: "words that the model does not have",
    4: "no such model, or no such vectors to load",
    5: "what would be written exists already",
    129: "the terminal was closed (SIGHUP); nothing half-written is left",
    INTERRUPTED: "interrupted by Ctrl-C; what was there before is unchanged",
    NOBODY_READS: "the reader of the answer went away, as head does",
    143: "ended by a kill (SIGTERM); nothing half-written is left",
}
# What is no `W2vError`, by its code.
USAGE, SYSTEM, MEMORY, BROKEN_OFF = "wrong-usage", "system-error", "out-of-memory", "interrupted"
FAULT = "fault"
_OTHERS = {
    USAGE: (WRONG_USAGE, "a command line that cannot be understood"),
    SYSTEM: (FAILED, "what the system refuses, such as a file that may not be read, or a full disk"),
    MEMORY: (FAILED, "more memory than there is"),
    BROKEN_OFF: (INTERRUPTED, "Ctrl-C"),
    FAULT: (FAILED, "a fault of w2v itself, which --debug reports"),
}


def error_codes() -> dict[str, tuple[int, str]]:
    """Return each code of an error with its exit status and what it stands for, in the order of the tree of errors."""
    tree = re.findall(r"─ (\w+) +(.+?)(?: \(exit status \d\))?$", errors.__doc__ or "", re.MULTILINE)
    kinds = ((getattr(errors, name), text) for name, text in tree)
    return {kind.code(): (kind.exit_status, text) for kind, text in kinds} | _OTHERS
