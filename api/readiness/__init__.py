"""Whether the helpline lives and can do its work, and what it counted, for those who watch it."""
