"""Sentences into vectors."""
