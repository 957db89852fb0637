"""Replays every public recording on the pure and on the compiled core, and compares what they say byte for byte.

`python -m tests.golden.both` builds both copies of the package if it must, and exits with 1 where a line differs.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def main() -> None:
    """Replay on both, and compare."""
    from tools.compiled import cores

    written = []
    for copy in cores():
        log = copy.parent / f"{copy.name}.jsonl"
        written.append(log)
        paths = os.pathsep.join([str(copy), str(ROOT)])
        command = [sys.executable, "-c", _WRITE, str(log), copy.name]
        subprocess.run(command, check=True, cwd=copy, env={**os.environ, "PYTHONPATH": paths})
    pure, compiled = (log.read_bytes().splitlines() for log in written)
    differing = [
        number for number, pair in enumerate(zip(pure, compiled, strict=False), 1) if len(set(pair)) > 1
    ]
    if differing or len(pure) != len(compiled):
        sys.exit(f"pure {len(pure)} lines, compiled {len(compiled)}; the first that differs: {differing[:1]}")
    print(f"{len(pure)} lines of every public recording are the same on both cores.")


_WRITE: Final = "import sys; from tests.golden.both import write; write(sys.argv[1], sys.argv[2])"


def write(log: str, core: str) -> None:
    """Write what every recording says in a free run and in a session; stop if another core runs than the one meant."""
    from coach import core_build
    from coach.workout.timeline import free_run
    from tests.golden.test_every_recording import NAMES, a_session, inputs_of, said

    assert core_build() == core, f"{core_build()} core, not {core}"
    assert NAMES, "the recordings are not there: put the folder `shared` beside the repository"
    with Path(log).open("w", encoding="utf-8") as file:
        for name in NAMES:
            for timeline in (free_run(), a_session()):
                file.writelines(f"{line}\n" for line in (name, *said(timeline, inputs_of(name))))


if __name__ == "__main__":
    main()
