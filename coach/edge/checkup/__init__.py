"""What is the matter with this machine? One finding a question, each with what to do about it.

Nothing here raises: whatever is wrong is a finding.
"""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    """Nothing to do."""
    WARN = "warn"
    """A run works, less well than it could."""
    FAIL = "FAIL"
    """Something a run needs does not work."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found."""

    check: str
    """What was looked at, a word or two."""
    verdict: Verdict
    said: str
    """What is so, in a few words; may hold names from outside."""
    fix: str = ""
    """What to do about it; empty where there is nothing to do."""
    battery_percent: int | None = None
    """Charge of a sensor in per cent, where known."""
    rssi_dbm: int | None = None
    """Signal of a sensor in dBm, where known."""


def ok(check: str, said: str) -> CheckResult:
    """Find nothing the matter."""
    return CheckResult(check, Verdict.OK, said)


def warn(check: str, said: str, fix: str) -> CheckResult:
    """Find something that could be better."""
    return CheckResult(check, Verdict.WARN, said, fix)


def fail(check: str, said: str, fix: str) -> CheckResult:
    """Find something that does not work."""
    return CheckResult(check, Verdict.FAIL, said, fix)
