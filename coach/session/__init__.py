"""The facts of the run now: phases, steps, marks, splits and the pacing light.

Opinions about them are in `coach.cues`.
"""
