"""The journal of a run: its records, their lines, their repair, and the replay of a recorded run."""
