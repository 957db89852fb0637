"""Mending a journal: what is whole stays, what is torn is set aside, nothing is deleted.

Appending after a torn tail would glue two records into one bad line; so a run is only resumed on what is
left here.
"""

from coach.recording.codec import read_journal


def split_torn(data: bytes, *, name: str = "the journal") -> tuple[bytes, bytes]:
    """Part a journal into its good lines and the rest, which the caller keeps beside it (`*.torn`).

    Raises:
        RecordingProblem: it is no journal, a newer program wrote it, or its first line is damaged.
    """
    good = len(data) - read_journal(data, name=name).set_aside_bytes
    return data[:good], data[good:]
