"""Answers to what people ask, checked against their articles, and what legal terms mean."""
