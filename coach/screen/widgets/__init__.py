"""The widgets of the screens: data down, nothing up."""
