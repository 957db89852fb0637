"""The run in a browser: a small server for a few phones, the board, and cues posted to a webhook."""
