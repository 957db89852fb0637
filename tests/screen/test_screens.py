"""Every screen equals the reviewed text.

`WRITE_SCREENS=1 .venv/bin/pytest tests/screen/test_screens.py` writes the texts and pictures anew, and never on CI.
Read the difference before you keep it.
"""

import os
import re
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path

import pytest

from tests.screen.screens import FOLDER, PICTURES, View, views

VIEWS = {view.name: view for view in views()}
FOR_THE_EYE = frozenset(
    {
        "rep-too-fast.80x24.sun",
        "rep-too-slow.120x40.night",
        "rest.200x60.sun",
        "library.120x40.sun",
        "sensors.80x24.night",
        "summary.120x40.sun",
    }
)
"""The views that are kept as pictures as well."""
IN_THE_README = "rep-too-fast.120x40.sun"
"""The view whose picture the README shows."""
README_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "run.svg"
HOW = "WRITE_SCREENS=1 .venv/bin/pytest tests/screen/test_screens.py writes it anew"


def is_writing(environ: Mapping[str, str]) -> bool:
    """Return whether the files are to be written again.

    Raises:
        RuntimeError: they are, but on CI, where a screen can only be compared.
    """
    is_set = bool(environ.get("WRITE_SCREENS"))
    if is_set and environ.get("CI"):
        raise RuntimeError("WRITE_SCREENS is set, but on CI screens are only compared")
    return is_set


@pytest.mark.asyncio
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
async def test_a_screen_is_shown_as_it_was_judged(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of a screen and its runs of style equal the reviewed ones."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    if not view.screen.has_colour:
        monkeypatch.setenv("NO_COLOR", "1")
    text, picture = await view.render(is_picture=view.name in {*FOR_THE_EYE, IN_THE_README})
    files = {FOLDER / f"{view.name}.txt": text}
    if view.name in FOR_THE_EYE:
        files[PICTURES / f"{view.name}.svg"] = without_id(picture)
    if view.name == IN_THE_README:
        files[README_PICTURE] = without_id(picture)
    for path, shown in files.items():
        if is_writing(os.environ):
            path.parent.mkdir(exist_ok=True)
            path.write_text(shown, encoding="utf-8")
        compare(path, shown)


def test_every_file_has_its_view() -> None:
    """No file of a view that is gone is left behind."""
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.txt" for name in VIEWS}
    assert {path.name for path in PICTURES.iterdir()} == {f"{name}.svg" for name in FOR_THE_EYE}


@pytest.mark.parametrize(
    ("environ", "writes"), [({}, False), ({"WRITE_SCREENS": "1"}, True), ({"CI": "true"}, False)]
)
def test_screens_are_written_only_when_asked(environ: dict[str, str], writes: bool) -> None:
    """Without WRITE_SCREENS the screens are compared, not written."""
    assert is_writing(environ) is writes


def test_screens_are_never_written_on_ci() -> None:
    """On CI a request to write them is refused."""
    with pytest.raises(RuntimeError, match="on CI"):
        is_writing({"WRITE_SCREENS": "1", "CI": "true"})


def compare(path: Path, text: str) -> None:
    """Fail with the difference, line by line, unless a file holds what is shown."""
    golden = path.read_text(encoding="utf-8") if path.exists() else ""
    if text == golden:
        return
    lines = unified_diff(golden.splitlines(), text.splitlines(), "kept", "shown", n=0, lineterm="")
    difference = "\n".join(lines) if path.suffix == ".txt" else "the picture is another"
    pytest.fail(f"{path.name}: {HOW}\n{difference}", pytrace=False)


def without_id(svg: str) -> str:
    """Take the checksum out of the names in a picture: it changes all of them at once."""
    return re.sub(r"\bterminal-\d+-", "terminal-", svg)
