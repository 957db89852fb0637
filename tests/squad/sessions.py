"""Sessions on disk: a folder of runs, copied from a recorded one, as a squad leaves it behind."""

import shutil
from pathlib import Path

from coach.edge.run_folder import RunState
from coach.edge.squad_files import SquadManifest, create_squad_folder
from coach.squad.run import GivenBy, SplitGiven
from tests.squad.squads import at, roster

JOURNAL = Path(__file__).parents[1] / "golden" / "journals" / "by-hand"
SESSION = "01M8KV1SC0KBBJ01866STGH9B0"


def a_session(squads: Path, count: int = 8, *, is_cut: bool = False) -> Path:
    """Make the folder of a session of some runners; `is_cut` is one that was killed half way."""
    people = roster(count)
    runs = {one.slug: f"01M8KV1SC0KBBJ01866STGH9A{place}" for place, one in enumerate(people.runners)}
    state = RunState.RECORDING if is_cut else RunState.FINISHED
    manifest = SquadManifest(SESSION, "2026-11-21T18:04:05+01:00", people, runs, "6x800", "none", state)
    squads.mkdir(parents=True, exist_ok=True)
    journal = create_squad_folder(squads, manifest)
    journal.append(SplitGiven(at(5.0), 1, "ana", at(5.0), GivenBy.KEY))
    for run in runs.values():
        folder = journal.folder / run
        shutil.copytree(JOURNAL, folder)
        if is_cut:
            lines = (folder / "recording.jsonl").read_bytes().splitlines(keepends=True)
            (folder / "recording.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
            text = (folder / "manifest.json").read_text()
            (folder / "manifest.json").write_text(text.replace('"finished"', '"recording"'))
    return journal.folder
