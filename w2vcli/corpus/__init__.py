"""Text to sentences of tokens to numbers."""
