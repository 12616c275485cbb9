"""Lessons: texts as numbers, training pairs, one step of training, the embedding matrix, and the lecture on all."""
