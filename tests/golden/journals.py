"""Journals that released versions wrote: what this version replays from each, and what its commands print of it."""

from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from coach.cli.group import root
from coach.recording.codec import Journal, read_journal

FOLDER = Path(__file__).parent / "journals"
"""One folder a run, as the program keeps runs; `README.md` says how each was made."""


@dataclass(frozen=True)
class GoldenJournal:
    """The folder of one run, and beside its journal what was replayed and printed when somebody read it."""

    name: str

    @property
    def folder(self) -> Path:
        """The folder of the run."""
        return FOLDER / self.name

    @property
    def data(self) -> bytes:
        """The journal as the program wrote it. It is never written anew."""
        return (self.folder / "recording.jsonl").read_bytes()

    @property
    def manifest(self) -> Path:
        """Its manifest; there is none of a run that was made up."""
        return self.folder / "manifest.json"

    @property
    def journal(self) -> Journal:
        """The journal, read by this version."""
        return read_journal(self.data, name=self.name)

    @property
    def events(self) -> Path:
        """The events of its replay, as `coach replay --json` prints them."""
        return self.folder / "events.jsonl"

    @property
    def printed(self) -> Path:
        """What `coach runs show` and `coach explain` print of it."""
        return self.folder / "printed.txt"


JOURNALS = tuple(GoldenJournal(path.parent.name) for path in sorted(FOLDER.glob("*/recording.jsonl")))


def replayed(recording: Path) -> str:
    """The events of a replay, a line each."""
    return _output("replay", str(recording), "--speed", "max", "--json")


def printed(golden: GoldenJournal) -> str:
    """What the commands that look back at a run print of it, at its middle where they ask for a moment."""
    moment = f"{golden.journal.inputs[-1].at / 2:.0f}"
    commands = (
        ("runs", "show", "RUN"),
        ("runs", "show", "RUN", "--json"),
        ("explain", "RUN", "--at", moment),
        ("explain", "RUN", "--at", moment, "--json"),
    )
    return "\n".join(
        f"$ coach {' '.join(command)}\n"
        + _output(*(str(golden.folder) if word == "RUN" else word for word in command))
        for command in commands
    )


def _output(*arguments: str) -> str:
    """What a command prints, stderr last: a note on an old journal is part of it."""
    result = CliRunner().invoke(root, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout + result.stderr
