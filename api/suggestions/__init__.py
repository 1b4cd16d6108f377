"""Suggestions: what an operator may answer, composed by the bot's own turn and checked as it is."""
