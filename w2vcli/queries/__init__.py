"""Questions to a model: neighbours, analogies, similarities, and what a misspelt word may have meant."""
