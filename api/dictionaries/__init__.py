"""Dictionaries: the content's words in one text, by which what turns leave is packed."""
