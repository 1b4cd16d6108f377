"""Referrals: which remedies a turn pointed to."""
