"""Looking up: people's matters, whose words are sealed, the directory, and words for facts."""
