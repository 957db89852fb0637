"""Repairs a journal: whole lines stay, the torn rest is set aside, and nothing is deleted.

Appending after a torn tail would join two records to one bad line, so a run is resumed on the whole lines only.
"""

from coach.recording.codec import read_journal


def split_torn(data: bytes, *, name: str = "the journal") -> tuple[bytes, bytes]:
    """Split a journal into its whole lines and the rest, which the caller keeps beside it (`*.torn`).

    Raises:
        RecordingProblem: it is no journal, a newer program wrote it, or its first line is damaged.
    """
    good_bytes = len(data) - read_journal(data, name=name).set_aside_bytes
    return data[:good_bytes], data[good_bytes:]
