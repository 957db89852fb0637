"""Starts the machine in plain emulation, and reads what it says on its console.

No KVM: a job that runs everywhere is worth more than one that runs fast. No network, no disk: the kernel, its
initramfs, and this computer's files read-only.
"""

import compileall
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from tests.vm.guest.world import SAYS
from tests.vm.recipe import CannotBuildError, Image, image, missing_tools

ROOT = Path(__file__).parents[2]
LIMIT_S = float(os.environ.get("COACH_VM_LIMIT_S", "600"))
"""After this long the emulator is killed; a quiet machine needs well under two minutes."""
CONSOLE = ROOT / "build" / "vm-console.log"
"""All that the last machine said."""
_KERNEL_SAYS = "console=ttyS0 quiet panic=1 tsc=reliable no_timer_check"
_TAIL = 60


@dataclass(frozen=True, slots=True)
class Report:
    """What a machine said from start to end."""

    made_of: Image
    said: tuple[dict[str, Any], ...]
    """The facts its scenarios told, in order, each with its `scenario`."""
    console: tuple[str, ...]
    took_s: float
    """From starting the emulator to its end."""
    is_over: bool
    """Did it switch itself off (or was it killed)?"""

    def facts(self, what: str, scenario: str) -> list[dict[str, Any]]:
        """Every fact of a kind that a scenario told."""
        return [fact for fact in self.said if fact["what"] == what and fact["scenario"] == scenario]

    def fact(self, what: str, scenario: str) -> dict[str, Any]:
        """The one fact of a kind that a scenario told; with the end of the console where there is none."""
        found = self.facts(what, scenario)
        assert len(found) == 1, f"{scenario} said {what!r} {len(found)} times\n{self.tail}"
        return found[0]

    @property
    def tail(self) -> str:
        """The end of the console."""
        return "\n".join(["", f"the console of the machine ({CONSOLE}) ended with:", *self.console[-_TAIL:]])

    @property
    def booted_s(self) -> float | None:
        """Seconds from power to a running bluetoothd, by the machine's clock."""
        ready = [line for line in self.console if line.startswith("VM ready ")]
        return float(ready[0].split()[2]) if ready else None

    def summary(self) -> Iterator[str]:
        """The figures, a line each."""
        for package in self.made_of.versions:
            if package.startswith(("linux-image", "bluez")):
                yield package
        yield f"boot to bluetoothd {_s(self.booted_s)}, whole machine {_s(self.took_s)}"
        for fact in self.said:
            match fact["what"]:
                case "found" | "scanned" | "remembered" | "finished":
                    yield f"{fact['scenario']}: {fact['what']} after {_s(fact['took_s'])}"
                case "connected":
                    yield (
                        f"{fact['scenario']}: {fact['which']} connected in {_s(fact['connects_s'])}, "
                        f"subscribed in {_s(fact['subscribes_s'])}"
                    )
                case "streamed":
                    yield (
                        f"{fact['scenario']}: {fact['packets']} notifications, {fact['missing']} missing, "
                        f"latency median {1000 * fact['p50_s']:.1f} ms, p95 {1000 * fact['p95_s']:.1f} ms"
                    )
        for scenario in dict.fromkeys(fact["scenario"] for fact in self.said):
            if again := sorted(fact["reconnect_s"] for fact in self.facts("lost", scenario)):
                yield (
                    f"{scenario}: {len(again)} losses, reconnect median {_s(statistics.median(again))}, "
                    f"p95 {_s(again[ceil(0.95 * len(again)) - 1])}"
                )


def unavailable() -> str | None:
    """Why no machine can run here; None if one can."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return (
            f"the machine is made of Debian's amd64 packages; this is {sys.platform} on {platform.machine()}"
        )
    if missing := missing_tools():
        return f"these packages are missing: {' '.join(missing)}. Install them: make system-deps"
    if strange := [path for path in (str(ROOT), sys.executable) if any(letter.isspace() for letter in path)]:
        return f"the kernel's command line takes no path with a space: {strange[0]}"
    return None


def run(*scenarios: str) -> Report:
    """Start a machine, run scenarios in it one after the other, and wait for its end.

    Raises:
        CannotBuildError: there is no machine to start.
    """
    made_of = image()
    for room in ("coach", "tests/radio", "tests/vm"):  # the machine cannot write what it compiles
        compileall.compile_dir(ROOT / room, quiet=2)
    began = time.monotonic()
    CONSOLE.parent.mkdir(exist_ok=True)
    is_over = True
    with CONSOLE.open("wb") as console:
        try:
            subprocess.run(
                _command(made_of, scenarios),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                timeout=LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:  # the emulator was killed, by its process id
            is_over = False
        except OSError as error:
            raise CannotBuildError(f"the emulator does not start: {error}") from error
    lines = CONSOLE.read_text(encoding="utf-8", errors="replace").replace("\r", "").splitlines()
    return Report(made_of, tuple(_facts(lines)), tuple(lines), time.monotonic() - began, is_over)


def _command(made_of: Image, scenarios: tuple[str, ...]) -> list[str]:
    told = f"COACH_REPO={ROOT} COACH_PYTHON={sys.executable} COACH_SCENARIOS={','.join(scenarios)}"
    host = "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"
    return [
        "qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-m", "1G", "-smp", "2",
        "-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot", "-nic", "none",
        "-kernel", str(made_of.kernel), "-initrd", str(made_of.initramfs),
        "-append", f"{_KERNEL_SAYS} {told}", "-virtfs", host,
    ]  # fmt: skip


def _facts(console: list[str]) -> Iterator[dict[str, Any]]:
    for line in console:
        _, is_fact, fact = line.partition(SAYS)
        if is_fact:
            yield json.loads(fact)


def _s(seconds: float | None) -> str:
    return "--" if seconds is None else f"{seconds:.2f} s"
