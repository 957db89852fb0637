"""The session on paper: the workout document, and the flat timeline of steps it compiles to."""
