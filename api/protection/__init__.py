"""Keeps personal data from standing where it must not: masks, refusals, sealed columns."""
