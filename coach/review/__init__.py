"""Results of a run: summaries, reviews, explanations and comparisons, made from the outputs of a replay."""
