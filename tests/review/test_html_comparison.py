"""The page of a comparison: rep over rep, and any two of them in a browser."""

import json
import re
from pathlib import Path

from coach.app.playback import RecordingRequest
from coach.app.reviews import ReviewedRun, review_run
from coach.cli.shared import CONSOLE
from coach.review.comparison import ComparedRun, compare_runs, comparison_report
from tests.golden.journals import FOLDER
from tests.review.chromium import Browser
from tests.review.test_html_page import HOSTILE, Reader


def reviewed(name: str) -> ReviewedRun:
    """Review a recorded run."""
    return review_run(RecordingRequest(str(FOLDER / name)), CONSOLE)


def a_page(*names: str, workout: str = "") -> str:
    """Write the page of these runs."""
    runs = [reviewed(name) for name in names]
    compared = compare_runs([ComparedRun(run.summary, workout or run.recording.day) for run in runs])
    return comparison_report(compared, [run.trace for run in runs])


def data_of(page: str) -> dict[str, list[dict[str, str]]]:
    """Read the data of a page."""
    found = re.search('id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    tree: dict[str, list[dict[str, str]]] = json.loads(found[1])
    return tree


def test_each_rep_lies_over_its_counterpart():
    """A picture a rep, for pace and for heart rate, and the data of every rep of both runs."""
    page = a_page("sensor-gaps", "sensor-gaps")
    assert page.count("<figure>") == 4
    assert page.count('class="other" d=') == 4
    reps = data_of(page)["reps"]
    assert [rep["told"] for rep in reps] == [
        "1:46.0, 108 bpm",
        "1:46.0, 108 bpm",
        "1:46.5, 151 bpm",
        "1:46.5, 151 bpm",
    ]
    assert all(rep["paces"].count("M") > 1 for rep in reps), "what the pod did not send stays a gap"


def test_a_rep_without_a_counterpart_is_drawn_alone():
    """Nothing is drawn that was not run, and the page says so."""
    page = a_page("strap-and-pod", "sensor-gaps")
    assert "no such rep" in page
    assert Reader(page).open == []


def test_without_a_heart_rate_there_is_no_picture_of_it():
    """By hand nothing is measured."""
    assert "Heart rate</h2>" not in a_page("by-hand", "by-hand")


def test_a_hostile_name_stays_a_name():
    """It stands in the table, the options and the data."""
    found = Reader(a_page("sensor-gaps", "sensor-gaps", workout=HOSTILE))
    assert [attrs.get("type") for tag, attrs in found.elements if tag == "script"] == [
        "application/json",
        None,
    ]
    assert "alert(1)" in found.text


def test_two_reps_are_chosen_in_a_browser(chromium: Browser, tmp_path: Path):
    """Any two reps can be laid over each other; nothing is asked of a network, and a phone is wide enough."""
    page = tmp_path / "page.html"
    page.write_text(a_page("sensor-gaps", "sensor-gaps"), encoding="utf-8")
    chromium.show(page, 390, 844)
    assert chromium.ask("document.documentElement.scrollWidth") == 390
    line = "document.querySelector('#overlay .other').getAttribute('d')"
    before = chromium.ask(line)
    chromium.ask(
        "(pick => { pick.value = 0; pick.dispatchEvent(new Event('change')); })(document.querySelectorAll('select')[1])"
    )
    assert before != chromium.ask(line) == data_of(page.read_text())["reps"][0]["paces"]
    assert chromium.requests == [page.as_uri()]
    assert chromium.errors == []
