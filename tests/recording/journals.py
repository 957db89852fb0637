"""Inputs through a journal and back, and the lines that `--json` prints, for the tests of every room."""

from collections.abc import Iterable

from coach.live.contract import Input, encode_event, encode_line
from coach.live.run import ReplayResult
from coach.recording.codec import Header, encode_header, encode_input, read_journal

HEADER = encode_header(Header("01X", "0.1.0", None, None))


def journaled(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """The inputs as they come back from a journal."""
    return read_journal(HEADER + b"".join(map(encode_input, inputs))).inputs


def encode_lines(result: ReplayResult) -> list[str]:
    """The outputs of a run as lines of JSON, without their line breaks."""
    return [encode_line(encode_event(each.output, each.run_s)) for each in result.timed_outputs]
