"""Tickets: matters that a person at the hotline follows up."""
