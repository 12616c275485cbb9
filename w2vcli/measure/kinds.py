"""The kinds of test sets, and the sets that come with gensim: what help says of them.

It imports nothing that reads sets, since help is to be fast.
"""

from __future__ import annotations

from typing import Literal

Kind = Literal["analogies", "pairs", "categories", "odd", "weat"]

# The sets that gensim's wheel has among its own tests' data.
BUNDLED = {
    "questions-words": "questions-words.txt",
    "wordsim353": "wordsim353.tsv",
    "simlex999": "simlex999.txt",
}
