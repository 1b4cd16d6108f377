"""The way out: what is said passes the citation guard, and the texts that are said stand in
files.
"""
