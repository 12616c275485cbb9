"""Models on disk: the directory, the formats of others, the catalogue, the list of models."""
