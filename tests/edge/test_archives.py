"""Archives on the command line: what is opened, what is refused, and that a bomb costs nothing."""

import gzip
import io
import zipfile
from contextlib import suppress

import pytest

from coach.edge import files
from coach.edge.files import Opener
from coach.problems import RecordingProblem

OPENER = Opener("recording", 4 << 20, (".fit", ".tcx", ".gpx"), RecordingProblem)
RUN = b"<gpx><trk/></gpx>\n" * 100


def zipped(**files: bytes) -> bytes:
    """A zip of these files; `__` in a name is a dot, `___` a slash."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("___", "/").replace("__", "."), data)
    return packed.getvalue()


def opened(data: bytes) -> bytes:
    """What an archive without a fault holds."""
    content, note = OPENER.unpack(data, "it")
    assert note == ""
    return content


@pytest.mark.parametrize("data", [RUN, b"", b"PK", b"\x1f\x8b", b"\x0e\x10\x43\x08.FIT"])
def test_other_files_are_as_they_are(data):
    """What is no archive is handed on untouched."""
    assert opened(data) == data


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(RUN),
        gzip.compress(RUN[:50]) + gzip.compress(RUN[50:]),
        gzip.compress(RUN) + b"\0" * 512,
        zipped(run__gpx=RUN),
        zipped(activity=RUN),
        zipped(RUN__GPX=RUN, readme__txt=b"Thank you"),
        zipped(**{"__MACOSX/._run.gpx": b"\0\5\x16\7", ".DS_Store": b"x", "a/": b"", "a/run.gpx": RUN}),
        zipped(**{"Thumbs.db": b"x", "desktop.ini": b"x", "a\\.hidden": b"x", "x.FIT": RUN}),
    ],
    ids=["gzip", "two members", "padded", "zip", "no suffix", "readme", "macOS", "Windows"],
)
def test_one_activity_is_opened(data):
    """One file in an archive is opened, whatever else a program put there for itself."""
    assert opened(data) == RUN


def test_a_stored_member_is_opened():
    """A member that is not compressed is read as it is."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.fit", RUN)

    assert opened(packed.getvalue()) == RUN


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped(a__gpx=RUN, b__fit=RUN), "it holds 2 files: a.gpx, b.fit"),
        (
            zipped(**{f"{n}.fit": RUN for n in range(7)}),
            "it holds 7 files: 0.fit, 1.fit, 2.fit, 3.fit, 4.fit and 2 more",
        ),
        (zipped(a__txt=b"x", b__txt=b"y"), "it holds 2 files: a.txt, b.txt"),
        (zipped(), "it is an archive without a recording"),
        (zipped(**{"__MACOSX/x": b"x"}), "it is an archive without a recording"),
        (zipped(run__fit=b""), "it is an empty archive"),
        (gzip.compress(b""), "it is an empty archive"),
        (zipped(run__zip=zipped(run__fit=RUN)), "it holds another archive"),
        (zipped(run__fit__gz=gzip.compress(RUN)), "it holds another archive"),
        (gzip.compress(gzip.compress(RUN)), "it holds another archive"),
        (zipped(run__fit=RUN)[:-8], "it is an archive that cannot be opened: File is not a zip file"),
        (b"\x1f\x8b\x08\x00", "it is a damaged archive"),
    ],
    ids=lambda value: "archive" if isinstance(value, bytes) else None,
)
def test_what_is_not_one_activity_is_refused(data, reason):
    """Several files are named; nothing, archives in archives and damage are refused, each with a way out."""
    with pytest.raises(RecordingProblem) as refused:
        OPENER.unpack(data, "it")

    assert refused.value.message == reason
    assert refused.value.hint


def test_a_locked_zip_is_refused():
    """A file behind a password is named, and what to do."""
    data = bytearray(zipped(run__fit=RUN))
    data[data.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(RecordingProblem, match=r"^run.fit in it is locked with a password"):
        OPENER.unpack(bytes(data), "it")


def test_an_unusual_method_is_refused():
    """A member packed by something else than deflate is refused in words."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("run.fit", RUN)

    with pytest.raises(RecordingProblem, match="packed in a way that cannot be opened"):
        OPENER.unpack(packed.getvalue(), "it")


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(run__fit=data)], ids=["gzip", "zip"])
def test_a_bomb_is_refused(pack):
    """Four megabytes are opened and one byte more is not, nor zeros that shrink to a thousandth."""
    tracks = b"".join(f"<trkpt lat='{n * 7919 % 100_003}'/>".encode() for n in range(250_000))[: 4 << 20]
    assert len(tracks) == 4 << 20

    assert opened(pack(tracks)) == tracks
    with pytest.raises(
        RecordingProblem, match="too large for a recording when it is opened: the limit is 4 MB"
    ):
        OPENER.unpack(pack(tracks + b"x"), "it")
    with pytest.raises(RecordingProblem, match="opens to more than 400 times its size"):
        OPENER.unpack(pack(bytes(3 << 20)), "it")


def test_a_megabyte_is_never_a_bomb():
    """Small files are opened whatever they shrink to."""
    data = b"0" * files.NEVER_A_BOMB

    assert opened(gzip.compress(data)) == data


@pytest.mark.parametrize(
    "data", [gzip.compress(b"x") * 5001, zipped() + b"PK\x01\x02" * 5001], ids=["gzip", "zip"]
)
def test_an_archive_of_thousands_is_not_looked_into(data):
    """More parts than an activity has are refused before they are read."""
    with pytest.raises(RecordingProblem, match="too many"):
        OPENER.unpack((b"PK\x03\x04" if data.startswith(b"PK\x05") else b"") + data, "it")


def test_a_cut_gzip_gives_its_beginning():
    """Half of a compressed file gives what could be read of it, and says so."""
    tracks = "".join(f"<trkpt lat='{n * 7919 % 100_003}'/>\n" for n in range(20_000)).encode()
    packed = gzip.compress(tracks)

    content, note = OPENER.unpack(packed[: len(packed) // 2], "it")

    assert tracks.startswith(content)
    assert len(content) > len(tracks) // 3
    assert note == "The archive is cut short or damaged; everything before was read."


def test_a_damaged_archive_never_raises_anything_else():
    """With any byte changed, an archive is opened or refused in words."""
    for data in (zipped(run__gpx=RUN), gzip.compress(RUN)):
        for place in range(len(data)):
            damaged = bytearray(data)
            damaged[place] ^= 0x41
            with suppress(RecordingProblem):
                OPENER.unpack(bytes(damaged), "it")
