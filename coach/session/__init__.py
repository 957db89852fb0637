"""What is happening in the run now: facts only, no opinions.

Phases, steps, marks, splits and the pacing light. Opinions live in `coach.cues`.
"""
