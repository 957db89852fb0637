"""Recordings of other programs, read to be replayed, and runs written for them: one file a format, and one registry."""
