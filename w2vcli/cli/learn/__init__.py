"""Commands: what the lecture teaches, step by step."""
