"""A virtual runner: follows the cues and emits the bytes that a strap and a footpod would send."""

from coach.simulate.profile import RunnerProfile, read_profile
from coach.simulate.runner import VirtualRunner
from coach.simulate.whole_run import Simulated, simulate

__all__ = ["RunnerProfile", "Simulated", "VirtualRunner", "read_profile", "simulate"]
