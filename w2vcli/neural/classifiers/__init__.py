"""Classifiers of texts: their network, their training, what they answer and how often they are right."""
