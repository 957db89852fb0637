"""What does the runner see?

Textual: one widget a file, data down, messages up.
"""
