"""Sums and periods that people ask for: damages, thresholds of crimes, limitation."""
