"""How good and how fast the helpline is: commands that measure and report, no tests."""
