"""The switches over what the bot says, and the banner."""
