"""Puts a run together, for the command line, the library screen and other callers.

No command line is parsed here and no widget is drawn.
"""
