"""Decides what to say to the runner, and when.

Rules judge the facts of `coach.session`; an arbiter decides which of their cues are said.
"""
