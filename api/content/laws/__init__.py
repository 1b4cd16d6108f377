"""Laws: official texts taken in as content, and when each version was last confirmed in force."""
