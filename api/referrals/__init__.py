"""Referrals: which roads a turn pointed to."""
