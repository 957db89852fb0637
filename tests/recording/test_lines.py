"""The lines of a journal, and its segments joined to one."""

import pytest

from coach.recording.lines import begin_segment, join_segments, read_lines, sign, with_header

HEADER = sign(b'{"format":"coach-journal/1"}')


def line(number: int) -> bytes:
    """A line with a number to know it by."""
    return sign(b'{"in":%d}' % number)


def lines(*numbers: int) -> bytes:
    """Several lines."""
    return b"".join(map(line, numbers))


def numbers(journal: bytes) -> list[int]:
    """The numbers of the whole lines behind the header."""
    return [int(payload[6:-1]) for payload in read_lines(journal).payloads if payload.startswith(b'{"in":')]


FIRST = HEADER + lines(1, 2, 3, 4)
AFTER_TWO = len(HEADER + lines(1, 2))
SEGMENT = begin_segment(HEADER, AFTER_TWO) + lines(3, 4, 5)


def test_a_segment_counts_in_place_of_what_it_repeats():
    """What the first file has behind the place counts no more; nothing is twice."""
    assert join_segments(FIRST, [SEGMENT]) == HEADER + lines(1, 2, 3, 4, 5)
    assert join_segments(FIRST, []) == FIRST


def test_what_the_first_file_lost_is_read_from_the_segment():
    """Zeros, noise or nothing behind the place: all of it is in the segment."""
    for lost in (b"", bytes(40), b"\xff" * 40, lines(3)[:-4]):
        assert join_segments(FIRST[:AFTER_TWO] + lost, [SEGMENT]) == HEADER + lines(1, 2, 3, 4, 5)


@pytest.mark.parametrize("length", range(len(lines(3, 4, 5)) + 1))
def test_a_torn_segment_costs_nothing_that_the_first_file_has(length):
    """A segment that was being written when the power went: what it does not repeat yet stands in the first file."""
    torn = begin_segment(HEADER, AFTER_TWO) + lines(3, 4, 5)[:length]
    assert numbers(join_segments(FIRST, [torn]))[:4] == [1, 2, 3, 4]


def test_segments_follow_one_another():
    """Each goes on after so many bytes of the journal before it, whatever files they are in."""
    third = begin_segment(HEADER, len(HEADER + lines(1, 2, 3, 4, 5))) + lines(6)
    assert numbers(join_segments(FIRST, [SEGMENT, b"", third])) == [1, 2, 3, 4, 5, 6]


def test_a_first_file_that_is_shorter_than_was_synced_reads_as_damaged():
    """What was synced and is not there is told as damage, and the segment is read."""
    joined = join_segments(HEADER + lines(1), [SEGMENT])
    assert numbers(joined) == [1, 3, 4, 5]
    assert len(read_lines(joined).damaged) == 1


@pytest.mark.parametrize(
    "marker",
    [
        b"",
        b"noise\n",
        sign(b'{"segment":"two"}'),
        sign(b'{"segment":-1}'),
        sign(b'{"out":1}'),
        sign(b"[]"),
        sign(b"nothing"),
        begin_segment(b"", AFTER_TWO - 3),
    ],
)
def test_a_segment_that_does_not_say_where_it_goes_on_is_placed_by_its_lines(marker):
    """It stands where the first of its lines is that the journal has; none is twice, and what was damaged is mended."""
    segment = HEADER + marker + lines(3, 4, 5)
    for first in (FIRST, FIRST.replace(line(4), line(4).replace(b"4", b"9", 1)), HEADER + lines(1, 2)):
        assert numbers(join_segments(first, [segment])) == [1, 2, 3, 4, 5]


def test_the_first_header_that_is_whole_counts():
    """A journal's own header if it is whole, else the first spare one that is, else none."""
    damaged = b"x" + FIRST
    assert with_header(FIRST, [line(7)]) == FIRST
    assert with_header(damaged, [b"\n", b"half", HEADER]) == HEADER + damaged
    assert with_header(damaged, [b"half"]) == damaged
    assert with_header(b"", []) == b""
