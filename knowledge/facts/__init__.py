"""Facts from a visitor's own words."""
