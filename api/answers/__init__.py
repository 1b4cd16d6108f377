"""Answers: what the knowledge base says, and what it says alone while the dialogue engine is
away.
"""
