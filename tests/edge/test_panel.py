"""The height of a row: from the pixels of a cell and the EDID of the panel, or what is taken without them."""

import errno
import os

import pytest

from coach.edge import machine
from coach.edge.machine import Panel, cell_height_px, panel_here, panel_of, pixels_in, read_until, row_height

HEADER = bytes([0, 255, 255, 255, 255, 255, 255, 0])


def edid(width_px=1920, height_px=1200, width_mm=302, height_mm=188, centimetres=19):
    """Make an EDID with one detailed timing and a true checksum."""
    data = bytearray(128)
    data[:8] = HEADER
    data[22] = centimetres
    timing = bytearray(18)
    timing[0], timing[1] = 0x01, 0x1D
    timing[2], timing[4] = width_px & 255, (width_px >> 8) << 4
    timing[5], timing[7] = height_px & 255, (height_px >> 8) << 4
    timing[12], timing[13] = width_mm & 255, height_mm & 255
    timing[14] = (width_mm >> 8) << 4 | height_mm >> 8
    data[54:72] = timing
    data[127] = -sum(data) % 256
    return bytes(data)


def connect(folder, name, data, status="connected"):
    """Lay a connector as the kernel does."""
    (folder / name).mkdir()
    (folder / name / "status").write_text(status + "\n")
    (folder / name / "edid").write_bytes(data)


def test_an_edid_tells_pixels_and_millimetres():
    """Of its first timing; where that has no size, the centimetres of the panel."""
    assert panel_of(edid()) == Panel(1200, 188.0, False)
    assert panel_of(edid(height_mm=0)) == Panel(1200, 190.0, False)
    assert panel_of(edid(height_px=2160, height_mm=340), is_built_in=True) == Panel(2160, 340.0, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(128),
        edid()[:127] + b"x",
        edid(height_mm=0, centimetres=0),
        edid(height_px=0),
        HEADER + bytes(119) + bytes([-sum(HEADER) % 256]),
        edid()[:100],
    ],
)
def test_what_is_no_edid_tells_nothing(data):
    """Too short, another header, a false checksum, no size, no timing."""
    assert panel_of(data) is None


def test_the_panel_of_the_laptop_is_taken_before_a_screen_beside_it(tmp_path):
    """Of several without it nobody knows which; what is not connected or cannot be read does not count."""
    assert panel_here(tmp_path) is None
    connect(tmp_path, "card0-HDMI-A-1", edid(height_mm=340))
    assert panel_here(tmp_path) == Panel(1200, 340.0, False)
    connect(tmp_path, "card0-DP-1", edid(height_mm=300))
    assert panel_here(tmp_path) is None
    connect(tmp_path, "card1-eDP-1", edid())
    connect(tmp_path, "card1-eDP-2", edid(height_mm=111), status="disconnected")
    connect(tmp_path, "card1-DP-9", b"")
    (tmp_path / "card1-Writeback-1").mkdir()
    assert panel_here(tmp_path) == Panel(1200, 188.0, True)


def test_a_row_is_measured_where_terminal_and_panel_tell():
    """28 pixels on a panel of 1200 pixels and 188 mm."""
    measured = row_height(40, cell_px=28, panel=Panel(1200, 188.0, True))
    assert round(measured.mm, 2) == 4.39
    assert measured.how == "measured on this panel"


def test_without_a_measure_the_window_is_taken_to_fill_the_screen():
    """Of the panel if it is known, else of a 14-inch laptop; rows higher than the panel are those of another one."""
    assert row_height(24).how == "where the window fills a 14-inch laptop"
    assert round(row_height(24).mm, 1) == 7.3
    known = row_height(24, panel=Panel(1200, 200.0, True))
    assert (round(known.mm, 2), known.how) == (7.75, "where the window fills this panel")
    assert (
        row_height(40, cell_px=60, panel=Panel(1200, 200.0, True)).how == "where the window fills this panel"
    )
    assert row_height(0).mm > 0


@pytest.mark.parametrize(
    ("answer", "pixels"),
    [
        ("\x1b[6;28;14t\x1b[4;1120;1680t\x1b[?62c", 28.0),
        ("\x1b[4;1120;1680t\x1b[?62c", 28.0),
        ("\x1b[6;0;0t", None),
        ("\x1b[?62;4c", None),
        ("", None),
    ],
)
def test_the_answers_of_a_terminal_are_read(answer, pixels):
    """The cell first, else the window by its lines; zero is no answer."""
    assert pixels_in(answer, 40) == pixels


def test_an_answer_ends_with_the_attributes_or_with_silence():
    """What comes in pieces is put together; silence holds nobody up, nor does one that never stops."""
    pieces = [b"\x1b[6;28", b";14t\x1b[?6", b"2c", b"never read"]
    assert read_until(lambda: pieces.pop(0), lambda _: True) == "\x1b[6;28;14t\x1b[?62c"
    assert read_until(lambda: b"x", lambda _: False) == ""
    assert len(read_until(lambda: b"x" * 100, lambda _: True)) < 2000


def test_without_a_terminal_nobody_tells(monkeypatch):
    """A pipe has no pixels, and is not asked."""

    def no_window(*_):
        raise OSError(errno.ENOTTY, "not a terminal")

    monkeypatch.setattr("fcntl.ioctl", no_window)
    assert cell_height_px(24, may_ask=False) is None
    assert cell_height_px(24) is None


def test_a_terminal_is_asked_and_answers():
    """In a real pseudo-terminal: its pixels by the window size of its line, else by its answer to CSI 16 t."""
    code = "import sys; from coach.edge.machine import cell_height_px; print('px', cell_height_px(24), flush=True)"
    assert "px 20.0" in asked(code, pixels=480)
    assert "px 28.0" in asked(code, answer=b"\x1b[6;28;14t\x1b[?62c")
    assert "px None" in asked(code)


def asked(code, *, pixels=0, answer=b""):
    """Run Python in a terminal of 24 lines that has so many pixels, or gives an answer when it is asked."""
    import fcntl
    import pty
    import select
    import struct
    import sys
    import termios

    process, line = pty.fork()
    if process == 0:
        os.execv(sys.executable, [sys.executable, "-c", f"input(); {code}"])
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 640 if pixels else 0, pixels))
    os.write(line, b"\n")
    output = b""
    while select.select([line], [], [], 30)[0]:
        try:
            output += os.read(line, 1024)
        except OSError:
            break
        if answer and b"\x1b[16t" in output:
            os.write(line, answer)
            answer = b""
    os.waitpid(process, 0)
    os.close(line)
    return output.decode()


def test_the_module_has_no_clock():
    """The wait for an answer is bounded by what comes, not by a time of its own."""
    assert not hasattr(machine, "time")
