"""How fast content that was changed is told."""
