"""The virtual runner: hears the coach, runs, and sends what his sensors would send. Same seed, same bytes."""

from typing import Final

from coach.live.inputs import Input
from coach.live.outputs import Output
from coach.quantities import Metres, MetresPerSecond, Seconds
from coach.signals.readings import Characteristic, LinkChanged, LinkState, Notified, Source
from coach.simulate.dice import Dice
from coach.simulate.heart import Heart
from coach.simulate.legs import Legs
from coach.simulate.mind import Mind
from coach.simulate.presses import Presses
from coach.simulate.profile import RunnerProfile
from coach.simulate.sensors import Footpod, Strap
from coach.workout.timeline import Timeline

STEP_S: Final = 0.25
"""He lives in quarters of a second: exact in binary, and finer than anybody's reaction."""
_QUARTERS: Final = 4
_POD_QUARTER: Final = 2
_STRAP_QUARTER: Final = 0
_POD_AFTER_S: Final = 0.06
_STRAP_AFTER_S: Final = 0.11
"""The two sensors keep their own seconds, so their packets never come at once."""
_NAMES: Final = {
    Source.POD: "Virtual footpod",
    Source.TREADMILL: "Virtual treadmill",
    Source.STRAP: "Virtual strap",
}


class VirtualRunner:
    """Somebody who runs a workout, at any speed of time.

    What he does depends on the seed, on what he heard and when, and on nothing else: not on how often
    `advance` is called.
    """

    def __init__(
        self,
        profile: RunnerProfile | None = None,
        seed: int = 0,
        *,
        timeline: Timeline | None = None,
        presses: bool = False,
    ) -> None:
        """Stand ready.

        Args:
            profile: Who he is; a club runner if nobody says.
            seed: His luck.
            timeline: The workout, so that he begins a step that starts by movement of his own accord.
            presses: Is somebody there to press the keys a run cannot do without (go, mark, answers)?
        """
        self.profile = profile or RunnerProfile()
        dice = Dice(seed)
        self._dice = dice
        self._quarter = 0
        self._heart = Heart(self.profile, STEP_S)
        self._legs = Legs(self.profile, dice, STEP_S)
        self._mind = Mind(self.profile, dice, timeline)
        self._presses = (
            Presses(self.profile, dice, timeline) if presses or self.profile.marks_every_m else None
        )
        self._foot = Source.TREADMILL if self.profile.on_treadmill else Source.POD
        self._pod = Footpod(self.profile, dice, STEP_S)
        self._strap = Strap(dice)
        self._lap = -1
        self._lap_is_lost = False
        self._waiting: list[Input] = []

    @property
    def speed(self) -> MetresPerSecond:
        """How fast he truly runs now, in m/s."""
        return MetresPerSecond(self._legs.speed)

    @property
    def metres(self) -> Metres:
        """How far he has truly run."""
        return Metres(self._legs.metres)

    @property
    def heart_rate(self) -> float:
        """His true heart rate in bpm."""
        return self._heart.rate

    def hear(self, output: Output) -> None:
        """Let him hear what the run said; he acts on it after the time he needs."""
        self._mind.hear(output)

    def advance(self, to: Seconds) -> list[Input]:
        """Run on to a time; what his sensors (and whoever presses) sent since the last call, in order of time."""
        while self._quarter * STEP_S <= to:
            self._live_a_quarter()
            self._quarter += 1
        due = sorted((event for event in self._waiting if event.at <= to), key=_at)
        self._waiting = [event for event in self._waiting if event.at > to]
        return due

    def _live_a_quarter(self) -> None:
        """One step: will, legs, heart, sensors, in this order."""
        now = self._quarter * STEP_S
        legs = self._legs
        gone = legs.move(self._mind.goal(now, legs.metres))
        rate = self._heart.beat(legs.speed)
        if self.profile.has_pod:
            self._pod.feel(legs.speed, gone)
        if self.profile.has_strap:
            self._strap.feel(rate, STEP_S)
        if self._quarter == 0:
            self._connect(now)
        self._send(now)
        if self._presses is not None:
            self._waiting += self._presses.up_to(now, self._mind, legs.metres, legs.speed)

    def _connect(self, now: float) -> None:
        """The radio has found the sensors before the run began."""
        for source, has in ((Source.STRAP, self.profile.has_strap), (self._foot, self.profile.has_pod)):
            if has:
                name = _NAMES[source]
                self._waiting.append(LinkChanged(Seconds(now), source, LinkState.CONNECTED, name, 90, -60))

    def _send(self, now: float) -> None:
        """Each sensor sends once a second; what the radio loses is measured all the same."""
        quarter = self._quarter % _QUARTERS
        if quarter == _STRAP_QUARTER and self.profile.has_strap:
            payload = self._strap.send(self._heart.rate)
            if self._reaches(self.profile.strap_lost_m):
                at = Seconds(now + _STRAP_AFTER_S)
                what = Characteristic.HEART_RATE_MEASUREMENT
                self._waiting.append(Notified(at, Source.STRAP, what, payload, heard_at=at))
        elif quarter == _POD_QUARTER and self.profile.has_pod:
            payload = self._pod.send(self._legs.speed)
            if self._reaches(self.profile.pod_lost_m):
                at = Seconds(now + _POD_AFTER_S)
                self._waiting.append(
                    Notified(at, self._foot, Characteristic.RSC_MEASUREMENT, payload, heard_at=at)
                )

    def _reaches(self, lost_m: float) -> bool:
        """Does a packet get through from where he is?"""
        profile = self.profile
        is_lost_anyway = self._dice.even() < profile.packet_loss
        if profile.on_treadmill or not profile.lap_m:
            return not is_lost_anyway
        lap, place = divmod(profile.starts_at_m + self._legs.metres, profile.lap_m)
        if lap != self._lap:
            self._lap = int(lap)
            self._lap_is_lost = self._dice.even() < profile.lap_loss
        half = profile.lap_m / 2
        away = abs((place - profile.lost_at_m + half) % profile.lap_m - half)
        return not is_lost_anyway and not (self._lap_is_lost and away < lost_m / 2)


def _at(event: Input) -> Seconds:
    """When it happened."""
    return event.at
