"""Looking at content: what is out of date, what a question finds, and what uses an item."""
