"""What staff see of tickets and do with them."""
