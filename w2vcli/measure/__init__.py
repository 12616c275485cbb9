"""How good a model is: analogies, similarities, odd ones out and categories, with coverage and confidence."""
