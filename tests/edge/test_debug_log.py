"""The debug log: in the state folder, private, rotating, and never on the terminal."""

import logging
import stat
import warnings

import pytest

from coach.edge.machine import start_log, stop_log


@pytest.fixture
def log(tmp_path):
    """A log's path, closed in the end."""
    yield tmp_path / "state" / "coach.log"
    stop_log()


def test_keeps_what_is_logged_for_its_owner_only(log, capsys):
    """Lines of the program and of libraries go to the file, nothing to the terminal."""
    assert start_log(log)
    logging.getLogger("coach.edge").info("begun")
    logging.getLogger("asyncio").error("painted over")
    logging.getLogger("coach.edge").debug("too much")
    text = log.read_text()
    assert "INFO coach.edge: begun" in text
    assert "ERROR asyncio: painted over" in text
    assert "too much" not in text
    assert capsys.readouterr() == ("", "")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


def test_warnings_do_not_reach_the_terminal(log, capsys):
    """A library's warning is logged instead of painted over the screen."""
    start_log(log)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(capture=False)
    assert "DeprecationWarning: old" in log.read_text()
    assert capsys.readouterr().err == ""


def test_rotates(log, monkeypatch):
    """The log never grows past its size; older parts are kept beside it."""
    monkeypatch.setattr("coach.edge.machine._SIZE", 2000)
    start_log(log)
    for number in range(300):
        logging.getLogger("coach").info("line %d", number)
    assert {path.name for path in log.parent.iterdir()} == {
        "coach.log",
        "coach.log.1",
        "coach.log.2",
        "coach.log.3",
    }
    assert all(path.stat().st_size <= 2000 for path in log.parent.iterdir())


def test_a_folder_that_cannot_be_written_costs_only_the_log(tmp_path, capsys):
    """Without a place for the log the program goes on in silence."""
    (tmp_path / "file").touch()
    assert not start_log(tmp_path / "file" / "coach.log")
    logging.getLogger("coach").error("lost")
    assert capsys.readouterr().err == ""
    stop_log()


def test_a_full_disk_is_not_complained_about(log, capsys, monkeypatch):
    """A line that cannot be written is lost without a word."""
    start_log(log)
    handler = logging.getLogger().handlers[-1]

    def refuse(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handler, "format", refuse)
    logging.getLogger("coach").error("lost")
    assert capsys.readouterr().err == ""


def test_without_a_path_nothing_is_written_anywhere(capsys):
    """A program that leaves the home alone can still keep its log off the terminal."""
    assert not start_log(None)
    logging.getLogger("asyncio").error("lost")
    assert capsys.readouterr().err == ""
    stop_log()
