"""Check the changelog fragments, and gather them into `CHANGELOG.md` for a release.

A fragment is `changelog.d/<name>.<kind>.md`: what changed for a runner, in whole sentences. Without arguments the
fragments are checked; `python -m tools.changelog gather VERSION DATE` moves them into `CHANGELOG.md`.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

HEADING = """# Changelog

What changed for a runner, newest release first. Entries are gathered from `changelog.d` with `make changelog`.
"""

KINDS = ("security", "removed", "deprecated", "added", "changed", "fixed")
"""In the order of the changelog, which is Keep a Changelog's with the urgent kinds first."""

LONGEST_LINE = 160

_NAME = re.compile(rf"[a-z0-9][a-z0-9-]*\.({'|'.join(KINDS)})\.md")


def faults(folder: Path) -> list[str]:
    """Return the faults of the fragments in a folder, one sentence each; empty if there are none."""
    fragments = sorted(path for path in folder.iterdir() if path.name != "README.md")
    return [fault for path in fragments for fault in _faults_of(path)]


def _faults_of(path: Path) -> list[str]:
    if not _NAME.fullmatch(path.name):
        return [f"{path.name}: name it like 12-heart-rate.added.md; the kinds are {', '.join(KINDS)}"]
    text = path.read_text(encoding="utf-8").strip()
    sentences = []
    if not text:
        sentences.append(f"{path.name}: it is empty; say what a runner will notice")
    elif text[-1] not in ".!?)":
        sentences.append(f"{path.name}: end with a whole sentence")
    if text.startswith("#"):
        sentences.append(f"{path.name}: no heading; the kind in the file's name makes it")
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        sentences.append(f"{path.name}: break lines after a sentence, at most {LONGEST_LINE} characters")
    return sentences


def gathered(folder: Path, changelog: str, version: str, date: str) -> str:
    """Return the text of a changelog with the fragments of a folder as its newest release.

    Each fragment is one entry, or several where it is a list; the kinds follow each other in the order of `KINDS`.
    Raises `ValueError` if the changelog has that release already.
    """
    if f"\n## {version} " in changelog:
        raise ValueError(f"CHANGELOG.md has {version} already")
    parts = [f"## {version} ({date})\n"]
    for kind in KINDS:
        fragments = sorted(folder.glob(f"*.{kind}.md"))
        if fragments:
            parts.append(f"### {kind.capitalize()}\n")
            parts.append("\n".join(_entry(path) for path in fragments) + "\n")
    older = (changelog or HEADING).removeprefix(HEADING)
    return HEADING + "\n" + "\n".join(parts) + older


def _entry(path: Path) -> str:
    text = path.read_text(encoding="utf-8").strip()
    if text.startswith("- "):
        return text
    return "- " + text.replace("\n", "\n  ")


def _gather(version: str, date: str) -> None:
    folder, changelog = ROOT / "changelog.d", ROOT / "CHANGELOG.md"
    before = changelog.read_text(encoding="utf-8") if changelog.exists() else ""
    changelog.write_text(gathered(folder, before, version, date), encoding="utf-8")
    for path in folder.iterdir():
        if path.name != "README.md":
            path.unlink()


def main() -> int:
    """Check the fragments and print their faults, or gather them; return 1 if there were faults."""
    sentences = faults(ROOT / "changelog.d")
    print(*(sentences or ["changelog.d: every fragment is well formed"]), sep="\n")
    match sys.argv[1:]:
        case []:
            pass
        case ["gather", version, date] if not sentences:
            _gather(version, date)
        case _:
            print("usage: python -m tools.changelog [gather VERSION DATE]")
            return 2
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())
