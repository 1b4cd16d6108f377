"""Evidence: pictures that visitors add to their open ticket."""
