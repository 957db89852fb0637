"""A 5000 m by hand with 24 runners: bunched, two swaps, one who is lapped and drops out."""

from coach.quantities import Metres, Seconds
from coach.squad.by_hand import HandSetup, heats_of
from coach.squad.roster import roster_of_names

NAMES = (
    "Ana", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gil", "Hana", "Ivo", "Jana", "Kim", "Leo",
    "Mia", "Nils", "Ola", "Pia", "Quin", "Ron", "Sara", "Tom", "Uma", "Vera", "Wim", "Yara",
)  # fmt: skip


def hand_setup(count=24, *, distance=None, lap=400.0, heats=None, started="2026-11-30T18:36:00+01:00"):
    """A session: a number of runners, all in one heat unless heats are given."""
    names = [*NAMES, *(f"R{number}" for number in range(len(NAMES) + 1, 41))][:count]
    roster = roster_of_names(names)
    metres = None if distance is None else Metres(distance)
    return HandSetup(roster, Metres(lap), metres, heats_of(roster, heats), started=started)


def bunched(count=24, laps=3, lap=72.0, step=0.3):
    """The crossings of a bunched field: (moment, place in the roster), in order of time."""
    return sorted(
        (Seconds(round(number * (lap + 0.5 * place) + place * step, 2)), place)
        for number in range(1, laps + 1)
        for place in range(count)
    )
