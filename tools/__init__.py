"""Tools for working on the code; they are not part of the package."""
