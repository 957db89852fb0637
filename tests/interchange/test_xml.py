"""The one XML layer: whatever a hand or a program did to a file, recordings and workouts read the same of it."""

import codecs
from typing import Any

import pytest

from coach.interchange import text
from coach.interchange.recordings.common import RecordingFile, read_recording
from coach.interchange.text import Element, number, read_tree, read_xml, root_of, text_of
from coach.interchange.workouts import Reporter
from coach.problems import RecordingProblem, WorkoutProblem
from tests.cases import case

SPACE = "a character that XML forbids was read as a space"


def _tree(document: str) -> Element:
    text = text_of(document.encode())
    assert text is not None
    return read_tree(text, Reporter("it"))


def _both(document: str | bytes) -> tuple[str, dict[str, int]]:
    """The text of the only <name>, and what was mended, as a recording and as a workout; the two agree."""
    data = document.encode() if isinstance(document, str) else document
    text = text_of(data)
    assert text is not None
    names: list[str] = []
    problems: list[str] = []

    def ended(name: str, words: str) -> None:
        if name == "name":
            names.append(words)

    assert read_xml(text, lambda _name, _attributes: None, ended, problems)
    report = Reporter("it")
    tree = read_tree(text, report)
    (name,) = names
    assert tree.says("name") == name
    told = {entry.text: entry.where for entry in report.report().entries}
    assert problems == [f"{where.capitalize()}: {what}." for what, where in told.items()]
    return name, {what: int(where.removeprefix("line ")) for what, where in told.items()}


def test_nothing_before_the_first_element_matters():
    """Space, marks and a declaration, right or wrong, are passed over without a word."""
    for before in [
        "",
        "   ",
        "\n\n\t",
        "\r\n",
        "\ufeff",
        "\ufeff\n  ",
        "\ufeff\ufeff",
        "  \ufeff",
        "\u200b",
        "\xa0",
        "\x00\x00",
        "\xef\xbb\xbf",
    ]:
        for declaration in [
            "",
            '<?xml version="1.0"?>',
            "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n",
            '<?xml version="1.1" encoding="UTF-16"?>',
            '<?xml encoding=UTF-8 version="1.0">',
            '<?xml version="1.0" encoding="no such"?>',
        ]:
            with case(before, declaration):
                assert _both(
                    f"{before}{declaration}<gpx><name>Gr\xfc\xdfe \u2013 \U0001f3c3</name></gpx>"
                ) == (
                    "Gr\xfc\xdfe \u2013 \U0001f3c3",
                    {},
                )


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", "ISO-8859-1"),
        ("utf-8", "utf-16"),
        ("utf-8-sig", ""),
        ("utf-16", "utf-16"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", ""),
        ("utf-32", "utf-8"),
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", "Latin1"),
    ],
)
def test_the_bytes_tell_the_encoding(encoding, declared):
    """UTF-8, UTF-16 and UTF-32 are recognised by their bytes; only other files are read as declared."""
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""

    assert _both(f"{declaration}<gpx><name>Gr\xfc\xdfe</name></gpx>".encode(encoding)) == ("Gr\xfc\xdfe", {})


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("windows-1251", "\u0411\u0435\u0433"),
        ("shift_jis", "\u8868\u30e9\u30f3"),
        ("koi8-r", "\u0411\u0435\u0433"),
        ("gb2312", "\u8dd1\u6b65"),
    ],
)
def test_other_encodings_are_believed_where_declared(encoding, name):
    """Cyrillic, Japanese and Chinese files say what they are."""
    document = f'<?xml version="1.0" encoding="{encoding}"?><gpx><name>{name}</name></gpx>'

    assert _both(document.encode(encoding)) == (name, {})


@pytest.mark.parametrize("declared", ["", "utf-8", "ascii", "rot13", "idna", "unicode_escape", "x"])
def test_what_is_not_utf_8_is_windows_1252(declared):
    """Bytes that are not UTF-8 are read as Windows-1252, the others as UTF-8; that is reported with its line."""
    head = f'<?xml version="1.0" encoding="{declared}"?>'.encode() if declared else b""
    data = head + b"\n<gpx>\n<name>Gr\xfc\xdfe \x96 " + "\u2192".encode() + b"</name></gpx>"

    name, mended = _both(data)

    assert name == "Gr\xfc\xdfe \u2013 \u2192"
    assert mended == {"the text is not UTF-8 and was read as Windows-1252": 3}


def test_a_letter_cut_off_at_the_end_is_no_other_encoding():
    """A file that ends inside of a letter stays UTF-8."""
    text = text_of("<gpx><name>Gr\xfc".encode()[:-1])

    assert text is not None
    assert text.note == ""


def test_a_byte_that_is_no_utf_8_is_found_beyond_the_first_megabyte():
    """The line of the first wrong byte is reported wherever it stands, also behind a letter that is cut in two."""
    lines = "\xfc\n".encode() * 400_000
    text = text_of(b"<a>\n" + lines + b"\xfc\n</a>")

    assert text is not None
    assert text.line == 400_002
    assert text.utf8 == b"<a>\n" + lines + "\xfc\n</a>".encode()


@pytest.mark.parametrize(
    ("written", "name", "note"),
    [
        ("Run & fun", "Run & fun", "a bare & was read as the character &"),
        ("A&B&amp;C", "A&B&C", "a bare & was read as the character &"),
        ("x&", "x&", "a bare & was read as the character &"),
        ("&nbsp;&copy", "&nbsp;&copy", "a bare & was read as the character &"),
        ("&amp", "&amp", "a bare & was read as the character &"),
        ("5k < 20 min", "5k < 20 min", "a bare < was read as the character <"),
        ("<3 running", "<3 running", "a bare < was read as the character <"),
        ("a\x0bb", "a b", SPACE),
        ("a\x00b", "a b", SPACE),
        ("a\x1fb", "a b", SPACE),
        ("a\ufffeb", "a b", SPACE),
        ("a\uffffb", "a b", SPACE),
        ("a&#11;b", "a b", SPACE),
        ("a&#x0;b", "a b", SPACE),
        ("a&#xD800;b", "a b", SPACE),
        ("a&#1114112;b", "a b", SPACE),
        ("&#71;&#x72;&#Xfc;n", "Gr\xfcn", ""),
        ("&lt;&gt;&quot;&apos;&amp;", "<>\"'&", ""),
        ("<![CDATA[Run & fun < &amp;]]>", "Run & fun < &amp;", ""),
        ("a<!-- & -- < -->b", "ab", ""),
        ("a<?php echo 1 & 2 ?>b", "ab", ""),
        ("a\x7fb\x85c", "a\x7fb\x85c", ""),
    ],
)
def test_what_xml_forbids_is_read_as_it_was_meant(written, name, note):
    """Each fault of real files is mended where it stands, reported once with its line, and nothing else changes."""
    document = f"<gpx>\n<x y='&amp;'>1</x>\n<name>{written}</name></gpx>"

    assert _both(document) == (name, {note: 3} if note else {})


def test_faults_together_are_told_once_a_kind():
    """Many faults of one kind are one sentence, with the line of the first."""
    document = (
        "<?xml version='1.0'?>\n\n<gpx><a>&</a>\n<name>1 & 2 \x01 3 < 4\x02</name>\n<b>\x03 & < 1</b></gpx>"
    )

    assert _both(document) == (
        "1 & 2   3 < 4",
        {
            "a bare & was read as the character &": 3,
            "a bare < was read as the character <": 4,
            SPACE: 4,
        },
    )


@pytest.mark.parametrize(
    "document",
    [
        "<x:gpx><x:name>It</x:name></x:gpx>",
        "<gpx xmlns='u' xmlns:a='b'><a:name c:d='e'>It</a:name><y:z/></gpx>",
        "<!-- <tcx> --><?a b?>\n<gpx><name>It</name></gpx>",
        "<!-- first --><?xml version='1.0' encoding='utf-8'?><gpx><name>It</name></gpx>",
        "<gpx>\r\n<name>\r\nIt\r</name></gpx>\r\n",
    ],
)
def test_prefixes_comments_and_line_ends_do_not_matter(document):
    """Names count without their prefixes, declared or not; comments and instructions may stand anywhere."""
    assert _both(document) == ("It", {})


@pytest.mark.parametrize("rest", ["<gpx/>", "garbage", "</gpx>", "&"])
def test_what_follows_the_document_is_left_out(rest):
    """A second document, or rubbish after the first, is reported and harms nothing."""
    name, mended = _both(f"<gpx>\n<name>It</name></gpx>\n{rest}")

    assert name == "It"
    assert mended.pop("what follows the end of the document was left out") == 3


def test_zeros_after_the_document_are_spaces():
    """A file filled up with zeros is whole."""
    assert _both(b"<gpx><name>It</name></gpx>" + bytes(5000)) == ("It", {SPACE: 1})


@pytest.mark.parametrize(
    ("head", "root"),
    [
        ("<gpx>", "gpx"),
        ("<ns2:gpx a='b'/>", "gpx"),
        ("<?xml version='1.0'?><?x <y>?>\n<!-- <a> -- <b> -->\n<c-d.e\n>", "c-d.e"),
        ("<!DOCTYPE gpx [<!ENTITY a 'x'>]><gpx>", "gpx"),
        ("<!doctype html><html>", "html"),
        ("<", ""),
        ("<!-- <gpx>", ""),
        ("gpx", ""),
        ("a <gpx>", ""),
        ("", ""),
    ],
)
def test_the_root_is_found(head, root):
    """The outermost element is found behind whatever may stand before it, and not in a comment or a text."""
    assert root_of(head) == root


def test_a_root_behind_a_long_comment_is_found():
    """A licence of ten thousand characters before the root does not hide it."""
    assert RecordingFile(f"<!-- {'licence ' * 1250} --><gpx/>".encode()).root == "gpx"


def test_a_document_type_is_refused_in_both():
    """Entities cannot be declared, in a recording or a workout, and nothing of them is opened."""
    bomb = '<!DOCTYPE a [<!ENTITY b "x">\n<!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;&c;</a>'
    text = text_of(bomb.encode())
    assert text is not None

    with pytest.raises(RecordingProblem, match="DOCTYPE") as refused:
        read_xml(text, lambda _name, _attributes: None, lambda _name, _words: None, [])
    with pytest.raises(WorkoutProblem, match="DOCTYPE") as also:
        read_tree(text, Reporter("it"))
    assert refused.value.hint == "Delete that line, or export the recording again."
    assert also.value.hint == "Delete that line, or export the workout again."


def test_faults_without_end_end_the_reading(monkeypatch):
    """So many faults are mended and no more; the next one is damage."""
    monkeypatch.setattr(text, "MOST_REPAIRS", 3)

    assert _both("<gpx><name>&&&</name></gpx>") == ("&&&", {"a bare & was read as the character &": 1})
    with pytest.raises(WorkoutProblem, match="damaged at line 1"):
        _tree("<gpx><name>&&&&</name></gpx>")


def test_letters_without_end_are_no_text(monkeypatch):
    """A file of very many letters that are not UTF-8 is no recording and no workout, whatever it declares."""
    monkeypatch.setattr(text, "MOST_LETTERS", 3)

    assert text_of(b"\xfc\xfc\xfc") is not None
    assert text_of(b"\xfc\xfc\xfc\xfc") is None
    assert text_of(b'<?xml version="1.0" encoding="latin1"?>\xfc\xfc\xfc\xfc') is None


def test_an_element_longer_than_any_is_refused():
    """A parser holds an element with all its attributes; one longer than a megabyte is refused unread."""
    attributes = b" ".join(b'a%d="1"' % number for number in range(150_000))
    with pytest.raises(RecordingProblem, match="a longer element than any recording"):
        read_recording(b"<gpx><trk " + attributes + b"/></gpx>", name="long.gpx")


def test_more_names_than_any_recording_has_are_refused():
    """The parser keeps the name of each element and attribute."""
    names = b"".join(b"<a%d/>" % number for number in range(10_001))
    with pytest.raises(RecordingProblem, match="more names than any recording"):
        read_recording(b"<gpx>" + names + b"</gpx>", name="names.gpx")


@pytest.mark.parametrize("data", [b"<a/>" * 2_000_001, b"<gpx>" * 2_000_001, b"<trkpt/>" * 1_000_001])
def test_more_elements_than_any_recording_are_refused(data):
    """Millions of elements that are no points are refused before they are read."""
    with pytest.raises(RecordingProblem, match="more elements than any recording"):
        read_recording(b"<gpx>" + data, name="it")


def test_a_cut_recording_says_where_it_ends():
    """The cut is reported with its line, and that what stood before was read."""
    problems: list[str] = []
    names: list[Any] = []
    text = text_of(b"<gpx>\n<name>It</name>\n<trk")
    assert text is not None

    assert not read_xml(
        text, lambda name, _attributes: names.append(name), lambda _name, _words: None, problems
    )
    assert names == ["gpx", "name"]
    assert problems == [
        "The file is cut short or damaged at line 3: unclosed token; everything before was read."
    ]


def test_our_way_with_letters_is_for_decoding_only():
    """Asked to encode, it raises as the strict way does."""
    with pytest.raises(UnicodeEncodeError):
        codecs.encode("\u2192", "ascii", "windows-1252 where not utf-8")


@pytest.mark.parametrize(
    ("text", "value"),
    [("3,5", 3.5), (" -0,25 ", -0.25), ("3.5", 3.5), ("1,234,567", None), ("1.234,5", None), ("3,", None)],
)
def test_a_comma_may_stand_for_the_point(text, value):
    """One comma between digits is a decimal comma; anything else with commas is no number."""
    assert number(text) == value
