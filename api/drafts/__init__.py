"""Drafts: papers prefilled from the facts of a conversation. Nothing is stored: each download is
made afresh.
"""
