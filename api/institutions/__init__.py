"""Institutions: the directory as it is edited; what is being changed, alike, old or missing."""
