"""Calls by telephone: what a caller says is noted, and the telephone system tells who rings."""
