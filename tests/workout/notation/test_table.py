"""Every row of the table of the notation, with the document it makes."""

import pytest

from coach.workout import notation
from tests.workout.notation.documents import (
    ATHLETE,
    MARK,
    MINUTE,
    cool_down,
    document,
    easy,
    floating,
    jog,
    pace,
    repeat,
    walk,
    warm_up,
    work,
)

LADDER = [
    work("400 m", pace("5k")),
    jog("400 m"),
    work("800 m", pace("5k")),
    jog("400 m"),
    work("1200 m", pace("5k")),
]
LADDER += [jog("400 m"), work("800 m", pace("5k")), jog("400 m"), work("400 m", pace("5k"))]
SIX = repeat(6, work("800 m"), jog("2:00"))
SETS = {
    "repeat": 3,
    "between": jog("4:00"),
    "steps": [repeat(4, work("400 m"), jog("1:00"))],
}
SEVENTY_TWO = repeat(10, work("400 m", {"pace": "3:00/km"}), jog("3:00"))
HARD, EASY = {"effort": "hard"}, {"effort": "easy"}
ON_OFF = {"repeat": 10, "steps": [work("1:00", HARD), jog("1:00") | {"target": EASY}]}
FIVE_KILOMETRES = repeat(5, work("1 km"), MARK)


def main(*steps):
    """A workout of these steps alone."""
    return document(("Main", list(steps)))


ROWS = {
    "6x800 @ 5k / 400": main(repeat(6, work("800 m", pace("5k")), jog("400 m"))),
    "2km easy + 6x800 @ 5k / 400 jog + 1km easy": document(
        ("Warm-up", [warm_up("2 km", pace("easy"))]),
        ("Main", [repeat(6, work("800 m", pace("5k")), jog("400 m"))]),
        ("Cool-down", [cool_down("1 km", pace("easy"))]),
    ),
    "6x800m w/ 2' jog": main(SIX),
    "6 × 800 with 2 min jog": main(SIX),
    "6x800 2'": main(SIX),
    "6*800 r=2:00": main(SIX),
    "6x800 R=2'": main(SIX),
    "6x800, rest 120s": main(SIX),
    "3 x (4 x 400) r=60\" R=4'": main(SETS),
    "3 x 4 x 400 [60\" & 4']": main(SETS),
    "3 sets of 4x400, 60s / 4 min": main(SETS),
    "3x(4x400 / 1:00) / 4:00": main(SETS),
    "2x(5x1000 @ threshold / 200 float) / 3:00": main(
        {
            "repeat": 2,
            "between": jog("3:00"),
            "steps": [repeat(5, work("1000 m", pace("threshold")), floating("200 m"))],
        }
    ),
    "10 x 400 (72\") [3']": main(SEVENTY_TWO),
    "10x400 in 72 / 3:00": main(SEVENTY_TWO),
    "10x400 @ 72 / 3'": main(SEVENTY_TWO),
    "10x400 @ 1:12": main(repeat(10, work("400 m", {"pace": "3:00/km"}), MARK)),
    "5x800 @ 72/lap / 2:00": main(repeat(5, work("800 m", {"pace": "3:00/km"}), jog("2:00"))),
    "4x1mi @ T, 1:00": main(repeat(4, work("1 mile", pace("threshold")), jog("1:00"))),
    "4x1mi @ E, 1:00": main(repeat(4, work("1 mile", pace("easy")), jog("1:00"))),
    "4x1mi @ M, 1:00": main(repeat(4, work("1 mile", pace("marathon")), jog("1:00"))),
    "4x1mi @ I, 1:00": main(repeat(4, work("1 mile", pace("5k")), jog("1:00"))),
    "4x1mi @ R, 1:00": main(repeat(4, work("1 mile", pace("mile")), jog("1:00"))),
    "3x1km 5kp / 200": main(repeat(3, work("1 km", pace("5k")), jog("200 m"))),
    "3x1km @ 10kp / 200": main(repeat(3, work("1 km", pace("10k")), jog("200 m"))),
    "3x1km HMP / 200": main(repeat(3, work("1 km", pace("half")), jog("200 m"))),
    "3x1km MP / 200": main(repeat(3, work("1 km", pace("marathon")), jog("200 m"))),
    "3x1km LT / 200": main(repeat(3, work("1 km", pace("threshold")), jog("200 m"))),
    "WU 15' + 5x1k @ 10k / 90s + CD 10'": document(
        ("Warm-up", [warm_up("15:00")]),
        ("Main", [repeat(5, work("1 km", pace("10k")), jog("1:30"))]),
        ("Cool-down", [cool_down("10:00")]),
    ),
    "15min easy; 5x1k; 10min easy": easy("15:00", FIVE_KILOMETRES, "10:00"),
    "15min easy\n5x1k\n10min easy": easy("15:00", FIVE_KILOMETRES, "10:00"),
    "10x(1' on/1' off)": main(ON_OFF),
    "8 x 1min hard, 1min easy": main(ON_OFF | {"repeat": 8}),
    "5x(30s easy + 20s moderate + 10s sprint)": main(
        {
            "repeat": 5,
            "steps": [
                jog("0:30") | {"target": EASY},
                floating("0:20") | {"target": {"effort": "moderate"}},
                work("0:10", {"effort": "sprint"}),
            ],
        }
    ),
    "2x90s 4x60s 4x30s 4x15s float equal": main(
        {"repeat": 2, "steps": [work("1:30"), floating("1:30")]},
        {"repeat": 4, "steps": [work("1:00"), floating("1:00")]},
        {"repeat": 4, "steps": [work("0:30"), floating("0:30")]},
        repeat(4, work("0:15"), floating("0:15")),
    ),
    "6x2:00 / 1:1": main(repeat(6, work("2:00"), jog("2:00"))),
    "6x800 / 1:1": main(repeat(6, work("800 m"), MARK)),
    "6x800 @ 4:00/km r=same": main(repeat(6, work("800 m", {"pace": "4:00/km"}), jog("3:12"))),
    "10x60s hill, jog down": main(
        repeat(10, MINUTE, {**MARK, "move": "jog", "until": {"mark": True, "not_before": "0:45"}})
    ),
    "8x200 @ mile, walk back": main(repeat(8, work("200 m", pace("mile")), walk("200 m"))),
    "6x20s stride / walk 1:00": main(repeat(6, {"kind": "stride", "until": {"time": "0:20"}}, walk("1:00"))),
    "400-800-1200-800-400 @ 5k / 400": main(*LADDER),
    "1600 1200 800 400 @ 10k 5k 3k mile / 400": main(
        work("1600 m", pace("10k")),
        jog("400 m"),
        work("1200 m", pace("5k")),
        jog("400 m"),
        work("800 m", pace("3k")),
        jog("400 m"),
        work("400 m", pace("mile")),
    ),
    "6x1km @ 4:10->3:50": main(
        repeat(6, work("1 km", {"pace": "4:10/km"}), MARK) | {"change": {"pace": "-4 s/km"}}
    ),
    "8x400 @ 5k down 2s each": main(
        repeat(8, work("400 m", pace("5k")), MARK) | {"change": {"pace": "-5 s/km"}}
    ),
    "8x400 @ 5k / 200 last one fast": main(
        repeat(8, work("400 m", pace("5k")), jog("200 m")) | {"notes": "last one fast"}
    ),
    "10x200 @ mile on 1:15": main({"repeat": 10, "send_off": "1:15", "steps": [work("200 m", pace("mile"))]}),
    "10x200 @ mile every 1:15": main(
        {"repeat": 10, "send_off": "1:15", "steps": [work("200 m", pace("mile"))]}
    ),
    "8-12x400 @ 5k / 200": main(repeat({"min": 8, "max": 12}, work("400 m", pace("5k")), jog("200 m"))),
    "20' tempo": main(work("20:00", pace("threshold"))),
    "5k time trial": main(work("5 km", {"effort": "time trial"})),
    "45min easy <75%max": document(
        (
            "Run",
            [
                {
                    "kind": "open",
                    "until": {"time": "45:00"},
                    "target": pace("easy"),
                    "caps": [{"heart_rate": {"max": "75 %max"}}],
                }
            ],
        )
    ),
    "3x8m": main(repeat(3, work("8:00"), MARK)),
    "3x80m": main(repeat(3, work("80 m"), MARK)),
    "6x800": main(repeat(6, work("800 m"), MARK)),
}
"""The typed line, and its document."""


@pytest.mark.parametrize("line", ROWS)
def test_a_row_makes_its_document(line):
    """A line of the table is read as the table says."""
    made = dict(notation.read(line, ATHLETE).document.source)
    made.pop("name")
    assert made == ROWS[line]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *((f"6 {sign} 800 / 2:00", "6x800 / 2:00") for sign in "xX×*"),
        ("6x800 / 1'30\"", "6x800 / 1:30"),
        ("6x800 / 1’30”", "6x800 / 1:30"),
        ("6x800 / 1′30″", "6x800 / 1:30"),
        ("6x800 / 1'30''", "6x800 / 1:30"),
        ("6x800 / 1m30", "6x800 / 1:30"),
        ("6x800 / 1 min 30 s", "6x800 / 1:30"),
        ("6x800 / 90s", "6x800 / 1:30"),
        ("6x800 / 90sec", "6x800 / 1:30"),
        ("3x1,5km / 2:00", "3x1.5km / 2:00"),
        ("5x1.000m / 2:00", "5x1000 / 2:00"),
        ("5x1,000 m / 2:00", "5x1000 / 2:00"),
        ("4x1½ miles @ T / 2:00", "4x1.5mi @ threshold / 2:00"),
    ],
)  # fmt: skip
def test_the_same_signs_from_any_keyboard(written, meant):
    """Crosses, primes, quotes, decimal commas and thousands mean what they mean to the coach who types them."""
    assert notation.read(written, ATHLETE).document == notation.read(meant, ATHLETE).document


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("20min tempo 5k", '"tempo" before a pace is read as "at"'),
        ("3x8m", "8m is read as 8 minutes"),
        ("6x800", "no rest is given: it lasts until you press"),
        ("10x400 in 72 / 3:00", "72 is read as the time of the 400 m"),
        ("8x400 @ 5k / 200 last one fast", "“last one fast” is noted in words, not coached"),
        ("3x(3x300m) r60 R5", "a rest of 60 is read as 60 seconds"),
        ("3x(3x300m) r60 R5", "a rest of 5 is read as 5 minutes"),
        ("4x1mi @ I, 1:00", "I is taken as 5k pace"),
        ("10 x 400s / 60s", "400s is read as 400 m"),
        ("6 strides", "strides of 20 s"),
        ("2x800 @ 72/lap / 2:00", "a lap is taken as 400 m"),
        ("6x800 @ 5k / 400 2km easy", "2km is read as a step of its own"),
        ("2x6x300 R 1 min / 5 min", "the shorter rest is taken within the set, the longer between sets"),
        *(
            (line, "the rest behind the last step is left out")
            for line in (
                "20min easy / 2:00",
                "10km easy / 400",
                "5km @ 10k w/ 2 min",
                "2km easy, 1km @ 5k, 2km easy / 2:00",
                "(1km @ 5k / 200)",
                "3x(800 / 200, 400 / 100) / 3:00",
            )
        ),
        (
            "3k @ 10k, 2k @ 5k, 1k @ 3k w/ 3 min",
            "the rest behind the last of 3 pieces is taken between all of them",
        ),
        ("1000m, 800m @ 5k / 2:00", "the target of the last of 2 pieces is taken for all of them"),
        (
            "1000m, 800m, 600m @ 5k w/ 2 min",
            "the lengths in a row are one ladder: target and rest hold for all of them",
        ),
        ("20 min tempo @ 4:15/km", "the figures are the target, not the word beside them"),
        ("20min @ 4:30", "4:30 is read as 4:30 per km"),
        ("4x4km @ 102% MP / 1km", "102 % of marathon pace is taken as 1.96 % faster"),
    ],
)
def test_what_is_guessed_is_said(line, guess):
    """An open point of a line is reported as a guess, with its reading."""
    assert guess in notation.read(line, ATHLETE).guesses


def test_a_line_that_leaves_nothing_open_has_no_guess():
    """The canonical line is read without a guess."""
    assert notation.read("2km easy + 6x800 @ 5k / 400 jog + 1km easy", ATHLETE).guesses == ()
