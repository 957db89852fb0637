"""Workouts of other programs: one file a format, read into workout documents and written from them, with a report."""
