"""Vectors for the eye: projections to the plane, pictures, files for the Embedding Projector."""
