"""What the bot may say at present: topics switched off, the bot off at once, the banner."""
