"""From text to sentences, from sentences to tokens, from tokens to ids on disk."""
