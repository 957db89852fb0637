"""Plays the cues of a run: tones, recorded words, a metronome, and the device.

Everything up to the device is arithmetic on samples without a clock, so a test renders it to a file. Samples are
16-bit, mono, 24,000 a second (`RATE`).
"""
