"""The Textual screens: one widget a file, data down, messages up."""
