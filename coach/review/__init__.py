"""What a run came to: summaries, explanations and comparisons made from the outputs of a replay."""
