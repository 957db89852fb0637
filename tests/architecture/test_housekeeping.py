"""What lies around the code is in order: changelog, pins, and nothing of the machine it was written on."""

import re
import subprocess
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

from tests.architecture.source import ROOT
from tools.changelog import HEADING, faults, gathered

# Written in pieces, so that this file does not find itself.
OF_THE_MACHINE = re.compile(
    r"(?<![\w.~}])/" + r"(?:work|root|home/[a-z]+)/" + r"|https?://[^ )\"]*(?:/sim" + r"ple/|regi" + r"stry)"
)

LINK = re.compile(r"\]\(([^)\s]+)\)")


def test_changelog_fragments_are_well_formed():
    """Every fragment can become a line of the changelog."""
    assert faults(ROOT / "changelog.d") == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("notes.txt", "A word.", "name it like"),
        ("12-dropouts.repaired.md", "A word.", "name it like"),
        ("12-dropouts.fixed.md", "", "it is empty"),
        ("12-dropouts.fixed.md", "Half a", "whole sentence"),
        ("12-dropouts.fixed.md", "# Fixed\nA word.", "no heading"),
        ("12-dropouts.fixed.md", "word " * 40 + "word.", "break lines"),
    ],
)
def test_a_malformed_fragment_is_told_apart(tmp_path, name, text, fault):
    """Each way to get a fragment wrong has its own sentence."""
    (tmp_path / name).write_text(text)

    (found,) = faults(tmp_path)

    assert fault in found


def test_a_good_fragment_has_no_faults(tmp_path):
    """A whole sentence under a known kind is all it takes, and the folder's own page is no fragment."""
    (tmp_path / "12-dropouts.fixed.md").write_text("A strap that drops out no longer stops the clock.\n")
    (tmp_path / "README.md").write_text("# How to write one")

    assert faults(tmp_path) == []


def test_a_release_gathers_the_fragments_above_the_releases_before_it(tmp_path):
    """Fragments become entries under their kind; a list stays a list; what was released before follows unchanged."""
    (tmp_path / "12-dropouts.fixed.md").write_text("A strap that drops out\nno longer stops the clock.\n")
    (tmp_path / "13-pods.added.md").write_text("- Two pods.\n- A pod\n  that reads long.\n")
    (tmp_path / "README.md").write_text("# How to write one")
    before = HEADING + "\n## 0.1.0 (2026-11-29)\n\n### Added\n\n- The coach.\n"

    text = gathered(tmp_path, before, "0.2.0", "2026-12-24")

    assert text == HEADING + (
        "\n## 0.2.0 (2026-12-24)\n"
        "\n### Added\n\n- Two pods.\n- A pod\n  that reads long.\n"
        "\n### Fixed\n\n- A strap that drops out\n  no longer stops the clock.\n"
        "\n## 0.1.0 (2026-11-29)\n\n### Added\n\n- The coach.\n"
    )


def test_a_release_is_gathered_once(tmp_path):
    """A version that the changelog has already is refused."""
    with pytest.raises(ValueError, match=r"0\.1\.0"):
        gathered(tmp_path, HEADING + "\n## 0.1.0 (2026-11-29)\n", "0.1.0", "2026-11-30")


def test_nothing_of_the_machine_is_in_the_repository():
    """No file names a folder of the machine it was written on, or the address of a package index."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in _files_of_the_repository()
        for number, line in enumerate(_lines(path), start=1)
        if OF_THE_MACHINE.search(line)
    ]

    assert found == []


def test_constraints_pin_everything_that_is_installed():
    """Every package the project pulls in, tools and build included, is pinned to the installed release."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pinned = {canonicalize_name(name): version for name, version in pins.items()}

    installed = {name: distribution(name).version for name in _closure()}

    assert {name: pinned.get(name) for name in installed} == installed


def test_links_between_pages_lead_somewhere():
    """Every relative link in a Markdown page names a file that is there."""
    pages = [path for path in _files_of_the_repository() if path.suffix == ".md"]
    found = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not target.startswith(("https:", "http:", "mailto:", "#"))
        and not (page.parent / target.partition("#")[0]).exists()
    ]

    assert pages
    assert found == []


def _files_of_the_repository() -> Iterator[Path]:
    """Tracked files, and new ones that are not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git work tree")
    yield from (path for name in listed.stdout.split("\0") if (path := ROOT / name).is_file())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []  # pictures and recordings


def _closure() -> set[NormalizedName]:
    """Every distribution reached from this project and its development extra, on this machine."""
    found: set[NormalizedName] = set()
    waiting = [("trackside-coach", "dev")]
    seen = set(waiting)
    while waiting:
        name, extra = waiting.pop()
        for text in distribution(name).requires or []:
            need = Requirement(text)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                found.add(canonicalize_name(need.name))
                reached = {(canonicalize_name(need.name), wanted) for wanted in {"", *need.extras}}
                waiting += reached - seen
                seen |= reached
    return found
