"""The journal of a run: its records, their lines, and redacted copies."""
