"""How SQLite is spoken to where nobody may wait for it on the event loop."""
