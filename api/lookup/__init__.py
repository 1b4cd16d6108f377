"""Looking up: search over conversations, tickets and callers, whose words are sealed."""
