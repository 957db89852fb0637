"""What JSON readers let pass and this one does not."""

import pytest

from coach.documents import MAX_BYTES, Faulty, path_of, read_tree


def refused(data):
    """The first fault of a document."""
    with pytest.raises(Faulty) as caught:
        read_tree(data, what="workout")
    return caught.value.faults[0]


@pytest.mark.parametrize(
    ("data", "where", "reason"),
    [
        (b"", "", "the file is empty"),
        (b" \n", "", "the file is empty"),
        (b"\xff\xfe{\x00}\x00", "", "looks like UTF-16"),
        (b"{\x00}\x00", "", "looks like UTF-16"),
        (b'{"name": "\xe9"}', "", "byte 10 is not UTF-8"),
        (b"{", "", "this is not JSON"),
        (b'{"a": 1,}', "", "this is not JSON"),
        (b"[1]", "", "this is a list"),
        (b'"x"', "", "this is a text"),
        (b"3", "", "this is a single value"),
        (b"[" * 10_000, "", "nested more than 64 deep"),
        (b'{"a":' * 10_000, "", "nested more than 64 deep"),
        (b'{"a": {"b": 1, "b": 2}}', "a", 'the key "b" is written twice'),
        (b'{"a": [1, NaN]}', "a[1]", "not a usable number"),
        (b'{"a": -Infinity}', "a", "not a usable number"),
        (b'{"a": 1e999}', "a", "not a usable number"),
        (b'{"a": 10000000000000000}', "a", "not a usable number"),
        (b'{"a": ' + b"9" * 5000 + b"}", "", "far too long"),
        (b'{"a": "\\u001b[31m"}', "a", "control character"),
        (b'{"a": "\\ud800"}', "a", "control character"),
        (b'{"a": "\\u202e"}', "a", "control character"),
        (b'{"x y": {"\\u0007": 1}}', '["x y"]', "a key holds a control character"),
    ],
)
def test_refused_with_place_and_reason(data, where, reason):
    """Each kind of damage is refused with its place and a reason."""
    fault = refused(data)
    assert fault.where == where
    assert reason in fault.reason


def test_a_file_over_a_megabyte_is_not_read():
    """A file larger than any workout is refused by its size."""
    assert "larger than 1 MB" in refused(b" " * (MAX_BYTES + 1)).reason


def test_a_quotation_mark_that_never_closes_is_found_quickly():
    """A megabyte of escaped quotation marks is searched once, not once for each of them."""
    assert "not JSON" in refused(b'{"' + b'\\"' * 400_000).reason


def test_a_byte_order_mark_is_no_fault():
    """Editors that write a byte order mark are forgiven."""
    assert read_tree(b'\xef\xbb\xbf{"a": "caf\xc3\xa9"}', what="workout") == {"a": "café"}


def test_every_fault_is_listed():
    """The first fault is the message, the others stand in the hint, the eleventh and later are counted."""
    with pytest.raises(Faulty) as caught:
        read_tree(b'{"a": [' + b",".join([b"NaN"] * 14) + b"]}", what="workout")
    assert "Also a[1]: this is not a usable number" in caught.value.hint
    assert "And 3 more like these." in caught.value.hint


def test_paths_are_written_as_people_say_them():
    """Names that are no plain words are quoted."""
    assert path_of(["blocks", "my block", 0, "until"]) == 'blocks["my block"][0].until'
