"""A BlueZ in another process, as the whole program meets it."""

import json
import subprocess
import sys
from types import TracebackType
from typing import Any, Self

from tests.architecture.source import ROOT
from tests.patience import LIMIT_S


class Outside:
    """A world in a process of its own (`tests.radio.__main__`); leaving the block ends it."""

    def __init__(self) -> None:
        """Open it."""
        command = [sys.executable, "-m", "tests.radio"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.address: str = self._answer()["address"]
        """The bus's, for `DBUS_SYSTEM_BUS_ADDRESS`."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=LIMIT_S)
        assert self._process.returncode == 0

    def do(self, *lines: str) -> dict[str, Any]:
        """Have it carry out lines, one after the other; the last answer."""
        answer: dict[str, Any] = {}
        for line in lines:
            assert self._process.stdin is not None
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
            answer = self._answer()
            assert "error" not in answer, answer["error"]
        return answer

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the world has ended"
        return dict(json.loads(line))
