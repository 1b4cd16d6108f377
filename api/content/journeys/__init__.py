"""Whole conversations, held before and after a change of content or of the model."""
