from __future__ import annotations

import pytest

from w2vcli.errors import BadVocabulary
from w2vcli.views.projector import require_loadable


@pytest.mark.parametrize(("words", "vector_size", "message"), [(0, 3, "no words"), (3, 1, "two values or more")])
def test_what_the_projector_does_not_load(words: int, vector_size: int, message: str) -> None:
    with pytest.raises(BadVocabulary, match=message):
        require_loadable(words, vector_size)
