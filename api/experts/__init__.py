"""Experts: a roster of people who agreed that the desk may turn to them, and until when."""
