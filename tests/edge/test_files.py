"""What may be named on a command line, and what is said of the rest."""

import os
import socket
import threading

import pytest

from coach.edge.files import plain, read_file
from coach.problems import RecordingProblem


def read(path, limit=1 << 20):
    """Read as a recording is read."""
    return read_file(path, limit=limit, what="recording", problem=RecordingProblem, hint="Name another.")


@pytest.fixture
def bad(tmp_path):
    """Paths nobody should name, by what is wrong with them."""
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    (tmp_path / "file").write_bytes(b"x")
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(1 << 30)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing", "missing does not exist"),
        ("file/inside", "file/inside does not exist: part of its path is a file"),
        ("empty", "empty is empty"),
        ("folder", "folder is a folder, not a recording"),
        ("pipe", "pipe is a pipe, not a recording"),
        ("circle", "circle cannot be opened: Too many levels of symbolic links"),
        ("huge", "huge is too large for a recording: 1,024 MB, the limit is 1 MB"),
        ("x" * 300, "cannot be opened: File name too long"),
        ("nul\0byte", "cannot be opened: embedded null byte"),
        ("/dev/zero", "/dev/zero is a device, not a recording"),
        ("/dev/null", "/dev/null is a device, not a recording"),
    ],
)
def test_refuses_with_one_line_and_the_fix(bad, name, reason):
    """Nothing but a regular file of the right size is read; the sentence says why and what to do."""
    with pytest.raises(RecordingProblem) as caught:
        read(bad / name)
    assert caught.value.message.endswith(reason)
    assert "\n" not in caught.value.message
    assert caught.value.hint == "Name another."


def test_refuses_a_socket(tmp_path, monkeypatch):
    """A socket is named as one."""
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        with pytest.raises(RecordingProblem, match="is a socket, not a recording"):
            read(tmp_path / "socket")


def test_says_how_to_get_the_right_to_read(tmp_path, monkeypatch):
    """A file that may not be read names the command that mends it."""

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "file").write_bytes(b"x")
    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(RecordingProblem) as caught:
        read(tmp_path / "file")
    assert caught.value.hint == "Allow it: chmod u+r FILE"


def test_a_pipe_is_refused_without_waiting_for_a_writer(bad):
    """Nobody writes into the pipe, and the answer comes all the same."""
    answered = threading.Event()

    def ask() -> None:
        with pytest.raises(RecordingProblem):
            read(bad / "pipe")
        answered.set()

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(20)
    assert answered.is_set()


def test_reads_a_file_up_to_the_limit(tmp_path):
    """A file of exactly the limit is read whole, one byte more is refused."""
    (tmp_path / "just").write_bytes(b"x" * 1024)
    assert read(tmp_path / "just", limit=1024) == b"x" * 1024
    with pytest.raises(RecordingProblem, match="too large"):
        read(tmp_path / "just", limit=1023)


def test_a_name_cannot_steer_a_terminal():
    """Escapes and line breaks in a name are replaced, and a name without end is cut in the middle."""
    assert plain("a\x1b[2Jb\nc\u202ed") == "a\ufffd[2Jb\ufffdc\ufffdd"
    assert len(plain("x" * 5000)) < 200
