"""Passages of law and guidance, and known questions, found by meaning and by words."""
