"""What is heard in the golden evenings: `python -m tests.golden.heard FOLDER` renders each to a WAV file and a list."""

import sys
from collections.abc import Sequence
from pathlib import Path

from coach.app.sound import HeardCue, render
from coach.cli.run import heard_line
from coach.edge.settings import SoundSettings
from coach.edge.voices import ClipBank, ClipVoice
from coach.live.run import LiveRun, refold
from tests.golden.evenings import EVENINGS, Evening, setup_of, simulated


def heard(evening: Evening, file: Path | None = None) -> Sequence[HeardCue]:
    """Everything that is heard in an evening, by the recorded voice."""
    timed = refold(LiveRun(setup_of(evening)), simulated(evening).inputs).timed_outputs
    voice = ClipVoice(ClipBank.load())
    return list(render((output.output for output in timed), voice, SoundSettings(), file))


def listed(cues: Sequence[HeardCue]) -> str:
    """The list of what is heard, one line each."""
    return "".join(f"{heard_line(cue)}{'  cut off' if cue.is_cut else ''}\n" for cue in cues)


def main(folder: Path) -> None:
    """Render every evening into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for evening in EVENINGS:
        file = folder / f"{evening.name}.wav"
        text = listed(heard(evening, file))
        file.with_suffix(".txt").write_text(text, encoding="utf-8")
        print(f"{file}: {len(text.splitlines())} cues")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
