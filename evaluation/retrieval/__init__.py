"""How well and how fast the search finds the articles that answer questions."""
