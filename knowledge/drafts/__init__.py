"""Papers prefilled with what the visitor told."""
