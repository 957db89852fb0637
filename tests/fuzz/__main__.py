"""Fuzz the importers and the readers of recordings: `python -m tests.fuzz [SECONDS]`, 20 seconds each by default.

Seeds are the public files, where they are there; what is found new is kept in `build/fuzz`, so that the
next time begins where this one ended. A find is written there as `crash-...` and ends with 1.
"""

import subprocess
import sys
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "build" / "fuzz"
SAMPLES = ROOT.parent / "shared" / "data"
SEEDS: dict[str, list[str]] = {
    "auto": [],
    "garmin": ["workouts/*.gcn", "workouts/*.json"],
    "fit": ["recordings/workout_*.fit", "wild/files/fit_*.fit"],
    "zwo": ["workouts/*.zwo"],
    "tcx": ["workouts/*.tcx"],
    "intervals": ["workouts/*.md"],
    "trainingpeaks": [],
    "recordings": [
        "recordings/*.fit",
        *(f"wild/files/*.{suffix}" for suffix in ("fit", "csv", "gpx", "tcx")),
        "wild/*/*.csv",
    ],
}
"""The importers, and the files to begin from; `auto` begins from them all. `recordings` are of any format."""
LONGEST = 20_000
"""Bytes: longer inputs are slow and find nothing more."""


def main(seconds: int) -> int:
    """Fuzz each for so long; returns how many had a find."""
    if find_spec("atheris") is None:
        print("atheris is not installed: pip install -e '.[fuzz]', or make fuzz")
        return 1
    return sum(_fuzzed(name, seconds) for name in SEEDS)


def _fuzzed(name: str, seconds: int) -> bool:
    """Fuzz one of them; is there a find?"""
    print(f"--- {name}, {seconds} s", flush=True)
    found, seeds = CORPUS / name, CORPUS / f"{name}-seeds"
    for folder in (found, seeds):
        folder.mkdir(parents=True, exist_ok=True)
    for pattern in SEEDS[name] or chain(*SEEDS.values()):
        for file in SAMPLES.glob(pattern):
            if file.stat().st_size <= LONGEST:
                for number, part in enumerate(_parts(file)):
                    (seeds / f"{file.name}-{number}").write_bytes(part)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10", "-print_final_stats=1"]
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.target",
        name,
        *options,
        f"-artifact_prefix={found}-",
        found,
        seeds,
    ]
    return subprocess.run([str(word) for word in command], cwd=ROOT, check=False).returncode != 0


def _parts(file: Path) -> list[bytes]:
    """The workouts of a page one by one, which is quicker to fuzz than the page; any other file as it is."""
    return file.read_bytes().split(b"```")[1::2] if file.suffix == ".md" else [file.read_bytes()]


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)))
