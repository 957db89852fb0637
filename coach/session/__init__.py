"""What is happening now?

Facts only: phases, progress, marks, laps and the light. Opinions live in `coach.cues`.
"""
