"""Tools for those who work on the code; nothing of it ships."""
