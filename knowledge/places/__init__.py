"""Places, and the bodies that are competent there."""
