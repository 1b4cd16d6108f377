"""How good and how fast the operators' desk is."""
