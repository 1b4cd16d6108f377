"""Canned replies: sentences that operators keep for themselves or share, with variables."""
