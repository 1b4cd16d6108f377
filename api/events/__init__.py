"""Events: what happened at the desk, told to every console and page that listens."""
