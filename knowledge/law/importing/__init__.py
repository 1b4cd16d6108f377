"""Takes in texts of law as official databases publish them."""
