"""The job around the machine: what it makes of a console, and that it ends whatever it started."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.vm import machine, recipe
from tests.vm.guest.world import SAYS, SCENARIO, say
from tests.vm.machine import Report
from tests.vm.recipe import CannotBuildError, Image

IMAGE = Image(Path("vmlinuz"), Path("initramfs"), ("bluez 5.66", "libc6 2.36", "linux-image-6.1 6.1.1"))


@pytest.fixture
def emulator(tmp_path, monkeypatch):
    """A stand-in for the emulator: a shell script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(machine, "image", lambda: IMAGE)
    monkeypatch.setattr(machine, "CONSOLE", tmp_path / "build" / "console.log")

    def is_(script: str) -> None:
        program = folder / "qemu-system-x86_64"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return is_


def reported(*said: dict[str, Any], console: tuple[str, ...] = ()) -> Report:
    """A report of facts."""
    return Report(IMAGE, said, console, 12.0, is_over=True)


def test_a_console_is_read_for_facts(emulator, tmp_path):
    """Lines that begin with the word are facts, also behind the kernel's noise; all of it is kept in a file."""
    fact = json.dumps({"what": "found", "scenario": "plain", "took_s": 0.5})
    emulator(f"echo 'VM ready 7.25'; echo 'noise {SAYS}{fact}'")
    report = machine.run("plain")
    assert report.is_over
    assert report.booted_s == 7.25
    assert report.fact("found", "plain")["took_s"] == 0.5
    assert "VM ready 7.25" in machine.CONSOLE.read_text()


def test_an_emulator_that_hangs_is_killed(emulator, monkeypatch, tmp_path):
    """After the limit it is ended by its process id, and what it said until then is kept."""
    monkeypatch.setattr(machine, "LIMIT_S", 0.5)
    emulator(f"echo $$ > {tmp_path}/pid; echo 'VM ready 7.25'; exec sleep 60")
    report = machine.run("plain")
    assert not report.is_over
    assert report.console == ("VM ready 7.25",)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


def test_a_fact_that_is_missing_shows_the_end_of_the_console():
    """Who reads the failure sees what the machine said last."""
    report = reported(console=("first", "the kernel panicked"))
    with pytest.raises(AssertionError, match=r"(?s)said 'found' 0 times.*the kernel panicked"):
        report.fact("found", "plain")


def test_the_summary_has_the_figures():
    """Boot, finding, connecting, latency and losses are printed, and which kernel and BlueZ they were."""
    report = reported(
        {"what": "found", "scenario": "plain", "took_s": 0.25},
        {"what": "connected", "scenario": "plain", "which": "pod", "connects_s": 1.0, "subscribes_s": 0.125},
        {
            "what": "streamed",
            "scenario": "plain",
            "packets": 80,
            "missing": 0,
            "p50_s": 0.005,
            "p95_s": 0.0155,
        },
        *({"what": "lost", "scenario": "plain", "reconnect_s": seconds} for seconds in (0.25, 0.5, 1.0)),
        console=("VM ready 9.5",),
    )
    assert list(report.summary()) == [
        "bluez 5.66",
        "linux-image-6.1 6.1.1",
        "boot to bluetoothd 9.50 s, whole machine 12.00 s",
        "plain: found after 0.25 s",
        "plain: pod connected in 1.00 s, subscribed in 0.12 s",
        "plain: 80 notifications, 0 missing, latency median 5.0 ms, p95 15.5 ms",
        "plain: 3 losses, reconnect median 0.50 s, p95 1.00 s",
    ]


def test_a_fact_is_told_in_one_line(monkeypatch, capfd):
    """A scenario's fact is one line of JSON that names the scenario."""
    monkeypatch.setenv(SCENARIO, "plain")
    say("found", took_s=0.5)
    line = capfd.readouterr().out
    assert json.loads(line.removeprefix(SAYS)) == {"what": "found", "scenario": "plain", "took_s": 0.5}


def test_what_is_missing_is_named(monkeypatch):
    """Without the emulator the reason names its package and the command that installs it."""
    monkeypatch.setattr("shutil.which", lambda tool: None if tool.startswith("qemu") else tool)
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert machine.unavailable() == (
        "these packages are missing: qemu-system-x86. Install them: make system-deps"
    )


def test_another_processor_is_a_reason(monkeypatch):
    """Debian's amd64 packages are no use to another processor."""
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert "riscv64" in (machine.unavailable() or "")


def test_the_cache_is_where_it_is_said(monkeypatch, tmp_path):
    """COACH_VM_CACHE wins, then XDG_CACHE_HOME, then the home folder."""
    monkeypatch.setenv("COACH_VM_CACHE", str(tmp_path))
    assert recipe.cache_folder() == tmp_path
    monkeypatch.delenv("COACH_VM_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert recipe.cache_folder() == tmp_path / "trackside-coach" / "vm"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert recipe.cache_folder() == Path.home() / ".cache" / "trackside-coach" / "vm"


def test_a_machine_is_built_once_for_each_recipe(monkeypatch, tmp_path):
    """What is in the cache is taken; another recipe builds anew, and the old machine is thrown away."""
    monkeypatch.setenv("COACH_VM_CACHE", str(tmp_path))
    built: list[str] = []

    def build(scratch: Path) -> Path:
        made = scratch / "made"
        made.mkdir()
        (made / "versions").write_text("bluez 5.66\n")
        built.append(made.parent.name)
        return made

    monkeypatch.setattr(recipe, "_build", build)
    monkeypatch.setattr(recipe, "_fingerprint", lambda: "one")
    assert recipe.image().versions == ("bluez 5.66",)
    recipe.image()
    assert len(built) == 1
    monkeypatch.setattr(recipe, "_fingerprint", lambda: "two")
    recipe.image()
    assert len(built) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["two"]


def test_a_package_that_cannot_be_had_is_said(monkeypatch, tmp_path):
    """The reason names the command and shows what it said."""
    failing = tmp_path / "apt-cache"
    failing.write_text("#!/bin/sh\necho 'E: No packages found' >&2\nexit 100\n")
    failing.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("COACH_VM_CACHE", str(tmp_path / "cache"))
    with pytest.raises(CannotBuildError, match=r"(?s)apt-cache depends.*E: No packages found"):
        recipe.image()
    assert list((tmp_path / "cache").iterdir()) == []
