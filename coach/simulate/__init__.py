"""A virtual runner: follows the cues and sends the bytes that a strap and a footpod would send."""

from coach.simulate.behaviour import RunnerProfile, read_profile
from coach.simulate.runner import Simulated, VirtualRunner, simulate

__all__ = ["RunnerProfile", "Simulated", "VirtualRunner", "read_profile", "simulate"]
