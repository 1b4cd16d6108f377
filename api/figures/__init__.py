"""Figures: what happens at the desk as sums, counted from its rows whenever somebody asks."""
