"""Puts a run together, for the command line, the library on the screen and whoever asks later.

No command line is parsed here and no widget is drawn.
"""
