"""The pages about the library name what there is, and everything that is refused has its reason."""

import re
from pathlib import Path

import pytest

from tests.docs.test_docs import PAGES, ROOT, named

LIBRARY = ROOT / "workouts"
REFUSALS = ROOT / "docs" / "explanation" / "refusals.md"
CLAIMS = ROOT / "docs" / "explanation" / "claims.md"
ABOUT = [REFUSALS, CLAIMS, ROOT / "docs" / "how-to" / "choose-a-workout.md"]
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")

REFUSED = {
    "The 5 Hz HRV window": "0.4 Hz",
    'HRV "L5/1"': "no published measure",
    "A training mask and fast breathing at threshold": "Porcari",
    "Blood glucose within 2 mg/dL a minute": "no such limit",
    "Muscle oxygen at 86 per cent": "0.53",
    "Stride asymmetry under 1.6 per cent": "rounding error",
    "Cooled compression trousers": "16 °C",
    "Three steps a minute cost 15 seconds a mile": "8.1 s",
    "Twelve minutes that double adaptation": "no measurement",
    '"EO-Race", and 60 per cent under-cooked': "10,847",
    "A best time in 21 days, and what 97 per cent never discover": "21 days",
    "A long warm-up wastes seconds every kilometre": "warm-up",
    'Cinnamon, and "+17"': "+17",
    "A virtual course, learnt twice as fast": "180-degree",
    "Sunglasses that think": "sunglasses",
    "Recovery runs under 52 per cent of maximum": "99 beats",
    "Gait from video": "guess with a number",
    "Breathing drills": "faint",
    "How to run descents": "flatters",
    "Socks and clothes": "advertising",
    "Coming back after a stress fracture": "no advice of",
    "First aid on trails": "no advice of",
}
"""What is refused, and a word of the reason."""

OPT_IN = {
    "block-day-12min",
    "hrv-ratio-gate",
    "not-ready-130",
    "talk-test-170",
    "taste-test",
    "three-red-minutes",
    "walk-under-52",
}


def parts(page: Path) -> dict[str, str]:
    """The text under each third heading of a page."""
    pieces = re.split(r"^### (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


@pytest.mark.parametrize("heading", REFUSED)
def test_what_is_refused_says_what_was_claimed_and_why_not(heading):
    """Each refusal tells the claim and the reason, and most what there is instead."""
    text = parts(REFUSALS)[heading]
    assert "*Claimed:*" in text or "*Asked for:*" in text
    assert "*Why not" in text
    assert REFUSED[heading] in text


def test_nothing_else_is_refused_without_being_listed():
    """The headings of the page are the table above."""
    assert parts(REFUSALS).keys() == REFUSED.keys()


def test_what_is_opt_in_is_explained():
    """Each opt-in workout stands in the table of rules that are off."""
    table = REFUSALS.read_text(encoding="utf-8").split("## Only on request")[1]
    assert {name for name in OPT_IN if f"`{name}`" in table} == OPT_IN


@pytest.mark.parametrize("page", ABOUT, ids=named)
def test_workouts_named_on_a_page_exist(page):
    """A name that looks like a workout and stands in code is one of the library."""
    known = {path.stem for path in LIBRARY.glob("*.json")}
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    said = {name for code in re.findall(r"`([^`]+)`", text) for name in code.split(", ")}
    looks = {name for name in said if re.fullmatch(r"[0-9a-z]+(-[0-9a-z]+)+", name)}
    assert looks <= known


def test_claims_carry_the_sources_that_were_found():
    """The studies behind the numbers are named with the year."""
    text = CLAIMS.read_text(encoding="utf-8")
    for source in (
        "Front Physiol 2014;5:33",
        "Skovgaard and others, Physiol Rep 2018",
        "Carson and others, PLoS One 2024",
        "Lieberman and others, J Exp Biol 2015",
        "Bosquet and others 2007",
        "Spurrs and others",
        "well-trained",
    ):
        assert source in text


def test_links_between_pages_lead_somewhere():
    """Every relative link of every page is a file."""
    links = [(page, target) for page in PAGES for target in LINK.findall(page.read_text(encoding="utf-8"))]

    assert len(links) > 100
    assert [(named(page), target) for page, target in links if not (page.parent / target).exists()] == []
