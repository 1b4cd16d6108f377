"""Events: what happened at the desk, told to every console and every visitor's page that listens."""
