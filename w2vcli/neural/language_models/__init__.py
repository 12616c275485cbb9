"""Language models: their network, their training, what they answer, and trigrams beside them."""
