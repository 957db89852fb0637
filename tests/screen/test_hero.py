"""The hero shows what matters most, by what is known."""

import pytest

from coach.quantities import Metres, Seconds
from coach.screen.paint import SUN
from coach.screen.run import Hero, HeroBox, hero
from coach.session.phases import ItemPart, ItemTimer, Phase
from coach.signals.readings import Freshness, SensorState, SensorStatus, Source
from coach.workout.kinds import Kind
from coach.workout.timeline import (
    Band,
    ChecklistItem,
    EndConditions,
    HeartRateEnd,
    MarkEnd,
    OpenEnd,
    Quantity,
    TimeEnd,
)
from tests.screen.builders import rep_four, shown, step

NOTHING_KNOWN = {
    "speed": None,
    "judged_quantity": None,
    "band": None,
    "light": None,
    "cue": None,
    "left_m": None,
}


def rest(**changes):
    """Make a rest with nothing measured but what a test says."""
    values = {"phase": Phase.RECOVERY, "step": step(Kind.RECOVERY), **NOTHING_KNOWN, **changes}
    return rep_four(**values)


def test_a_rep_shows_its_pace():
    """With a speed the hero is the pace, with target and mean below it."""
    assert hero(rep_four()) == Hero(
        ("3:32",), "PACE /km   target 3:45-3:55   on course for 1:28   mean 3:41", cadence="182 spm"
    )


def test_a_mile_runner_reads_paces_per_mile():
    """Value, label, target and mean are all per mile."""
    assert hero(rep_four(unit="mile")) == Hero(
        ("5:41",), "PACE /mile   target 6:02-6:18   on course for 1:28   mean 5:56", cadence="182 spm"
    )


def test_a_wider_band_is_said():
    """While the pod is not calibrated, the line below the pace says by how much its band is judged wider."""
    assert "pod ±2 %" in hero(rep_four(leave=0.02)).below


def test_a_rep_without_any_pace_shows_no_other_number_in_its_place():
    """Without the pod there are two dashes, and the line names the silent source; the clock has its own figure."""
    sensors = (SensorStatus(Source.POD, "Stryd", SensorState.GONE, Seconds(12.4), 64, None),)
    result = hero(rep_four(speed=None, sensors=sensors))
    assert result == Hero(("--",), "NO PACE   pod silent for 12 s   HR 171")
    assert hero(rep_four(speed=None, heart_rate=None)).below == "NO PACE   nothing measures it"


def test_a_step_by_the_clock_shows_what_is_left():
    """A step that nothing measures, run by the clock, counts down."""
    result = hero(rep_four(**NOTHING_KNOWN, is_by_clock=True, left_s=Seconds(54.6)))
    assert result == Hero(("0:55",), "LEFT   by the clock   target 3:50")


def test_a_stale_pace_is_marked_and_says_its_age():
    """A value past its freshness is grey and never passes for live."""
    result = hero(rep_four(speed=shown(4.5, age=5.9, state=Freshness.STALE)))
    assert result.is_stale
    assert result.below.startswith("5 S OLD")


@pytest.mark.parametrize(
    ("quantity", "text", "label"),
    [
        (Quantity.HEART_RATE, "171", "HEART RATE bpm   target 150-160"),
        (Quantity.CADENCE, "182", "CADENCE spm   target 150-160"),
        (Quantity.POWER, "290", "POWER W   target 150-160"),
    ],
)
def test_the_hero_is_what_the_step_is_judged_by(quantity, text, label):
    """Steered by heart rate, cadence or power, that number is the large one."""
    result = hero(rep_four(judged_quantity=quantity, band=Band(150, None, 160), power=shown(290)))
    assert result == Hero((text,), label)


def test_an_unknown_value_is_two_dashes():
    """A heart-rate step without a strap shows `--`, never 0 and never the last value."""
    assert hero(rep_four(judged_quantity=Quantity.HEART_RATE, heart_rate=None)).texts == ("--",)


def test_by_hand_the_hero_is_the_rep_clock():
    """The coach's stopwatch shows the running time of the rep, and the last split in words."""
    assert hero(rep_four(coach_mode=True)) == Hero(("0:41",), "REP TIME   space at the line")
    later = hero(rep_four(coach_mode=True, step_time_s=Seconds(50.2)))
    assert later == Hero(("0:50",), "REP TIME   200 m was 44.2, 1.8 s fast")


def test_a_rest_by_time_counts_down():
    """The remainder of a rest is the large number."""
    assert hero(rest(left_s=Seconds(23.4))) == Hero(("0:24",), "LEFT OF THE JOG")


def test_an_expired_rest_counts_over():
    """Over time the clock counts up with a plus, and the key to go is named."""
    result = hero(rest(phase=Phase.OVERTIME, left_s=Seconds(-7.2)))
    assert result == Hero(("+0:07",), "OVER TIME   space is GO")


def test_a_rest_by_distance_shows_metres():
    """A jog of 200 m shows what is left of it, bridged metres with their tilde."""
    assert hero(rest(left_m=Metres(148), estimated=True)).texts == ("~150 M", "~150")


def test_a_rest_by_heart_rate_shows_the_heart_rate_and_its_aim():
    """The number waited for is the large one, with where it has to go."""
    until = EndConditions((HeartRateEnd(120, below=True),))
    result = hero(rest(step=step(Kind.RECOVERY, until=until)))
    assert result == Hero(("171",), "HEART RATE bpm   until under 120")


def test_a_rest_by_mark_counts_up():
    """If the end of a rest is unknown, its own time is shown."""
    result = hero(rest(step=step(Kind.RECOVERY, until=EndConditions((MarkEnd(),)))))
    assert result == Hero(("0:41",), "JOG TIME   space is GO")


def test_before_the_start_the_delay_counts_down():
    """A delayed start shows the seconds to it, and where on the track to stand."""
    mile = step(start_mark="A", line_m=Metres(9.344))
    ready = hero(rep_four(phase=Phase.READY, left_s=None, step=mile))
    assert ready.below == "TO START   9 m before mark A"
    result = hero(rep_four(phase=Phase.READY, left_s=Seconds(47.2), step=step(start_mark="B")))
    assert result == Hero(("0:48",), "START IN   space starts now   mark B")


def test_a_start_by_press_says_how():
    """Without a delay the key that starts is the largest thing on the screen."""
    assert hero(rep_four(phase=Phase.READY)) == Hero(("SPACE",), "TO START   at the line")


def test_a_question_is_the_hero():
    """A prompt shows its question, made safe."""
    prompt = step(Kind.PROMPT, question="How\x1b[2J hard?", until=EndConditions((OpenEnd(),)))
    assert hero(rep_four(phase=Phase.PROMPT, step=prompt)).texts == ("How[2J hard?",)


def test_a_checklist_shows_one_item_with_its_set():
    """Sets are unrolled: the third of three sets of the first item is item 3."""
    items = (ChecklistItem("A-skips", sets=3, metres=Metres(20)), ChecklistItem("Plank", seconds=Seconds(30)))
    checklist = step(Kind.CHECKLIST, items=items, until=EndConditions((OpenEnd(),)))
    result = hero(rep_four(phase=Phase.CHECKLIST, step=checklist, item=2))
    assert result == Hero(("A-skips", "A-skips"), "20 m   set 3 of 3   item 3 of 4")
    past = hero(rep_four(phase=Phase.CHECKLIST, step=checklist, item=99))
    assert past.below == "0:30   item 4 of 4"


def test_each_side_is_an_item_of_its_own():
    """Each set of an exercise has its left, then its right side."""
    items = (
        ChecklistItem("Side plank", sets=2, seconds=Seconds(30), each_side=True),
        ChecklistItem("Squats"),
    )
    checklist = step(Kind.CHECKLIST, items=items, until=EndConditions((OpenEnd(),)))
    below = [hero(rep_four(phase=Phase.CHECKLIST, step=checklist, item=place)).below for place in range(5)]
    assert below == [
        "0:30   left   set 1 of 2   item 1 of 5",
        "0:30   right   set 1 of 2   item 2 of 5",
        "0:30   left   set 2 of 2   item 3 of 5",
        "0:30   right   set 2 of 2   item 4 of 5",
        "item 5 of 5",
    ]


def test_the_timer_of_an_exercise_stands_large():
    """The hero shows the hold, the moment to get ready for it, and the rest between two sets."""
    items = (ChecklistItem("Plank", sets=2, seconds=Seconds(45), rest_s=Seconds(60)),)
    checklist = step(Kind.CHECKLIST, items=items, until=EndConditions((OpenEnd(),)))

    def large(part, left_s):
        timer = ItemTimer(part, Seconds(left_s), Seconds(60))
        return hero(rep_four(phase=Phase.CHECKLIST, step=checklist, item=1, item_timer=timer))

    assert large(ItemPart.HOLD, 12.2) == Hero(("0:13",), "Plank   0:45   set 2 of 2   item 2 of 2")
    assert large(ItemPart.REST, 59.0).below.startswith("REST, then Plank")
    assert large(ItemPart.READY, 4.0).below.startswith("GET READY: Plank")


def test_an_empty_checklist_is_still_shown():
    """A list without items does not fail."""
    checklist = step(Kind.CHECKLIST, until=EndConditions((OpenEnd(),)))
    assert hero(rep_four(phase=Phase.CHECKLIST, step=checklist)).texts == ("LIST",)


def test_paused_shows_no_pace():
    """While paused nothing is judged, and the stopped clock has its own figure."""
    assert hero(rep_four(phase=Phase.PAUSED)) == Hero(("--",), "NO PACE   paused, nothing is judged")


def test_finished_says_done_and_the_run_time():
    """After the last step the hero is DONE with the time of the run."""
    assert hero(rep_four(phase=Phase.FINISHED, step=None)) == Hero(("DONE",), "run time 17:30")


def test_looks_of_one_second_are_equal():
    """Within one second of clocks and five metres nothing has to be repainted."""
    early = hero(
        rest(left_s=Seconds(23.9), step=step(Kind.RECOVERY, until=EndConditions((TimeEnd(Seconds(60)),))))
    )
    late = hero(
        rest(left_s=Seconds(23.1), step=step(Kind.RECOVERY, until=EndConditions((TimeEnd(Seconds(60)),))))
    )
    assert early == late


def test_the_line_below_leaves_out_what_does_not_fit_from_its_end():
    """On 80 columns the line has the cadence and drops the mean; nothing is cut in the middle."""
    part = HeroBox()
    rows = part.paint(part.look(rep_four()), 42, 9, SUN)
    assert rows[-1].text.rstrip() == " PACE /km   target 3:45-3:55   182 spm"
    wide = part.paint(part.look(rep_four()), 63, 15, SUN)
    assert wide[-1].text.rstrip() == " PACE /km   target 3:45-3:55   on course for 1:28   mean 3:41"


def test_without_a_light_no_time_is_foretold():
    """A rep without a light, or without a length, has no projected time."""
    assert "on course" not in hero(rep_four(light=None)).below
