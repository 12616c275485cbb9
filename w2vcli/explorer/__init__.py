"""What shows a model in the browser: the page with a map of all words, its server, and TensorBoard."""
