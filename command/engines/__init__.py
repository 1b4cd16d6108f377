"""The second dialogue engine beside the first, while a model takes another one's place."""
