"""Files of other programs: bytes in, inputs or workouts out, with a report of what was lost."""
