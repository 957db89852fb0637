"""What is in the file?

The journal of a run: its records, their lines, their repair, and the fold of a recorded run.
"""
