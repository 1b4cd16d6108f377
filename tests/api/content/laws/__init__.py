"""Laws that are taken in at the desk, and when they were last confirmed."""
