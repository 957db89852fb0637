"""Fuzzing with atheris, for a bounded time; `make fuzz`. No part of the test suite."""
