"""Where is the heart rate heading? What it is on its way to, seen from how it moves, with how sure that is.

After the dead time of a change of effort, heart rate h approaches what the effort leads to, u, with a time constant:
dh/dt = (u - h) / tau (`coach.physiology.kinetics`). A Kalman filter follows both. As nobody's tau is known well, and it
differs from rep to rep by a factor of 1.6 either way in 24 recorded sessions, three filters run side by side and are
believed by how well each foretold the last minute. Nothing is known of u when the effort changes: a rep that has just
begun foretells nothing until the heart rate itself shows where it goes.
"""

from math import exp, inf, log, sqrt
from typing import Final

from coach.physiology.kinetics import HeartRateKinetics

_SPREAD: Final = (0.6, 1.0, 1.6)
"""The time constants tried, as multiples of the athlete's own."""
_READING_SD: Final = 1.0
"""bpm: a whole number, smoothed by the strap."""
_STRAYS: Final = 0.3
"""bpm per root second that the heart strays from any curve."""
_EFFORT_STRAYS: Final = 0.35
"""bpm per root second that the effort's own heart rate wanders: 2.7 in a minute, with pace, slope and heat."""
_UNKNOWN_SD: Final = 30.0
"""bpm: what is known of where a new effort leads, which is next to nothing."""
_REMEMBERS_S: Final = 50.0
"""Over how long the three are compared."""
_HOLE_S: Final = 15.0
"""After so long a silence all begins anew."""
EACH_S: Final = 2.9
"""A reading every three seconds is as good as one a second: heart rate is no faster, and the fold is."""
_FEWEST: Final = 3
"""Such readings, after the first, before anything is foretold."""


class Heading:
    """Follows the heart rate of one effort; begins anew with the next."""

    __slots__ = ("_at", "_count", "_filters", "_since", "_taus")

    def __init__(self, kinetics: HeartRateKinetics) -> None:
        """Know nothing yet of the effort; the heart follows as `kinetics` says."""
        self._taus = tuple(max(1.0, share * kinetics.tau_up_s) for share in _SPREAD)
        self._filters: tuple[_Filter, ...] = ()
        self._at = 0.0
        self._since = 0.0
        self._count = 0

    def reset(self) -> None:
        """Begin anew: the effort changed."""
        self._filters = ()
        self._count = 0

    @property
    def seen_s(self) -> float:
        """Over how long the heart rate of this effort has been followed, in seconds."""
        return self._at - self._since if self._filters else 0.0

    def add(self, at: float, rate: float) -> None:
        """Take in a heart rate in bpm, if it is not too soon after the last to tell anything new.

        After 15 s of silence the past is forgotten.
        """
        if self._filters and at - self._at > _HOLE_S:
            self.reset()
        if not self._filters:
            self._filters = tuple(_Filter(tau, rate) for tau in self._taus)
            self._since = self._at = at
            return
        step = at - self._at
        if step < EACH_S:
            return
        self._at = at
        self._count += 1
        for each in self._filters:
            each.take(step, rate)

    def most(self) -> float:
        """The highest heart rate in bpm that any of the three is on its way to; minus infinity before the first."""
        return max((each.leads_to for each in self._filters), default=-inf)

    def ahead(self, seconds: float) -> tuple[float, float] | None:
        """Heart rate expected in so many seconds at this effort, and its standard deviation, both in bpm.

        None before the fourth reading that was taken in.
        """
        if self._count < _FEWEST:
            return None
        best = max(each.belief for each in self._filters)
        total = mean = square = 0.0
        for each in self._filters:
            weight = exp(each.belief - best)
            value, variance = each.ahead(seconds)
            total += weight
            mean += weight * value
            square += weight * (variance + value * value)
        mean /= total
        return mean, sqrt(max(0.0, square / total - mean * mean))


class _Filter:
    """One hypothesis about tau: heart rate and what it leads to, with their covariances."""

    __slots__ = ("_hh", "_hu", "_keep", "_rate", "_step", "_tau", "_uu", "belief", "leads_to")

    def __init__(self, tau: float, rate: float) -> None:
        self._tau = tau
        self._rate = self.leads_to = rate
        self._hh, self._hu, self._uu = _READING_SD**2, 0.0, _UNKNOWN_SD**2
        self._step = 0.0
        self._keep = 1.0
        self.belief = 0.0
        """Logarithm of how well it foretold the last minute, up to a constant."""

    def take(self, step: float, reading: float) -> None:
        """Foretell the reading `step` seconds on, compare, and learn of the difference."""
        if step != self._step:
            self._step, self._keep = step, exp(-step / self._tau)
        keep = self._keep
        go = 1.0 - keep
        hu, uu = self._hu, self._uu
        hh = keep * keep * self._hh + 2.0 * keep * go * hu + go * go * uu + _STRAYS**2 * step
        hu = keep * hu + go * uu
        uu += _EFFORT_STRAYS**2 * step
        rate = self._rate + go * (self.leads_to - self._rate)
        spread = hh + _READING_SD**2
        off = reading - rate
        gain_h, gain_u = hh / spread, hu / spread
        self._rate, self.leads_to = rate + gain_h * off, self.leads_to + gain_u * off
        self._hh, self._hu, self._uu = (1.0 - gain_h) * hh, (1.0 - gain_h) * hu, uu - gain_u * hu
        self.belief += -0.5 * (off * off / spread + log(spread)) - self.belief * min(1.0, step / _REMEMBERS_S)

    def ahead(self, seconds: float) -> tuple[float, float]:
        """Heart rate in so many seconds, and its variance."""
        keep = exp(-seconds / self._tau)
        go = 1.0 - keep
        strays = _EFFORT_STRAYS**2 * seconds / 2.0
        variance = keep * keep * self._hh + 2.0 * keep * go * self._hu + go * go * (self._uu + strays)
        return self._rate + go * (self.leads_to - self._rate), variance
