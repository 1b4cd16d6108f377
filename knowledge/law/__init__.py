"""The law in time: which article of which version governs on a day, how it is cited, and how
periods run.
"""
