"""Tests of what says how the helpline grows."""
