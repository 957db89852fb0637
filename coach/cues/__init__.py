"""What should the runner hear, and when?

Opinions about the facts of `coach.session`, with arbiter.
"""
