"""Reads that a replica of the database may answer, and the way back to the database itself."""
