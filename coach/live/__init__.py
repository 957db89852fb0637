"""What comes of everything that happened?

The fold: `outputs = fold(receive, inputs)`.
"""
