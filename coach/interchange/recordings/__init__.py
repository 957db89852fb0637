"""Recordings of other programs: one file a format, and one registry of them."""
