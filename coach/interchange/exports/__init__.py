"""Workouts written for other programs, with a report of what they cannot say there."""
