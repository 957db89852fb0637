"""The page of the phone and the board, in a real Chromium: what is seen, heard, and kept up without a laptop."""

import re
from typing import Any, Final

import pytest

from coach.themes import SCREEN_THEMES
from tests.review.chromium import Browser
from tests.share.frames import FRAME, PLAN, STATES, frame
from tests.share.laptop import ASSETS, Laptop
from tests.share.page import BOARD, LYING, PHONE, SEEN, Page

SIZES: Final = {"upright": ("/", PHONE), "lying": ("/", LYING), "board": ("/board", BOARD)}
MM_PER_PIXEL: Final = 309.9 / 1920
"""A 14-inch panel of 16 to 9 is 309.9 mm wide."""


def rgb(text: str) -> tuple[int, int, int]:
    """Read `#rrggbb` or `rgb(...)`."""
    if text.startswith("#"):
        return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)
    red, green, blue = (int(part) for part in re.findall(r"\d+", text)[:3])
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2."""
    shades = [value / 255 for colour in (one, other) for value in rgb(colour)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shades]
    lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (linear[:3], linear[3:])]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def head(box: dict[str, Any]) -> float:
    """The upper edge of the letters of a text."""
    return float(box["y"] + 0.15 * box["height"])


def foot(box: dict[str, Any]) -> float:
    """Their lower edge."""
    return float(box["y"] + 0.85 * box["height"])


def laid_out(page: Page) -> list[dict[str, Any]]:
    """Look at every text: all of it lies in the window, and no two lie on each other."""
    seen = page.ask(SEEN)
    assert not seen["scrolls"]
    for box in seen["boxes"]:
        assert box["x"] >= -0.5, box
        assert box["y"] >= (-200 if box["svg"] else -0.5), box
        assert box["x"] + box["width"] <= seen["wide"] + 0.5, box
    plain = [box for box in seen["boxes"] if not box["svg"] and not box["inline"]]
    for place, one in enumerate(plain):
        for other in plain[place + 1 :]:
            across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
            # Letters fill the middle of the height that a line of text is said to have.
            down = min(foot(one), foot(other)) - max(head(one), head(other))
            assert across < 1 or down < 1, (one, other)
    boxes: list[dict[str, Any]] = seen["boxes"]
    return boxes


@pytest.mark.parametrize("theme", SCREEN_THEMES)
@pytest.mark.parametrize("size", SIZES)
def test_a_state_is_a_colour_a_word_and_an_arrow(page: Page, size: str, theme: str):
    """At three sizes and in both themes each state fills the screen, and has word, arrow, and texts of contrast."""
    page.open(*SIZES[size], theme=theme)
    colours = SCREEN_THEMES[theme].colours
    for name, state in STATES.items():
        page.show(**frame(state))
        page.until(f"document.body.dataset.colour === {state['colour']!r}")
        paper = page.ask("getComputedStyle(document.body).backgroundColor")
        assert rgb(paper) == rgb(colours[state["colour"]][1]), name
        boxes = laid_out(page)
        texts = [box["text"] for box in boxes]
        assert {"4:16", "REP 2/6", "800 m", "240", "175", "-2.2", "17:49", "53.4"} <= set(texts), name
        assert set(state["words"]) & set(texts), name
        assert any("target 4:24-4:36" in text for text in texts)
        arrows = page.ask(
            "[...document.querySelectorAll('.arrow')].map((one) => getComputedStyle(one).display)"
        )
        assert arrows == [
            {"↑": "block"}.get(state.get("arrow", ""), "none"),
            {"↓": "block"}.get(state.get("arrow", ""), "none"),
        ]
        for box in boxes:
            assert box["opacity"] == 1
            assert contrast(box["ink"], box["paper"]) >= 4.5, (name, box)
    assert page.browser.errors == []


WIDE: Final[dict[str, Any]] = {
    "title": "The longest name of a workout that anybody has thought of for a Tuesday",
    "clock": "1:12:34", "where": "SEND-OFF 12/20", "length": "go every 12:30",
    "hero": {"texts": ["12:34"], "below": "PACE /mile", "is_stale": True},
    "pace": {"text": "12:34", "unit": "/mile", "is_stale": True, "age": "6 s old"}, "target": "slower than 12:50",
    "figures": [
        {"label": "LEFT km  NEEDS 12:22", "text": "12.5"}, {"label": "HR bpm 6 s old", "text": "188", "is_stale": True},
        {"label": "STEP TIME", "text": "1:02:34"},
    ],
    "splits": [
        {"at": "REP 12/20", "lap": "12:05.3", "time": "12:05.3", "off": "+12.6", "is_doubtful": True},
        {"at": "10000", "lap": "1:54.1", "time": "47.5", "off": "-0.1"}, {"at": "--", "lap": "53.4", "time": "53.4"},
    ],
    "note": "NOT RECORDING: the disk is full, and the other one too", "trouble": "pod lost 12 s   strap 87 %",
    "state": {
        "word": "QUICKER", "words": ["QUICKER STEPS", "STEPS"], "arrow": "↑", "tone": "slow", "frame": "fill",
        "colour": "plain", "says": "Quicker steps, please: one hundred and seventy-two for one hundred and sixty.",
    },
}  # fmt: skip


CUT: Final = (
    "[...document.querySelectorAll('#unit, #age, #splits th, #splits td')]"
    ".filter((one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX !== 'visible'"
    " || one.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right + 0.5)"
)
"""The numbers of a page that are cut off at the edge of their box."""


@pytest.mark.parametrize("size", SIZES)
def test_no_number_is_cut_off(page: Page, size: str):
    """A target stands whole below the pace, and a rep has its seconds off whole, however little room there is."""
    page.open(*SIZES[size])
    reps = [
        {"where": f"REP {rep}/12", "length": "400 m", "time": "1:30.4", "off": "+12.3"}
        for rep in (12, 11, 10)
    ]
    page.show(**frame(STATES["on"], phase="recovery", target="slower than 5:33", reps=reps))
    assert page.ask("document.getElementById('unit').textContent") == "min/km, target slower than 5:33"
    assert page.ask("document.querySelectorAll('#splits th').length") == 3
    assert page.ask(f"{CUT}.map((one) => one.textContent)") == []
    page.show(**frame(STATES["on"], next="REP 12/20  1600 m at 4:30-4:40, and a long way to go", light=None))
    assert page.ask(f"{CUT}.map((one) => one.textContent)") == []


@pytest.mark.parametrize(
    ("phase", "large"), [("work", "4:16"), ("recovery", "4:16"), ("prompt", "One more?")]
)
def test_an_open_question_does_not_hide_the_run(page: Page, phase: str, large: str):
    """Who cannot answer on this page goes on seeing pace and rest; only a step that is a question is shown large."""
    page.open()
    page.show(**frame(STATES["fast"], phase=phase, ask={"question": "One more?", "answers": ["yes", "no"]}))
    assert (
        page.ask("[...document.querySelectorAll('#hero text')].map((one) => one.textContent).join(' ')")
        == large
    )
    assert page.text("sentence") == ("One more?" if phase == "recovery" else "Ease off, nine too fast.")


def test_an_effort_day_is_said(page: Page):
    """Whoever reads the page is told that the paces are slowed, however long the name of the workout is."""
    page.open()
    page.show(**FRAME | WIDE | {"effort_day": "effort day +3 %"})
    assert page.text("title").startswith("effort day +3 %, ")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", SCREEN_THEMES)
def test_wide_values_keep_their_places(page: Page, size: str, theme: str):
    """The longest texts fit, stale values and trouble are of contrast, and nothing else moved for them."""
    page.open(*SIZES[size], theme=theme)
    page.show(**frame(STATES["on"]))
    parts = "[...document.querySelectorAll('main > :not(#sentence, table)')]"
    places = f"{parts}.map((one) => JSON.stringify(one.getBoundingClientRect()))"
    before = page.ask(places)
    page.show(**FRAME | WIDE)
    boxes = laid_out(page)
    assert page.ask(places) == before
    texts = {box["text"] for box in boxes}
    assert {
        "12:34",
        "12.5",
        "188",
        "1:02:34",
        "12:05.3",
        "+12.6 ?",
        "min/mile, target slower than 12:50, 6 s old",
    } <= texts
    assert page.ask(f"{CUT}.filter((one) => one.tagName !== 'TH').length") == 0
    for box in boxes:
        assert contrast(box["ink"], box["paper"]) >= 4.5, box
    if theme == "sun":
        assert rgb(page.ask("getComputedStyle(document.querySelector('#hero text')).fill")) == rgb("#555555")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", SCREEN_THEMES)
def test_without_a_frame_for_three_seconds_there_is_no_signal(page: Page, size: str, theme: str):
    """The page turns grey by its own timer, says how long ago, and keeps no value and no verdict."""
    page.open(*SIZES[size], theme=theme)
    page.show("plan", **PLAN)
    page.show(**frame(heart_rate={"text": "175"}))
    page.pass_time(2.8)
    assert page.ask("document.body.dataset.state") == "live"
    assert page.text("age") == "live 2.8 s"
    page.pass_time(0.5)
    boxes = laid_out(page)
    texts = [box["text"] for box in boxes]
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(85, 85, 85)"
    assert {"NO SIGNAL", "silent 3 s", "no pace for 3 s, searching", "REP 2/6"} <= set(texts)
    assert not {"4:16", "175", "-2.2", "EASE", "240"} & set(texts), "a value outlived the signal"
    assert texts.count("--") >= 3
    assert "53.4" in texts, "a split is a fact, and stays"
    for box in boxes:
        assert contrast(box["ink"], box["paper"]) >= 4.5, box
    page.show(**frame(STATES["on"], at_s=815.3, now_s=815.3))
    assert page.ask("document.body.dataset.state") == "live"
    assert page.text("age").startswith("live 0.")


def test_values_that_come_late_are_no_signal_either(page: Page):
    """Frames that were held up on the way for over three seconds are not shown as if they were new."""
    page.open()
    page.show(**frame())
    page.pass_time(10)
    page.show(**frame(at_s=816.0, now_s=822.0))
    assert page.ask("document.body.dataset.state") == "silent"
    assert page.text("age") == "silent 6 s"


def heard(page: Page) -> list[float]:
    """When tones began, in seconds of the phone's clock since the page was opened."""
    page.until("window.clips.every((clip) => clip.loud !== null)")
    times: list[float] = page.ask("heard()")
    return times


def sound_on(page: Page) -> None:
    """Tap, and forget what that was heard of."""
    page.until(
        "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('.wav')).length >= 6"
    )
    page.tap("#tap")
    page.until("document.getElementById('tap').hidden")
    heard(page)
    page.ask("window.clips = window.clips.filter((clip) => clip.loop); window.spoken = []")


def test_twenty_seconds_of_silence_by_the_phones_own_clock(page: Page):
    """The light, the countdown and the go are heard at their moments; what is left runs on; no cue is said."""
    page.open()
    page.show("plan", **PLAN)
    page.show(**frame())
    sound_on(page)
    began = page.ask("performance.now() / 1000 - 5000")
    for second in range(1, 41):
        page.pass_time(0.5)
        if second == 12:
            assert page.text("unit") == "no pace for 6 s, searching"
            assert page.text("sentence") == "this phone runs the light on"
            assert page.text("light") == "rep ends in about 0:04"
            assert page.text("label0") == "LEFT m, light"
            assert page.ask("document.querySelector('#figure0 text').textContent") == "~15"
        if second == 30:
            assert page.ask("document.querySelector('#where text').textContent") == "~ JOG"
            assert page.text("light") == "step ends in about 0:25"
    assert page.text("age") == "silent 20 s"
    at = [round(when - began + 812, 1) for when in heard(page)]
    # The low tone at 3.25 s tells of the loss; then the light at 700 m is over; the countdown of the rep, and its end.
    assert at == [814.5, 815.2, 819.0, 820.0, 821.0, 822.0], at
    assert [words for words, _ in page.ask("window.spoken")] == ["No signal. Light and countdowns go on."]


def test_the_last_seconds_are_spoken_by_the_phone_too(page: Page):
    """A countdown that has words is said at its moment, and a phone whose timers fire once a second keeps its beeps."""
    page.open()
    page.show("plan", **PLAN)
    page.show(**frame())
    sound_on(page)
    page.ask("window.spoken = []")
    began = page.ask("performance.now() / 1000 - 5000")
    page.ask("sleep(26.9)")
    for _ in range(14):
        page.ask("sleep(0.75); pass(0.25)")
    spoken = [words for words, _ in page.ask("window.spoken")]
    assert "ten" in spoken
    at = [round(when - began + 812, 1) for when in heard(page)]
    assert 849.0 in at, at


def test_a_signal_that_is_back_stops_the_phones_own_clock(page: Page):
    """What waited to be played is dropped, and a late cue is not beeped twice."""
    page.open()
    page.show("plan", **PLAN)
    page.show(**frame())
    sound_on(page)
    page.pass_time(1.75)  # 813.75: the beep of the light at 814.5 waits in a clip
    page.show(**frame(at_s=813.75, now_s=813.75))
    page.pass_time(0.25)
    page.show(**frame(at_s=814.0, now_s=814.0))
    assert heard(page) == []
    page.pass_time(1.25)  # 815.25: silent since 814; nothing is due
    page.ask("window.clips = []")
    page.pass_time(2.75)  # 818: no signal
    page.pass_time(1.1)  # 819.1: the phone has beeped
    before = len(heard(page))
    cue = {
        "v": 1,
        "n": 3,
        "at_s": 819.0,
        "ttl_s": 2.0,
        "kind": "countdown",
        "class": "countdown",
        "text": "3",
    }
    page.show("cue", **cue, sound="beep", language="en")
    assert len(heard(page)) == before


def test_a_cue_is_said_while_it_is_worth_it(page: Page):
    """After one tap the phone says cues in their language; a stale one never; what matters more cuts in."""
    page.open()
    page.show(**frame())
    cue = {
        "v": 1,
        "n": 1,
        "kind": "too_fast",
        "text": "Ease off.",
        "language": "de",
        "at_s": 812.0,
        "ttl_s": 4.0,
    }
    page.show("cue", **cue, **{"class": "coach"}, speech="zu früh", sound="ease")
    assert page.ask("window.spoken") == [], "nothing is said before the tap"
    sound_on(page)
    page.show("cue", **cue, **{"class": "coach"}, speech="ruhig", sound="ease")
    page.pass_time(0.5)
    assert page.ask("window.spoken") == [["ruhig", "de"]]
    assert len(heard(page)) == 1, "the tone, then the words"
    page.show("cue", **cue, **{"class": "info"}, speech="weniger wichtig")
    page.show("cue", **cue, **{"class": "safety"}, speech="halt")
    assert page.ask("window.spoken.map((one) => one[0])") == ["ruhig", "halt"]
    page.pass_time(2)
    page.ask("silenced()")
    assert page.ask("window.spoken.map((one) => one[0])")[2:] in ([], ["weniger wichtig"])
    page.pass_time(10)
    spoken, played = page.ask("window.spoken.length"), len(heard(page))
    page.show("cue", **cue, **{"class": "safety"}, speech="zu spät", sound="low")
    assert page.ask("window.spoken.length") == spoken, "a stale cue was said"
    assert len(heard(page)) == played, "a stale cue was played"


def test_a_lost_laptop_is_looked_for_and_found(page: Page, scripted: Laptop):
    """The page says what it does, and goes on by itself once the laptop is back."""
    page.open()
    page.show(**frame())
    scripted.refusal = 503
    scripted.hang_up()
    page.pass_time(4)
    page.until("document.body.dataset.state === 'silent'")
    page.until("(pass(0.25), document.getElementById('sentence').textContent.includes('trying again'))")
    scripted.refusal = 0
    page.until("(pass(0.5), window.source.greeted && window.source.readyState === 1)")
    now = page.ask("performance.now() / 1000") - 5000 + 812
    scripted.now_s = now
    page.show(**frame(at_s=now, now_s=now))
    assert page.ask("document.body.dataset.state") == "live"


@pytest.mark.parametrize("why", ["used", "stranger", "none", "ended", "full"])
def test_a_link_that_does_not_open_says_what_to_do(page: Page, scripted: Laptop, why: str):
    """One sentence what is the case, and what to do about it, in both themes."""
    for theme in SCREEN_THEMES:
        scripted.why, scripted.theme = why, theme
        page.browser.show(scripted.address + "/gone", *PHONE)
        text = page.ask("document.body.innerText")
        assert len(re.findall(r"(?m)^.{10,}$", text)) in {2, 3}
        assert re.search(r"Ask for a new one|ask for a new one|can be closed|Close the page", text)
        assert all(contrast(box["ink"], box["paper"]) >= 4.5 for box in page.ask(SEEN)["boxes"])


def test_a_run_that_ended_says_so_and_stops(page: Page, scripted: Laptop):
    """The page keeps the splits, says that it can be closed, and asks for nothing more."""
    page.open()
    page.show(**frame())
    page.show("ended", v=1, at_s=812.0, completed=True, time="42:10", distance="8.2 km", text="Workout done.")
    assert page.text("sentence") == "Workout done. You can close this page."
    texts = {box["text"] for box in laid_out(page)}
    assert {"42:10", "8.2 km", "53.4"} <= texts
    assert not texts & {"4:16", "240", "175", "-2.2", "REP 2/6", "Tap for sound"}, "something goes on"
    scripted.hang_up()
    page.pass_time(60)
    page.browser.requests.clear()
    page.pass_time(60)
    assert page.ask("document.body.dataset.state") == "ended"
    assert not [url for url in page.browser.requests if url.endswith("/events")]


HOSTILE: Final = "<img src=x onerror=alert(1)></script><script>alert(1)</script><!--&amp;\u202e"


@pytest.mark.parametrize("path", ["/", "/board", "/control"])
def test_a_malicious_name_stays_text(page: Page, path: str):
    """Whatever a workout, an athlete or an answer is called, it is letters on the page and nothing else."""
    page.open(path)
    count = page.ask("document.querySelectorAll('img, script, a').length")
    nasty: dict[str, Any] = dict.fromkeys(
        ("title", "where", "length", "next", "note", "reply", "effort_day", "clock"), HOSTILE
    )
    nasty |= {"hero": {"texts": [HOSTILE], "below": HOSTILE}, "splits": [{"at": HOSTILE, "lap": HOSTILE}]}
    nasty |= {
        "figures": [{"label": HOSTILE, "text": HOSTILE}] * 3,
        "ask": {"question": HOSTILE, "answers": [HOSTILE]},
    }
    state = {
        "word": HOSTILE,
        "words": [HOSTILE],
        "colour": HOSTILE,
        "frame": HOSTILE,
        "says": HOSTILE,
        "arrow": HOSTILE,
    }
    page.show("plan", **PLAN)
    page.show(**FRAME | nasty | {"state": state})
    page.pass_time(0.5)
    page.show("hello", title=HOSTILE, now_s=812.0, run=HOSTILE, theme=HOSTILE)
    page.pass_time(5)
    assert HOSTILE in page.ask("document.body.textContent")
    assert page.ask("document.querySelectorAll('img, script, a').length") == count
    assert page.browser.errors == []


def test_nothing_is_asked_of_anybody_else(page: Page, scripted: Laptop):
    """Every request goes to the laptop; no page has a script, a style or a handler in its own text."""
    for path in ("/", "/board", "/control"):
        page.open(path)
        page.show(**frame())
        page.pass_time(5)
        outside = [
            url for url in page.browser.requests if not url.startswith((scripted.address, "data:", "blob:"))
        ]
        assert outside == []
    for file in ASSETS.iterdir():
        text = file.read_text()
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), file.name
        assert not re.search(r"\son\w+=|\sstyle=|<style|<script>|innerHTML|insertAdjacent|eval\(", text), (
            file.name
        )


def test_the_chosen_colours_are_kept_and_never_flash(page: Page):
    """The key changes the theme among those of the laptop's table; the next page has it before anything is painted."""
    page.open()
    page.show(**frame(STATES["on"]))
    page.browser.press("t", 84)
    page.until("document.documentElement.dataset.theme === 'night'")
    assert rgb(page.ask("getComputedStyle(document.body).backgroundColor")) == (0, 0, 0)
    page.open("/board", BOARD)
    assert page.ask("document.querySelector('#word text').textContent") == "WAIT", (
        "no grey before three seconds are over"
    )
    assert page.ask("window.themeAtFirst") == "night"
    page.browser.press("t", 84)
    page.until("document.documentElement.dataset.theme === 'sun'")
    page.ask("localStorage.clear()")
    page.open(theme="night")
    assert page.ask("window.themeAtFirst") == ""
    page.show(**frame(STATES["on"]))
    assert rgb(page.ask("getComputedStyle(document.body).backgroundColor")) == (0, 0, 0), "the laptop's own"


def test_the_page_is_used_by_keys_and_stands_still(page: Page):
    """Every control is reached by Tab and is seen to be; nothing moves; a state is told once."""
    page.open()
    page.show(**frame())
    for name in ("more", "tap"):
        page.browser.press("Tab", 9)
        assert page.ask("document.activeElement.id") == name
        assert page.ask("getComputedStyle(document.activeElement).outline").endswith("solid 4px")
    page.browser.press("?", 191)
    page.until("document.getElementById('menu').open")
    laid_out(page)
    assert all(contrast(box["ink"], box["paper"]) >= 4.5 for box in page.ask(SEEN)["boxes"])
    page.browser.press("Escape", 27)
    page.until("!document.getElementById('menu').open")
    assert page.ask("document.getAnimations().length") == 0
    moves = "[...document.querySelectorAll('*')].every((one) => getComputedStyle(one).transitionDuration === '0s')"
    assert page.ask(moves)
    page.ask(
        "window.told = 0; new MutationObserver(() => window.told++).observe(document.getElementById('told'), "
        "{ childList: true, characterData: true, subtree: true })"
    )
    for number in range(8):
        page.show(**frame(STATES["slow"], clock=f"18:0{number}", hero={"texts": [f"4:4{number}"]}))
    assert page.ask("window.told") == 1
    assert page.ask("document.querySelectorAll('[aria-live]').length") == 1


def test_the_phone_stays_awake_without_https(page: Page):
    """Where there is no wake lock, a stream with sound plays, on the screen, from the tap on."""
    page.open()
    page.ask("delete Navigator.prototype.wakeLock")
    page.show(**frame())
    page.tap("#tap")
    page.until(
        "(pass(1), document.getElementById('awake').readyState >= 2 && !document.getElementById('awake').paused)"
    )
    assert page.ask(
        "document.getElementById('awake').srcObject.getTracks().map((track) => track.kind).sort()"
    ) == ["audio", "video"]
    hum = page.ask("window.clips.find((clip) => clip.loop)")
    assert hum is not None
    page.until("window.clips.find((clip) => clip.loop).loud !== null")
    hum = page.ask("window.clips.find((clip) => clip.loop)")
    # Over the level at which Chromium calls a page silent (-72 dB), and far under what is heard.
    assert 8 < hum["peak"] < 66
    assert hum["length"] >= 5
    page.browser.press("m", 77)
    page.until("document.getElementById('awake').paused && !document.getElementById('tap').hidden")


def test_an_iphone_is_told_what_it_cannot(chromium: Browser, page: Page):
    """In plain words, and only there."""
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"
    page.open()
    assert page.ask("document.getElementById('apple').hidden && !document.getElementById('others').hidden")
    assert page.ask("document.getElementById('tap').innerText") == "Tap for sound"
    usual = page.ask("navigator.userAgent")
    chromium.call("Emulation.setUserAgentOverride", userAgent=agent)
    try:
        page.open()
        assert "a locked iPhone stops this page" in page.ask("document.getElementById('tap').innerText")
        page.tap("#more")
        page.until("document.getElementById('menu').open")
        assert "once it locks" in page.ask("document.getElementById('menu').innerText")
        assert "Android" not in page.ask("document.getElementById('menu').innerText")
    finally:
        chromium.call("Emulation.setUserAgentOverride", userAgent=usual)


@pytest.mark.parametrize("pace", ["4:16", "3:07", "10:38"])
def test_the_board_is_read_across_the_infield(page: Page, pace: str):
    """On a 14-inch panel the pace is 85 mm high beside arrow and word; by one key it is 110 mm, with those below."""
    page.open("/board", BOARD)
    page.show(**frame(STATES["slow"], hero={"texts": [pace]}, pace={"text": pace, "unit": "/km"}))
    beside = page.drawn("#hero")["height"] * MM_PER_PIXEL
    word = page.drawn("#word")
    page.browser.press("p", 80)
    page.until("document.body.classList.contains('only')")
    alone = page.drawn("#hero")["height"] * MM_PER_PIXEL
    texts = [box["text"] for box in laid_out(page)]
    assert texts == [pace, "FASTER"]
    assert page.ask("getComputedStyle(document.querySelector('.arrow.up')).display") == "block"
    # A pace of five characters is as wide as the room: it is lower.
    assert beside >= (85 if len(pace) == 4 else 60), beside
    assert alone >= (110 if len(pace) == 4 else 95), alone
    assert word["height"] * MM_PER_PIXEL >= 12
