"""Do I believe it?

Readings, their freshness, smoothing, and the distance run.
"""
