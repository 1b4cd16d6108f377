"""How well intents and rights are understood, and the sentences that tell."""
