"""What is the session on paper?

The workout document, and the flat timeline of steps it compiles to.
"""
