"""The report of a run: all of it on one page that needs nothing, and looked at in a real Chromium."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from coach.cli.group import root
from coach.cues.cue import Cue, CueKind
from coach.quantities import Seconds
from coach.review.html_report import reps_html, run_report
from coach.review.review import CueReview, Review, RunnerNotes, Standing
from coach.review.sections import sections
from tests.review.chromium import Browser
from tests.review.recordings import JOURNALS, NAMES, folded, reviewed
from tests.review.test_html_page import HOSTILE, Reader

REPS = "workout_9x2min_pace_target_smartrec.fit"
"""56 minutes, nine reps, 146 cues, seven of them verdicts."""
RECORDED = [name for name in NAMES if not name.startswith(("workout_custom", "workout_ind", "workout_rep"))]
MOST_BYTES = 120_000
UNKNOWN = re.compile(r"\b(nan|NaN|inf|Infinity|null|undefined|None(?! predicts))\b")


def a_page(name: str = REPS, **changes: Any) -> str:
    """Write the page of a recording, with its review changed."""
    return run_report(replace(reviewed(name), **changes), folded(name).trace)


def data_of(page: str) -> dict[str, Any]:
    """Read the data of a page."""
    found = re.search('id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    tree: dict[str, Any] = json.loads(found[1])
    return tree


@pytest.mark.parametrize("name", [*RECORDED, *JOURNALS])
def test_every_recording_has_a_page(name: str, request: pytest.FixtureRequest):
    """Whole HTML, no value that is not one, the curves of what was measured, and small enough to be sent."""
    if name in NAMES:
        request.getfixturevalue("recordings")
    review = reviewed(name)
    page = run_report(review, folded(name).trace)
    found = Reader(page)
    assert found.open == []
    assert not UNKNOWN.search(found.text), UNKNOWN.search(found.text)
    assert not [
        value for _, attrs in found.elements for value in attrs.values() if UNKNOWN.search(value or "")
    ]
    assert len(page.encode()) <= MOST_BYTES
    trace = data_of(page).get("trace", {})
    measured = {key for key in trace if key.endswith(("mps", "bpm", "spm", "_w"))}
    assert page.count('class="curve"') == len(measured)


def test_the_page_has_every_number_with_its_formula(recordings: Path):
    """Each number of every section is on the page, and below it how it is made."""
    text = Reader(a_page()).text
    for part in sections(reviewed(REPS)):
        for row in part.rows:
            assert (row.note if row.standing is Standing.NOT_MEASURED else row.text) in text
            assert row.label in text
    assert "How each number is made" in text
    rows = [row for part in sections(reviewed(REPS)) for row in part.rows]
    shown = {row.name for row in rows if row.standing is not Standing.NOT_MEASURED}
    assert text.count("Holds for:") == len(shown)


def test_the_page_tells_the_run_in_words_and_tables(recordings: Path):
    """Figures, sentences, reps, cues with what came of them, steps planned and done, zones, sensors."""
    text = Reader(a_page()).text
    for words in (
        "All nine reps were run whole, on average 32.6 s slower than the plan.",
        "▲ slow +38.7",
        "10:46",
        "A little faster.",
        "not answered",
        "Main / rep 1 of 9 / work",
        "2 easy endurance",
        "strap",
    ):
        assert words in text


def test_the_data_of_the_page_is_the_review(recordings: Path):
    """The data of `coach review --json`, and that of the curves, with gaps as null."""
    tree = data_of(a_page())
    assert tree["format"] == "coach-report/1"
    assert tree["review"]["format"] == "coach-review/1"
    trace = tree["trace"]
    lengths = {len(values) for values in trace.values() if isinstance(values, list)}
    assert lengths == {-(-3361 // trace["interval_s"])}
    assert max(lengths) <= 700
    steps = tree["review"]["steps"]
    second = dict(zip(steps["columns"], steps["rows"][1], strict=True))
    assert (second["path"], second["from_run_s"]) == ("Main / rep 1 of 9 / work", 600.0)
    assert None in data_of(a_page("sensor-gaps"))["trace"]["heart_rate_bpm"]


def test_no_name_leaves_its_place():
    """A workout, an athlete, a step, a note and a cue that try to get out."""
    review = reviewed("sensor-gaps")
    summary = replace(review.summary, workout=HOSTILE, athlete=HOSTILE)
    steps = tuple(
        replace(
            each, answer=HOSTILE, result=replace(each.result, step=replace(each.result.step, path=HOSTILE))
        )
        for each in review.steps
    )
    cue = next(each.cue for each in review.cues)
    said = CueReview(replace(cue, text=HOSTILE, kind=CueKind.TOO_FAST), cue.at, steps[0].result.step.step_id)
    notes = RunnerNotes(rpe=7, text=HOSTILE, worked=HOSTILE, shoe=HOSTILE)
    page = a_page(
        "sensor-gaps",
        title=HOSTILE,
        summary=summary,
        steps=steps,
        cues=(said,),
        notes=notes,
        zone_model=HOSTILE,
    )
    found = Reader(page)
    assert [attrs.get("type") for tag, attrs in found.elements if tag == "script"] == [
        "application/json",
        None,
    ]
    assert not [
        name for _, attrs in found.elements for name in attrs if name.startswith("on") or name == "style"
    ]
    assert found.open == []
    page.encode()


def test_many_cues_are_folded_away():
    """Nobody reads thirty rows of ease off; all of them lie on the curves."""
    review = reviewed("sensor-gaps")
    cue: Cue = replace(review.cues[0].cue, kind=CueKind.TOO_SLOW)
    many = tuple(CueReview(cue, cue.at, "") for _ in range(30))
    page = a_page("sensor-gaps", cues=many)
    assert "<summary>All 30 cues on pace and heart rate</summary>" in page
    assert page.count('<use href="#up" x=') == 31


def test_a_run_without_a_word_has_no_part_for_it():
    """No heading over nothing: by hand there are no curves, no cues and no zones."""
    page = a_page("by-hand", cues=())
    for heading in ("Cues", "Laps", "Sensors"):
        assert f"<h2>{heading}</h2>" not in page or heading == "Sensors"
    assert 'id="scrub"' not in page or 'class="curve"' in page


def test_reps_of_which_little_is_known_have_few_columns():
    """Without a pace, a heart rate and a plan there is the time; two reps of no fall leave that column out too."""
    table = reviewed("sensor-gaps").summary.reps
    rows = tuple(
        replace(
            row,
            result=replace(row.result, mean_speed=None, mean_heart_rate=None, light_s=None, estimated=True),
        )
        for row in table.rows
    )
    page = reps_html(replace(table, rows=rows))
    assert re.findall('<th scope="col">(.*?)</th>', page) == ["rep", "time", "200", "400"]
    assert "<b>~1:46.0</b>" in page
    assert "<tfoot>" not in reps_html(replace(table, rows=rows[:1]))


# --- in a browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run with reps, gaps and splits, and a cue said in the first of them."""
    review: Review = reviewed("sensor-gaps")
    cue = replace(review.cues[0].cue, kind=CueKind.TOO_FAST, text="Ease off.")
    rep = review.summary.reps.rows[0].result
    at = next(step for step in folded("sensor-gaps").trace.steps if step.result.step == rep.step).from_run_s
    cues = (*review.cues, CueReview(cue, Seconds(at + 20), rep.step.step_id))
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(a_page("sensor-gaps", cues=cues), encoding="utf-8")
    return file


def test_the_scrubber_reads_by_keyboard_mouse_and_touch(chromium: Browser, page: Path):
    """Arrow keys move it, a press on a curve puts it there, and what it reads is told to who hears the page."""
    chromium.show(page, 1280, 800)
    told = "document.querySelector('#scrub').getAttribute('aria-valuetext')"
    chromium.ask("document.querySelector('#scrub').focus()")
    for _ in range(30):
        chromium.press("ArrowRight", 39)
    assert chromium.ask("document.querySelector('#scrub').value") == "30"
    by_keys = chromium.ask(told)
    assert re.match(r"0:3\d, .*, 0:3\d in, pace (\d:\d\d /km|no data|standing), heart rate ", by_keys)
    chromium.ask("document.querySelector('.area').scrollIntoView()")
    box = chromium.ask(
        "(({left, top, width}) => [left, top, width])(document.querySelectorAll('.area')[1].getBoundingClientRect())"
    )
    chromium.point(box[0] + box[2] * 0.9, box[1] + 30)
    by_mouse = chromium.ask(told)
    assert by_mouse != by_keys
    assert chromium.ask("document.activeElement.id") == "scrub"
    assert chromium.ask("document.querySelector('.cursor').getAttribute('x1')").startswith(("89.", "90."))
    chromium.press("Home", 36)
    assert chromium.ask(told).startswith("0:00")


def test_a_gap_reads_as_no_data_and_a_cue_as_its_words(chromium: Browser, page: Path):
    """Without a measurement the last value is not shown, and at a cue it is."""
    chromium.show(page, 1280, 800)
    data = data_of(page.read_text(encoding="utf-8"))
    move = "(s => {{ s.value = {}; s.dispatchEvent(new Event('input')); }})(document.querySelector('#scrub'))"
    chromium.ask(move.format(data["trace"]["heart_rate_bpm"].index(None)))
    assert "heart rate no data" in chromium.ask(
        "document.querySelector('#scrub').getAttribute('aria-valuetext')"
    )
    cues = [
        dict(zip(data["review"]["cues"]["columns"], row, strict=True))
        for row in data["review"]["cues"]["rows"]
    ]
    said = next(cue for cue in cues if cue["text"] == "Ease off.")
    chromium.ask(move.format(int(said["run_s"] / data["trace"]["interval_s"]) + 1))
    assert chromium.ask("document.querySelector('#said').textContent") == "“Ease off.”"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_a_page_asks_nobody_and_fits_its_window(chromium: Browser, page: Path, width: int):
    """No request but for the page, nothing the policy refused, nothing wider than the window, keys big enough."""
    chromium.show(page, width, 844)
    assert chromium.requests == [page.as_uri()]
    assert chromium.errors == []
    assert chromium.ask("document.documentElement.scrollWidth") <= width
    assert chromium.ask("[...document.querySelectorAll('button, #scrub')].every(e => e.offsetHeight >= 44)")


CONTRAST = """
(() => {
  const light = (c) => c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number);
    return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
  };
  const paper = luminance(getComputedStyle(document.documentElement).backgroundColor);
  const written = (e) => [...e.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll('main *')].filter((e) => written(e) && e.tagName !== 'title').map((e) => {
    const style = getComputedStyle(e), block = e.classList.contains('number') ? '--work' : '';
    const behind = block ? luminance(rgb(style.getPropertyValue(block))) : paper;
    const ink = luminance(e.tagName === 'text' ? style.fill : style.color);
    return [(Math.max(ink, behind) + 0.05) / (Math.min(ink, behind) + 0.05), e.outerHTML.slice(0, 60)];
  }).filter(([ratio]) => ratio < 7);
  function rgb(hex) { return hex.trim().slice(1).match(/../g).map((two) => parseInt(two, 16)).join(' '); }
})()
"""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_has_the_highest_contrast(chromium: Browser, page: Path, dark: bool):
    """7 to 1 and more on its paper, by the reader's system and by the button; what is printed is light."""
    chromium.show(page, 390, 844, dark=dark)
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    black, white = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
    assert chromium.ask(paper) == (black if dark else white)
    assert chromium.ask(CONTRAST) == []
    chromium.ask("document.querySelector('#theme').click()")
    assert chromium.ask(paper) == (white if dark else black)
    assert chromium.ask(CONTRAST) == []
    features = [{"name": "prefers-color-scheme", "value": "dark"}]
    chromium.call("Emulation.setEmulatedMedia", media="print", features=features)
    assert chromium.ask(paper) == white


@pytest.mark.parametrize("name", ["sensor-gaps", REPS])
@pytest.mark.parametrize("paper", [(8.27, 11.69), (8.5, 11.0)])
def test_a_report_is_printed_on_one_page(
    chromium: Browser, tmp_path: Path, name: str, paper: tuple[float, float], request: pytest.FixtureRequest
):
    """A4 and Letter."""
    if name == REPS:
        request.getfixturevalue("recordings")
    file = tmp_path / "report.html"
    file.write_text(a_page(name), encoding="utf-8")
    chromium.show(file, 1280, 800)
    assert len(re.findall(rb"/Type\s*/Page\b", chromium.printed(*paper))) == 1


def test_fifty_reps_are_small_enough_to_be_sent(simulated_pages: tuple[str, str]):
    """With a hundred steps the calls of steps and splits and the bars are left out, and the table stays whole."""
    few, many = simulated_pages
    assert len(many.encode()) <= MOST_BYTES
    kinds = [{row[0] for row in data_of(page)["review"]["cues"]["rows"]} for page in (few, many)]
    assert "step" in kinds[0]
    assert not {"step", "split"} & kinds[1]
    assert ("fast, slow" in few, "fast, slow" in many) == (True, False)
    heads, cells = (many.count(f"<{tag}") for tag in ('th scope="row"', "tr"))
    assert heads > 150
    assert cells > heads


@pytest.fixture
def simulated_pages(home: Path, tmp_path: Path) -> tuple[str, str]:
    """The pages of a simulated run of three reps, and of one of fifty."""
    pages = []
    for count in (3, 50):
        made, page = tmp_path / f"{count}.jsonl", tmp_path / f"{count}.html"
        for words in (
            ["simulate", f"{count}x100 @ 3:45/km / 100 jog", "--seed", "3", "--out", str(made)],
            ["review", str(made), "--html", str(page)],
        ):
            assert CliRunner().invoke(root, words).exit_code == 0
        pages.append(page.read_text())
    return pages[0], pages[1]
