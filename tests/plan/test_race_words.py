"""The wristband and the page for a phone, in a real Chromium: what they show, say and ask for."""

import re
import time

import pytest

from coach.plan.pacing import Fuel, read_drink, read_phrases
from coach.plan.race import RaceRequest, Weather, plan_race
from coach.plan.race_words import (
    RaceFacts,
    band_rows,
    phone_html,
    phone_tree,
    wristband_html,
    wristband_lines,
)
from coach.quantities import Metres, Seconds
from tests.patience import block_until

MARATHON = Metres(42_195.0)
# Turns the page's clock on by so many seconds: it counts by `performance.now`.
_STILL = "(() => { const at = performance.now(); performance.now = () => at; })()"
"""Stops the page's clock: on a busy machine seconds go by between two taps of a test."""
_LATER = "(() => {{ const now = performance.now.bind(performance); performance.now = () => now() + 1000 * {0}; }})()"


def marathon(**more):
    """A marathon in 3:30:00 with drinks and phrases."""
    phrases = read_phrases(["Relax", "20km=<b>Shoulders</b> & “arms”"], MARATHON)
    return plan_race(
        RaceRequest(MARATHON, Seconds(12_600.0), drink=read_drink("150ml every 5km"), phrases=phrases, **more)
    )


def quick():
    """A race whose fuel and phrases come within the first seconds."""
    phrases = read_phrases(["start=Tall"], Metres(1000.0))
    fuel = Fuel(20.0, 100.0, 300.0, 10.0, is_example=False)
    return plan_race(RaceRequest(Metres(1000.0), Seconds(1100.0), fuel=fuel, phrases=phrases))


@pytest.fixture
def shown(chromium, tmp_path):
    """Show a page in a window of a size, and give the browser."""

    def show(page, width=390, height=844, **more):
        file = tmp_path / "page.html"
        file.write_text(page)
        chromium.show(file, width, height, **more)
        chromium.ask("localStorage.clear()")  # it would go on with the race of the test before
        chromium.show(file, width, height, **more)
        return chromium

    return show


def test_a_wristband_has_a_row_a_kilometre():
    """Time at each, and what is eaten and drunk there: km 10 at 49:46 with the first gel."""
    rows = band_rows(marathon())
    assert len(rows) == 43
    assert rows[9] == ("10", "49:46", "gel drink")
    assert rows[-1] == ("42.2", "3:30:00", "")
    text = list(wristband_lines(marathon()))
    assert text[1] == "400 m >= 1:57, 1 km >= 4:53"
    assert all(len(line) <= 50 for line in text)


@pytest.mark.parametrize(
    ("km", "unit", "wrist", "phone"),
    [(50.0, "km", (50, "1"), (50, "km 1")), (100.0, "km", (20, "5"), (100, "km 1")),
     (160.934, "km", (33, "5"), (33, "km 5")), (160.934, "mile", (20, "5"), (20, "mile 5")),
     (500.0, "km", (50, "10"), (50, "km 10")), (500.0, "mile", (32, "10"), (32, "mile 10"))],
)  # fmt: skip
def test_a_long_race_fits_a_wrist_and_a_phone(km, unit, wrist, phone):
    """Over 50 units a wristband has a row each five or ten, over 100 km the page for a phone has the same marks."""
    plan = plan_race(RaceRequest(Metres(1000.0 * km), Seconds(360.0 * km), fuel=None, unit=unit))
    rows, marks = band_rows(plan), phone_tree(plan)["splits"]
    assert (len(rows), rows[0][0]) == wrist
    assert (len(marks), marks[0]["name"]) == phone
    assert marks[-1]["name"] == "finish"


@pytest.mark.parametrize("weather", [None, Weather(23.0, 21.0), Weather(38.0, 30.0)])
def test_the_wristband_prints_on_one_sheet(shown, weather):
    """It asks nobody for anything, and the strip is as narrow as a wrist."""
    page = wristband_html(marathon(weather=weather), RaceFacts(start_minute=570))
    browser = shown(page, 794, 1123, media="print")
    assert not browser.errors
    assert len(browser.requests) == 1
    for paper in ((8.27, 11.69), (8.5, 11.0)):
        assert len(re.findall(rb"/Type\s*/Page\b(?!s)", browser.printed(*paper))) == 1
    assert 200 < browser.ask("document.querySelector('.band').getBoundingClientRect().width") < 260
    assert browser.ask("document.querySelectorAll('.band tbody tr').length") == 43
    assert browser.ask("document.querySelector('.band').getBoundingClientRect().height") < 1020


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844), (844, 390), (1280, 800)])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_fits_a_phone(shown, width, height, dark):
    """Nothing is wider than the window, and a thumb finds the button."""
    browser = shown(phone_html(marathon()), width, height, dark=dark)
    assert not browser.errors
    assert len(browser.requests) == 1
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("document.getElementById('tap').getBoundingClientRect().height") >= 48
    assert browser.ask("document.querySelectorAll('#list li').length") == 43
    browser.ask("document.getElementById('tap').click()")
    browser.ask(_LATER.format(3100))
    block_until(lambda: browser.ask("document.getElementById('total').textContent"), "a total")
    assert browser.ask("document.getElementById('total').textContent") == "29 g, 180 mg sodium, 300 ml"
    for name in ("where", "by", "left"):
        assert browser.ask(f"document.getElementById('{name}').getClientRects()[0].height") < 50
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert browser.ask("document.getElementById('tap').getBoundingClientRect().bottom") <= height


def test_names_cannot_run_on_the_page(shown):
    """A phrase is text, whatever stands in it."""
    browser = shown(phone_html(marathon()))
    assert browser.ask("document.querySelector('b > b, li b') === null")
    assert browser.ask("JSON.parse(document.getElementById('data').textContent).said.map((each) => each.say)").count(
        "<b>Shoulders</b> & “arms”"
    ) == 1  # fmt: skip


def test_it_counts_and_speaks_by_its_own_clock(shown):
    """From the tap at the start on; a gel and a phrase are said when they are due, and totals stand there."""
    page = phone_html(quick()).replace('"at":11.0', '"at":0.2')  # the gel at 10 m
    browser = shown(page)
    assert browser.ask("document.getElementById('time').textContent") == "0:00"
    assert browser.ask("globalThis.heard") == []
    browser.ask("document.getElementById('tap').click()")
    block_until(lambda: browser.ask("globalThis.heard.length"), "a word")
    assert browser.ask("globalThis.heard")[0] == "Gel. 20 grams, 100 milligrams of sodium in all"
    assert browser.ask("document.getElementById('total').textContent") == "20 g, 100 mg sodium"
    assert browser.ask("document.getElementById('tap').textContent") == "At finish"


def test_a_tap_sets_it_right_and_can_be_taken_back(shown):
    """Twenty seconds behind at the first kilometre, and what is still to come is so much later."""
    browser = shown(phone_html(marathon()))
    browser.ask(_STILL)
    browser.ask("document.getElementById('tap').click()")
    browser.ask(_LATER.format(318.6))
    browser.ask("document.getElementById('tap').click()")
    assert browser.ask("document.getElementById('off').textContent") == "20 s behind"
    assert browser.ask("document.getElementById('off').className") == "slow"
    assert browser.ask("document.getElementById('where').textContent") == "km 2"
    browser.ask("document.getElementById('undo').click()")
    assert browser.ask("document.getElementById('off').textContent") == ""


_CONTRAST = """(() => {
const light = (text) => text.match(/[0-9.]+/g).slice(0, 3).map((each) => each / 255)
  .map((each) => each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4)
  .reduce((sum, each, place) => sum + each * [0.2126, 0.7152, 0.0722][place], 0);
const style = getComputedStyle(document.getElementById('off'));
const [low, high] = [light(style.color), light(style.backgroundColor)].sort((one, other) => one - other);
return (high + 0.05) / (low + 0.05);
})()"""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("at_s", "name"), [(330.0, "slow"), (280.0, "fast")])
def test_behind_and_ahead_can_be_read_in_the_sun(shown, dark, at_s, name):
    """Seven to one, the most that is asked for of text anywhere."""
    browser = shown(phone_html(marathon()), dark=dark)
    browser.ask(_STILL)
    browser.ask("document.getElementById('tap').click()")
    browser.ask(_LATER.format(at_s))
    browser.ask("document.getElementById('tap').click()")
    assert browser.ask("document.getElementById('off').className") == name
    assert browser.ask(_CONTRAST) >= 7


def test_a_second_tap_at_once_is_the_same_one(shown):
    """A double tap at the start marks no kilometre."""
    browser = shown(phone_html(marathon()))
    browser.ask(_STILL)
    browser.ask("document.getElementById('tap').click(); document.getElementById('tap').click()")
    assert browser.ask("document.getElementById('tap').textContent") == "At km 1"
    assert browser.ask("document.getElementById('off').textContent") == ""
    browser.ask(_LATER.format(298.6))
    browser.ask("document.getElementById('tap').click(); document.getElementById('tap').click()")
    assert browser.ask("document.getElementById('tap').textContent") == "At km 2"
    assert browser.ask("document.getElementById('off').textContent") == "on plan"


def test_without_a_tap_it_goes_on_by_itself(shown):
    """A phone in a pocket counts through; what is long over is not said."""
    browser = shown(phone_html(marathon()))
    browser.ask("document.getElementById('tap').click()")
    browser.ask(_LATER.format(3700))
    block_until(lambda: browser.ask("document.getElementById('where').textContent") == "km 13", "km 13")
    assert browser.ask("globalThis.heard") == []
    assert browser.ask("document.getElementById('total').textContent") == "29 g, 180 mg sodium, 300 ml"


def test_a_closed_page_finds_its_start_again(shown):
    """A phone that reloads it goes on counting."""
    browser = shown(phone_html(marathon()))
    browser.ask("document.getElementById('tap').click()")
    browser.call("Page.reload")
    browser.wait_for("Page.loadEventFired")
    block_until(lambda: browser.ask("document.getElementById('tap').textContent") == "At km 1", "its start")
    browser.ask("globalThis.confirm = () => true; document.getElementById('again').click()")
    assert browser.ask("document.getElementById('tap').textContent") == "Start"


def test_only_the_plans_own_words_are_spoken_unless_every_split_is_asked_for(shown):
    """Splits are spoken only once the switch is on; the plan's own words always are."""
    browser = shown(phone_html(marathon()))
    browser.ask("document.getElementById('tap').click()")
    browser.ask(_LATER.format(298.0))
    time.sleep(1.2)
    assert browser.ask("globalThis.heard") == []
    browser.ask("document.getElementById('voice').click()")
    block_until(lambda: browser.ask("globalThis.heard.length"), "a word")
    assert browser.ask("globalThis.heard") == ["kilometre 1, 4 minutes 59"]
