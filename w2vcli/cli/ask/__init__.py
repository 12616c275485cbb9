"""Commands: questions to a model."""
