"""Trackside Coach: a live workout pacing coach for runners."""

__version__ = "0.1.0"
