"""The server on which analysts read: the open columns of the helpline, handed on by PostgreSQL."""
