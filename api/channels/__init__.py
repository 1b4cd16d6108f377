"""Channels: the doors through which visitors come in."""
