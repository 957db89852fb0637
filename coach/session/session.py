"""The session: which step is under way, how far it is, and what each button does."""
# Written against this surface by `coach.cues` and `coach.live`; the body follows.
