"""What it costs to gather what people ask, and how well sentences of one meaning come together."""
