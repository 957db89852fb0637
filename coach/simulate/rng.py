"""Seeded chance that gives the same numbers on every machine and with every release of Python."""

from random import Random  # noqa: TID251 - seeded, and the one place that may


class Rng:
    """Numbers from one seed. Only `Random.random` is used: of all its methods, that one is promised to stay."""

    def __init__(self, seed: int) -> None:
        """Start at a seed."""
        self._random = Random(seed)

    def even(self) -> float:
        """A number from 0 up to 1, each as likely as the other."""
        return self._random.random()

    def normal(self, sd: float) -> float:
        """A number around 0 with standard deviation `sd`, never beyond 6 of them.

        Twelve even numbers less six: close enough to the bell for a runner, and exact arithmetic everywhere,
        which logarithms and cosines are not.
        """
        roll = self._random.random
        return sd * (sum([roll() for _ in range(12)]) - 6.0)
