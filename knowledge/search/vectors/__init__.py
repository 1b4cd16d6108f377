"""Where the vectors of the passages lie, and the nearest of them."""
