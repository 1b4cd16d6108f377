"""Sentences for training, labelled by two readers who do not see each other's labels."""
