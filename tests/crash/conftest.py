"""Tests of what a disk loses wait for no real disk: the promises are about the order of calls, not their speed."""

import os

import pytest


@pytest.fixture(autouse=True)
def _no_real_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sync of a manifest or of set-aside bytes returns at once."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
