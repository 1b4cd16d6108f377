"""Sentences with their labels, for training."""
