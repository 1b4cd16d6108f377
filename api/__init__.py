"""The service side's memory and its web face: everything with a lifetime lives here."""
