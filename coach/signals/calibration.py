"""Updates the calibration factor of a pod (true metres per metre it measures) by Bayes, with normal distributions."""

from collections import deque
from math import isfinite, sqrt

from coach.signals.config import SignalSettings

# --- Whether the speed of a source agrees with its own distance, and what corrects the speed if it does not.
#
# Some watches tell a speed and a distance that differ by 6 to 19 % over whole runs, the one of a filter or a pod,
# the other of positions. Over a minute the ratio of any watch is mostly noise, with a standard deviation of 6 to
# 18 %, so it is learnt slowly: from blocks of half a minute of running, once it is far from 1 for certain. Distance
# rules.


class SpeedAgreement:
    """The ratio of the distance of one source to its speed integrated over time."""

    __slots__ = ("_blocks", "_distance_m", "_elapsed_s", "_settings", "_speed_m", "has_news", "ratio", "sd")

    def __init__(self, settings: SignalSettings) -> None:
        """Start with a speed that agrees."""
        self._settings = settings
        self._blocks: deque[tuple[float, float]] = deque(maxlen=settings.agreement_blocks)
        self._elapsed_s = self._speed_m = self._distance_m = 0.0
        self.ratio = 1.0
        """What the speed is multiplied by, in force now; 1 while nothing else is certain."""
        self.sd = 0.0
        """Its standard deviation when it was learnt."""
        self.has_news = False
        """Whether the ratio in force has changed and that has not been emitted."""

    def add(self, elapsed_s: float, speed_m: float, distance_m: float) -> None:
        """Add metres by speed and by distance of one stretch between two samples; standing tells nothing."""
        settings = self._settings
        if not settings.reconciles_speed or speed_m < settings.agreement_from * elapsed_s:
            return
        self._elapsed_s += elapsed_s
        self._speed_m += speed_m
        self._distance_m += distance_m
        if self._elapsed_s >= settings.agreement_block_s:
            self._blocks.append((self._speed_m, self._distance_m))
            self._elapsed_s = self._speed_m = self._distance_m = 0.0
            self._learn()

    def drain_news(self) -> tuple[float, float]:
        """The ratio in force and its standard deviation; afterwards `has_news` is False."""
        self.has_news = False
        return self.ratio, self.sd

    def _learn(self) -> None:
        settings, blocks = self._settings, self._blocks
        if len(blocks) < settings.agreement_least_blocks:
            return
        ratio = sum(distance for _, distance in blocks) / sum(speed for speed, _ in blocks)
        squares = sum((distance / speed - ratio) ** 2 for speed, distance in blocks)
        prior, weight = settings.agreement_prior, settings.agreement_prior_blocks
        sd = sqrt((squares + weight * prior * prior) / (len(blocks) - 1 + weight) / len(blocks))
        off = abs(ratio - 1.0)
        is_certain = off >= settings.agreement_differs and off >= settings.agreement_times * sd
        if self.ratio == 1.0 and not is_certain:
            return
        believed = 1.0 + (ratio - 1.0) / (1.0 + (sd / settings.agreement_spread) ** 2)  # Bayes, about 1
        if abs(believed - self.ratio) >= settings.agreement_step:
            self.ratio, self.sd, self.has_news = believed, sd, True


def updated_factor(
    settings: SignalSettings,
    *,
    in_force: float,
    prior_and_sd: tuple[float, float],
    is_first: bool,
    measured_m: float,
    true_m: float,
    speed: float,
    origin: str,
) -> tuple[float, float] | None:
    """The factor and its standard deviation after a stretch of `true_m` that the pod measured as `measured_m`.

    Args:
        settings: Bounds and tolerances.
        in_force: The factor that made `measured_m` of the pod's own metres.
        prior_and_sd: The factor learnt so far, in force or not, and its standard deviation.
        is_first: Whether no press was learnt before, in this run or earlier ones; later ones move it by 2 % at most.
        measured_m: Metres as measured, above 0.
        true_m: Metres on the ground.
        speed: Mean speed over the stretch in m/s, which converts the error of a press to metres.
        origin: `mark`, `stretch` or `line`; a declared stretch may be further off than a press.

    Returns:
        Factor and standard deviation, or None where nothing may be learnt from the stretch.
    """
    if not (isfinite(measured_m) and isfinite(true_m) and isfinite(speed)):
        return None
    if true_m < settings.shortest_stretch or speed <= settings.slowest_stretch or measured_m <= 0:
        return None
    tolerance = settings.stretch_tolerance if origin == "stretch" else settings.mark_tolerance
    tolerance_m = settings.mark_tolerance_m
    if abs(measured_m - true_m) > max(tolerance * true_m, tolerance_m):
        return None
    observed = in_force * true_m / measured_m
    observed_sd = settings.press_sd_s * speed / true_m
    prior, prior_sd = prior_and_sd
    weight = prior_sd**2 / (prior_sd**2 + observed_sd**2)
    step = weight * (observed - prior)
    if not is_first:
        step = max(-settings.most_per_press, min(settings.most_per_press, step))
    factor = max(settings.lowest_factor, min(settings.highest_factor, prior + step))
    sd = max(settings.lowest_factor_sd, prior_sd * sqrt(1.0 - weight))
    return factor, sd
