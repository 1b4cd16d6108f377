"""The desk: where operators see who waits, take over conversations, answer and hand them back."""
