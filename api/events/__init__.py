"""Events: what happens at the desk, told to whoever looks on."""
