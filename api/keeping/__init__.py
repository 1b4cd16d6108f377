"""Backups: a whole copy of the data in one file while the helpline runs, and the way back."""
