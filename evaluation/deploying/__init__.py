"""How the helpline fares on many processes, and how long it takes to move its data."""
