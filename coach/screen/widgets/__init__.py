"""The widgets of the live screen, one a file: data down, nothing up."""
