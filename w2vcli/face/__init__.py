"""w2v from Python: train, load, and a model whose questions are methods. Thin over the rooms that the commands use."""
