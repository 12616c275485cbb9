"""Tables of PostgreSQL with pgvector: where they are, how they are written whole or not at all, and read back."""
