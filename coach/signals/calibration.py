"""The calibration factor of a pod: true metres per metre of it, by a Bayes update with normal prior and press."""

from math import isfinite, sqrt

from coach.signals.config import SignalSettings


def updated_factor(
    settings: SignalSettings,
    *,
    in_force: float,
    so_far: tuple[float, float],
    first: bool,
    measured: float,
    true: float,
    speed: float,
    origin: str,
) -> tuple[float, float] | None:
    """The factor and its standard deviation after a stretch of `true` metres that the pod measured as `measured`.

    Args:
        settings: Bounds and tolerances.
        in_force: The factor that made `measured` of the pod's own metres.
        so_far: The prior of this update, factor and standard deviation: what is learnt so far, in force or not.
        first: Whether no press was learnt before, in this run or earlier ones; later ones move it by 2 % at most.
        measured: Metres, above 0.
        true: Metres on the ground.
        speed: Mean speed over the stretch in m/s, which makes metres of the error of a press.
        origin: `mark`, `stretch` or `line`; a declared stretch may be further off than a press.

    Returns:
        Factor and standard deviation, or None where nothing may be learnt from the stretch.
    """
    if not (isfinite(measured) and isfinite(true) and isfinite(speed)):
        return None
    if true < settings.shortest_stretch or speed <= settings.slowest_stretch or measured <= 0:
        return None
    allowed = settings.stretch_tolerance if origin == "stretch" else settings.mark_tolerance
    least = settings.mark_tolerance_m
    if abs(measured - true) > max(allowed * true, least):
        return None
    observed = in_force * true / measured
    observed_sd = settings.press_sd_s * speed / true
    prior, prior_sd = so_far
    weight = prior_sd**2 / (prior_sd**2 + observed_sd**2)
    step = weight * (observed - prior)
    if not first:
        step = max(-settings.most_per_press, min(settings.most_per_press, step))
    factor = max(settings.lowest_factor, min(settings.highest_factor, prior + step))
    sd = max(settings.lowest_factor_sd, prior_sd * sqrt(1.0 - weight))
    return factor, sd
