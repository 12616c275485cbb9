"""Publications to cite for a model, as BibTeX."""

from __future__ import annotations

from w2vcli.models.facts import Facts

# Each by the key that the text of `w2vcli.models.methods` cites it by.
_ENTRIES = {
    "mikolov2013efficient": """@inproceedings{mikolov2013efficient,
  author    = {Mikolov, Tomas and Chen, Kai and Corrado, Greg and Dean, Jeffrey},
  title     = {Efficient Estimation of Word Representations in Vector Space},
  booktitle = {International Conference on Learning Representations, Workshop Track},
  year      = {2013},
  eprint    = {1301.3781},
  archivePrefix = {arXiv}
}""",
    "mikolov2013distributed": """@inproceedings{mikolov2013distributed,
  author    = {Mikolov, Tomas and Sutskever, Ilya and Chen, Kai and Corrado, Greg S. and Dean, Jeff},
  title     = {Distributed Representations of Words and Phrases and their Compositionality},
  booktitle = {Advances in Neural Information Processing Systems 26},
  pages     = {3111--3119},
  year      = {2013}
}""",
    "bojanowski2017enriching": """@article{bojanowski2017enriching,
  author    = {Bojanowski, Piotr and Grave, Edouard and Joulin, Armand and Mikolov, Tomas},
  title     = {Enriching Word Vectors with Subword Information},
  journal   = {Transactions of the Association for Computational Linguistics},
  volume    = {5},
  pages     = {135--146},
  year      = {2017}
}""",
    "rehurek2010software": """@inproceedings{rehurek2010software,
  author    = {{\\v R}eh{\\r u}{\\v r}ek, Radim and Sojka, Petr},
  title     = {Software Framework for Topic Modelling with Large Corpora},
  booktitle = {Proceedings of the LREC 2010 Workshop on New Challenges for NLP Frameworks},
  pages     = {45--50},
  address   = {Valletta, Malta},
  year      = {2010}
}""",
}
_W2V = """@software{w2v,
  author    = {{The w2v developers}},
  title     = {w2v: word2vec at the command line},
  version   = {VERSION}
}"""


def references_of(facts: Facts) -> list[str]:
    """Return the BibTeX entries of what a model was made with: the methods, the engine and w2v, in this order.

    Of vectors that were loaded, only w2v is known. Whoever made them is named by their source.
    """
    run = facts.runs[-1] if facts.runs else None
    keys = []
    if run is not None:
        keys = ["mikolov2013efficient", "mikolov2013distributed"]
        if facts.subwords is not None:
            keys.append("bojanowski2017enriching")
        if run.engine == "gensim":
            keys.append("rehurek2010software")
    return [*(_ENTRIES[key] for key in keys), _W2V.replace("VERSION", facts.versions.get("w2vcli", "unknown"))]
