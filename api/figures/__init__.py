"""Figures: what happens at the desk as sums, counted afresh from its rows whenever somebody asks."""
