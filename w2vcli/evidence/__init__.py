"""What in the text stands behind an answer of a model: lines with a word, and the contexts that words share."""
