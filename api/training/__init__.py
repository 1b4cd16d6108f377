"""Training at the desk: runs, what a model would do better and worse, and its activation."""
