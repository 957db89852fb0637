"""Check that every changelog fragment can become a line of the changelog.

A fragment is `changelog.d/<name>.<kind>.md`: what changed for a runner, in whole sentences.
"""

import re
import sys
from pathlib import Path

KINDS = ("security", "removed", "deprecated", "added", "changed", "fixed")
"""In the order of the changelog, which is Keep a Changelog's with the urgent kinds first."""

LONGEST_LINE = 160

_NAME = re.compile(rf"[a-z0-9][a-z0-9-]*\.({'|'.join(KINDS)})\.md")


def faults(folder: Path) -> list[str]:
    """Say what is wrong with the fragments in a folder, one sentence each; nothing wrong is an empty list."""
    fragments = sorted(path for path in folder.iterdir() if path.name != "README.md")
    return [fault for path in fragments for fault in _faults_of(path)]


def _faults_of(path: Path) -> list[str]:
    if not _NAME.fullmatch(path.name):
        return [f"{path.name}: name it like 12-heart-rate.added.md; the kinds are {', '.join(KINDS)}"]
    text = path.read_text(encoding="utf-8").strip()
    found = []
    if not text:
        found.append(f"{path.name}: it is empty; say what a runner will notice")
    elif text[-1] not in ".!?)":
        found.append(f"{path.name}: end with a whole sentence")
    if text.startswith("#"):
        found.append(f"{path.name}: no heading; the kind in the file's name makes it")
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        found.append(f"{path.name}: break lines after a sentence, at most {LONGEST_LINE} characters")
    return found


def main() -> int:
    """Print the faults of this project's fragments; the exit code says whether there are any."""
    found = faults(Path(__file__).parent.parent / "changelog.d")
    print(*(found or ["changelog.d: every fragment is well formed"]), sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
