"""Workouts as plans: the workout document, and the flat timeline of steps it compiles to."""
