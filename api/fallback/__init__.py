"""What the service says by itself while the dialogue engine is away."""
