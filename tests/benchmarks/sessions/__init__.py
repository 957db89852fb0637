"""Whole sessions: scripted runners whose truth is known, and recorded ones, judged word by word."""
