"""Traces: where a message spends its time, told to a collector where one is set."""
