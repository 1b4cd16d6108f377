"""Demo: a database of invented conversations and tickets, to look at the desk with."""
