"""Trackside Coach: a live workout pacing coach for runners."""

__version__ = "0.1.0"


def core_build() -> str:
    """Say which core runs: `compiled` by mypyc, or `pure` Python."""
    from importlib.machinery import EXTENSION_SUFFIXES  # noqa: PLC0415 - asked for seldom, and imported always
    from importlib.util import find_spec  # noqa: PLC0415 - as above

    spec = find_spec("coach.quantities")
    origin = spec.origin if spec is not None else None
    return "compiled" if (origin or "").endswith(tuple(EXTENSION_SUFFIXES)) else "pure"
