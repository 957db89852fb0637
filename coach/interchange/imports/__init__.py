"""Workout files of other programs, read into workout documents."""
