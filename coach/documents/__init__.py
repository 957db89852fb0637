"""Strict reading of the JSON that people write, with errors that name the place and the fix."""
