"""Updates the calibration factor of a pod (true metres per metre it measures) by Bayes, with normal distributions."""

from math import isfinite, sqrt

from coach.signals.config import SignalSettings


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
