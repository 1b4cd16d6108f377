"""Content: changes to the reviewed content, how they are reviewed, proved and put in use."""
