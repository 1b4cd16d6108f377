"""Joining channels to the service: what one has to bring, and which there are."""
