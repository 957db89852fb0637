"""The Textual screens and their widgets: data down, messages up."""
