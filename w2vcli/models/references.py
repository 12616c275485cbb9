"""Publications to cite for a model, as BibTeX."""

from __future__ import annotations

from w2vcli.models.facts import Facts
from w2vcli.models.variants import VariantsMade

# Each by the key that the text of `w2vcli.models.methods_paragraph` cites it by.
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
    "rubin1981bayesian": """@article{rubin1981bayesian,
  author    = {Rubin, Donald B.},
  title     = {The {Bayesian} Bootstrap},
  journal   = {The Annals of Statistics},
  volume    = {9},
  number    = {1},
  pages     = {130--134},
  year      = {1981}
}""",
    "antoniak2018evaluating": """@article{antoniak2018evaluating,
  author    = {Antoniak, Maria and Mimno, David},
  title     = {Evaluating the Stability of Embedding-based Word Similarities},
  journal   = {Transactions of the Association for Computational Linguistics},
  volume    = {6},
  pages     = {107--119},
  year      = {2018}
}""",
}
_W2V = """@software{w2v,
  author    = {{The w2v developers}},
  title     = {w2v: word2vec at the command line},
  version   = {VERSION}
}"""


def references_of(facts: Facts, made: VariantsMade | None = None) -> list[str]:
    """Return the BibTeX entries of what a model and its variants were made with: the methods, the engine and w2v.

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
    if made is not None:
        keys += ["rubin1981bayesian", "antoniak2018evaluating"]
    return [*(_ENTRIES[key] for key in keys), _W2V.replace("VERSION", facts.versions.get("w2vcli", "unknown"))]
