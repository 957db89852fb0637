"""Which of two pods drives the pace? The better one, and no to and fro between feet.

Two pods differ by a few per cent, so each change of foot is a step in the pace that nobody ran. The one that
leads goes on leading until it falls silent, until the other is calibrated and it is not, or until it has been
clearly noisier for a minute.
"""

from collections.abc import Callable

from coach.signals.defaults import SignalSettings
from coach.signals.freshness import stale_after
from coach.signals.readings import PODS, Source


class _Foot:
    """One of the two."""

    __slots__ = ("noise", "since", "speed", "stale_at", "watched_s")

    def __init__(self) -> None:
        self.stale_at = -1.0
        self.since = 0.0
        """Since when it has spoken without falling silent."""
        self.speed: float | None = None
        self.noise = 0.0
        """Mean step from one speed to the next, as a share of the speed."""
        self.watched_s = 0.0


class PodPair:
    """Two pods, one of which leads."""

    def __init__(
        self, settings: SignalSettings, is_calibrated: Callable[[Source], bool], lead: Source, at: float
    ) -> None:
        """Let the pod lead that was there first; `is_calibrated` says whether a pod's factor is known now."""
        self._settings = settings
        self._is_calibrated = is_calibrated
        self._feet = {source: _Foot() for source in PODS}
        self._changed_at = 0.0
        self.lead = lead
        """The pod that drives the pace."""
        self._feet[lead].stale_at = at + stale_after(1.0)

    def take(self, source: Source, at: float, period_s: float, speed: float | None) -> bool:
        """Hear one of the pods; does that change who leads? Another source changes nothing."""
        foot = self._feet.get(source)
        if foot is None:
            return False
        self._follow(foot, at, period_s, speed)
        if source is self.lead or not self._is_better(source, foot, at):
            return False
        self.lead = source
        self._changed_at = at
        return True

    def _follow(self, foot: _Foot, at: float, period_s: float, speed: float | None) -> None:
        settings = self._settings
        if at > foot.stale_at:
            foot.since = at
            foot.speed = None
        foot.stale_at = at + stale_after(period_s)
        runs = speed is not None and speed >= settings.running_speed
        if runs and speed is not None and foot.speed is not None:
            foot.watched_s += period_s
            share = period_s / min(foot.watched_s, settings.pod_noise_s)
            foot.noise += (abs(speed - foot.speed) / speed - foot.noise) * min(1.0, share)
        foot.speed = speed if runs else None

    def _is_better(self, source: Source, foot: _Foot, at: float) -> bool:
        settings, lead = self._settings, self._feet[self.lead]
        if at > lead.stale_at:
            return True
        proven, leads_proven = self._is_calibrated(source), self._is_calibrated(self.lead)
        if proven is not leads_proven:
            return proven and at - foot.since >= settings.pod_back_s
        return (
            min(foot.watched_s, lead.watched_s) >= settings.pod_noise_s
            and at - self._changed_at >= settings.pod_change_s
            and lead.noise > settings.pod_noisier * foot.noise
        )
