"""What a model that was trained at the desk does better and worse than the one in use."""
