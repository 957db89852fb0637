"""The fold of a run: `outputs = fold(receive, inputs)`."""
