"""What is in the file?

The journal of a run: records, their lines, their repair and their fold.
"""
