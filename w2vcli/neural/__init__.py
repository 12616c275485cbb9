"""Neural networks over word vectors: classifiers and language models, by Keras, which is an extra."""
