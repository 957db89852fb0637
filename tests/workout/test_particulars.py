"""What a workout asks for besides its steps is named, with an athlete and without one."""

import pytest

from coach.workout.document import rules_by_step, rules_in_short, rules_of_workout
from tests.workout.building import athlete, document, jog, outline, work

CAPPED = {
    "target": {"pace": "4:00/km"},
    "caps": [{"heart_rate": "90 %max"}, {"metric": {"name": "core", "max": 38.5}}],
}
RULE = {"rule": "red minutes", "when": "during", "text": "Ease off", "heart_rate": {"above": "165 bpm"}}
MEASURED = athlete(heart_rate={"max": {"bpm": 190, "source": "measured"}})


def said(*steps, who=None, **more):
    """The rules of each step of a workout, at the step that names them."""
    plan = document(*steps, **more)
    return [list(texts) for _, texts in rules_by_step(outline(plan, who), plan.workout)]


def test_limits_are_said_in_numbers_or_in_their_authors_words():
    """A share of the maximum heart rate is in bpm if that is known, and as written if not; none is left out."""
    assert said(work(**CAPPED), who=MEASURED) == [["limit: under 171 bpm", "limit: core under 38.5"]]
    assert said(work(**CAPPED)) == [["limit: at most 90 %max", "limit: core under 38.5"]]


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"reminders": [{"text": "Drink", "every": "5:00"}]}, "reminder: Drink, every 5:00"),
        (
            {"reminders": [{"text": "Gel", "after": "10:00", "every": "5:00", "amount": 25, "unit": "g"}]},
            "reminder: Gel (25 g), every 5:00 from 10:00",
        ),
        ({"says": [{"text": "Half way", "at": "500 m"}]}, "reminder: Half way, at 500 m"),
        ({"gates": [RULE]}, "rule red minutes (heart rate over 165 bpm): Ease off"),
        (
            {"gates": [RULE | {"for": "3:00", "per": "1 km"}]},
            "rule red minutes (heart rate over 165 bpm for 3:00 in 1 km): Ease off",
        ),
        (
            {
                "gates": [
                    {"rule": "keen", "when": "during", "text": "Slow down", "pace": {"faster": "4:00/km"}}
                ]
            },
            "rule keen (pace faster than 4:00/km): Slow down",
        ),
        (
            {
                "gates": [
                    {"rule": "hot", "when": "during", "text": "Walk", "metric": {"name": "core", "above": 39}}
                ]
            },
            "rule hot (core over 39): Walk",
        ),
        (
            {"gates": [RULE | {"heart_rate": {"above": "90 %max"}}]},
            "rule red minutes: Ease off",
        ),
    ],
)
def test_reminders_and_rules_are_said(more, text):
    """Each with its point, its amount and its limit; without a limit the words of the rule stand alone."""
    assert said(work(**more)) == [[text]]


def test_the_second_of_eight_reps_says_nothing_new():
    """A rule of every rep is named at the first one."""
    assert said({"repeat": 3, "steps": [work(**CAPPED), jog()]}) == [
        ["limit: at most 90 %max", "limit: core under 38.5"],
        *[[]] * 5,
    ]


def test_what_holds_for_the_run_is_said_once():
    """Cautions, how often, reminders and rules of the run stand on top, and on no step."""
    more = {
        "caution": "Warm up well.",
        "tags": {"at_most": {"times": 1, "days": 7}},
        "reminders": [{"text": "Drink", "every": "20:00"}],
        "gates": [{"rule": "slept", "when": "before", "text": "Did you sleep?"}, RULE],
    }
    plan = document(work(), work(), **more)

    assert rules_of_workout(plan.workout) == (
        "Caution: Warm up well.",
        "At most once in 7 days.",
        "Reminder: Drink, every 20:00 of the run.",
        "Asked before the start: Did you sleep? (slept).",
        "Rule red minutes (heart rate over 165 bpm): Ease off.",
    )
    assert said(work(), work(), **more) == [[], []]


def test_all_of_it_in_short():
    """A line for the run, then one for each step that asks for something."""
    plan = document(work({"distance": "1 km"}, **CAPPED), jog(), caution="Careful.")

    assert rules_in_short(outline(plan), plan.workout) == (
        "Caution: Careful.",
        "1 km at 4:00/km: limit: at most 90 %max; limit: core under 38.5.",
    )
