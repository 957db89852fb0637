"""What should the runner hear, and when?

Rules judge the facts of `coach.session`; an arbiter decides which of their cues are said.
"""
