"""Conversations: what visitors and the assistant said to each other, turn by turn."""
