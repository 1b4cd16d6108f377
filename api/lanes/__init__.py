"""Lanes: what belongs together is done one after the other, in whichever process it came in."""
