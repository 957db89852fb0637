"""What was said in whole runs, kept as text a person can read and judge.

A golden file is changed by reading it: `python -m tests.golden NAME` writes one anew, and the difference is looked
at line by line before it is kept.
"""
