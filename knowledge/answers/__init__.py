"""Answers to what people ask, checked against their articles, and the words around them."""
