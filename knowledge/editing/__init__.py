"""Editing: reviewed content as items that can be changed one by one, and a folder made of them."""
