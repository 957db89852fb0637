"""Builds the machine of `make test-vm`: a Debian kernel, and an initramfs with BlueZ, D-Bus and busybox.

Nothing is installed and nothing runs as root: packages are downloaded with apt, unpacked into a folder, and
what the machine needs is picked out of them. Python and the program come from this computer while the machine
runs, over 9p and read-only (`machine.py`), so they are the ones that all other tests use.

The result lies outside the repository, in a folder named by this recipe: another recipe, another folder.
"""

import hashlib
import lzma
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

TOOLS = {"apt-get": "apt", "apt-cache": "apt", "dpkg-deb": "dpkg", "qemu-system-x86_64": "qemu-system-x86"}
"""Programs the job needs, and the Debian package that holds each."""

_PACKAGES = ("bluez", "dbus-daemon", "busybox-static")
_KERNEL = "linux-image-amd64"
"""The kernel's name for ever; the package it depends on has the version of the day."""
_PROGRAMS = ("usr/libexec/bluetooth/bluetoothd", "usr/bin/bluetoothctl", "usr/bin/dbus-daemon")
_BUSYBOX = "bin/busybox"
_MODULES = (
    "virtio_pci",
    "9pnet_virtio",
    "9p",
    "overlay",
    # What Bluetooth asks the kernel for by name while it starts: the Security Manager's ciphers, and HIDs.
    "aes_generic",
    "cmac",
    "ecb",
    "algif_hash",
    "algif_skcipher",
    "uhid",
    "hci_vhci",
)
"""In this order, each after those it depends on; what the kernel has built in is no module and is left out."""
_DEPENDS = re.compile(rb"\0depends=([^\0]*)\0")
_NEEDED = re.compile(r"^\s*lib\S+ => (/\S+)", re.MULTILINE)
_DOWNLOAD_S = 600.0


class CannotBuildError(Exception):
    """The machine cannot be built here; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Image:
    """A machine that is ready to start."""

    kernel: Path
    initramfs: Path
    versions: tuple[str, ...]
    """The packages it was made of, as `name version`."""


def cache_folder() -> Path:
    """Where machines are kept: COACH_VM_CACHE, or the person's own cache."""
    if named := os.environ.get("COACH_VM_CACHE"):
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "trackside-coach" / "vm"


def missing_tools() -> list[str]:
    """The packages whose programs are not on this computer."""
    return sorted({package for tool, package in TOOLS.items() if shutil.which(tool) is None})


def image() -> Image:
    """The machine of this recipe: from the cache, or built now.

    Raises:
        CannotBuildError: a package cannot be had, or does not hold what it should.
    """
    cache = cache_folder()
    folder = cache / _fingerprint()
    if not (folder / "versions").is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix="building-") as scratch:
            made = _build(Path(scratch))
            shutil.rmtree(folder, ignore_errors=True)
            made.rename(folder)
        for old in cache.iterdir():
            if old.is_dir() and old != folder and not old.name.startswith("building-"):
                shutil.rmtree(old, ignore_errors=True)
    return Image(
        folder / "vmlinuz", folder / "initramfs", tuple((folder / "versions").read_text().splitlines())
    )


def _fingerprint() -> str:
    """Name this recipe by what it is made of."""
    parts = [Path(__file__).read_bytes(), (HERE / "guest" / "init").read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _build(scratch: Path) -> Path:
    """Download, unpack and pick; the folder that holds the machine."""
    debs, unpacked, root, made = (scratch / name for name in ("debs", "unpacked", "root", "made"))
    for folder in (debs, unpacked, root, made):
        folder.mkdir()
    kernel = _depends(_KERNEL)[0]
    packages = [kernel, *_PACKAGES, *_libraries(_PACKAGES)]
    _download(packages, debs)
    for deb in debs.glob("*.deb"):
        _run("dpkg-deb", "-x", str(deb), str(unpacked))
    _fill(root, unpacked)
    [vmlinuz] = (unpacked / "boot").glob("vmlinuz-*")
    shutil.copy(vmlinuz, made / "vmlinuz")
    _pack(root, made / "initramfs", unpacked / _BUSYBOX)
    versions = sorted(
        _run("dpkg-deb", "-W", str(deb)).replace("\t", " ").strip() for deb in debs.glob("*.deb")
    )
    (made / "versions").write_text("\n".join(versions) + "\n")
    return made


def _fill(root: Path, unpacked: Path) -> None:
    """Put into the initramfs what the machine needs, and nothing else."""
    for folder in ("bin", "dev", "etc", "host", "lib/modules", "proc", "run", "sys", "var/lib/bluetooth"):
        (root / folder).mkdir(parents=True)
    shutil.copy(HERE / "guest" / "init", root / "init")
    (root / "init").chmod(0o755)
    shutil.copy(unpacked / _BUSYBOX, root / _BUSYBOX)
    for program in _PROGRAMS:
        _copy(unpacked / program, root / program)
        for library in _needed_by(unpacked / program, unpacked):
            _copy(library, root / "lib" / library.name)
    order = []
    for name, data in _modules(unpacked):
        (root / "lib" / "modules" / f"{name}.ko").write_bytes(data)
        order.append(name)
    (root / "lib" / "modules" / "order").write_text("\n".join(order) + "\n")
    (root / "lib64").symlink_to("lib")
    (root / "etc" / "passwd").write_text("root:x:0:0:root:/:/bin/sh\n")
    (root / "etc" / "group").write_text("root:x:0:\n")


def _needed_by(program: Path, unpacked: Path) -> list[Path]:
    """The shared libraries a program loads, and the loader, all of them from the unpacked packages."""
    [loader] = (unpacked / "lib64").glob("ld-linux-*.so.2")
    where = ":".join(str(unpacked / folder / "x86_64-linux-gnu") for folder in ("lib", "usr/lib"))
    said = _run(str(loader), "--library-path", where, "--list", str(program))
    found = [Path(path) for path in _NEEDED.findall(said)]
    if strange := [path for path in found if not path.is_relative_to(unpacked)]:
        raise CannotBuildError(f"{program.name} needs {strange[0].name}, which none of the packages holds")
    return [*found, loader]


def _modules(unpacked: Path) -> Iterator[tuple[str, bytes]]:
    """The kernel's modules, each after those it depends on."""
    files = {path.name.split(".")[0].replace("-", "_"): path for path in unpacked.rglob("*.ko*")}
    done: set[str] = set()

    def with_dependencies(name: str) -> Iterator[tuple[str, bytes]]:
        if name in done or name not in files:
            return
        done.add(name)
        path = files[name]
        data = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
        found = _DEPENDS.search(data)
        for other in found[1].decode().split(",") if found else ():
            yield from with_dependencies(other.replace("-", "_"))
        yield name, data

    for name in _MODULES:
        yield from with_dependencies(name)
    if not {"hci_vhci", "9p", "virtio_pci"} <= done:
        raise CannotBuildError("the kernel package lacks hci_vhci, 9p or virtio_pci")


def _pack(root: Path, to: Path, busybox: Path) -> None:
    """Write a folder as an initramfs, not compressed: emulated, a processor reads faster than it unpacks."""
    names = "\n".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with to.open("wb") as out:
        subprocess.run(
            [busybox, "cpio", "-o", "-H", "newc"],
            input=names.encode(),
            stdout=out,
            stderr=subprocess.DEVNULL,
            cwd=root,
            check=True,
        )


def _copy(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(path, to)


# --- apt ---------------------------------------------------------------------------------------------------


def _depends(package: str) -> list[str]:
    """What a package depends on, by name."""
    said = _run("apt-cache", "depends", "--important", package)
    found = re.findall(r"^\s*(?:PreDepends|Depends): ([a-z0-9][^\s:]*)", said, re.MULTILINE)
    if not found:
        raise CannotBuildError(f"apt knows no {package}: run `apt-get update`, then again")
    return found


def _libraries(packages: Iterable[str]) -> list[str]:
    """The library packages that packages depend on, directly or not."""
    only = [
        f"--no-{kind}" for kind in ("recommends", "suggests", "conflicts", "breaks", "replaces", "enhances")
    ]
    said = _run("apt-cache", "depends", "--recurse", *only, *packages)
    return sorted(set(re.findall(r"^((?:lib|zlib)[^\s:<]+)$", said, re.MULTILINE)))


def _download(packages: list[str], to: Path) -> None:
    try:
        _run("apt-get", "download", "-q", *packages, cwd=to)
    except CannotBuildError:
        if os.geteuid():
            raise
        _run("apt-get", "update", "-q")  # the lists are old: the packages they name are gone from the mirror
        _run("apt-get", "download", "-q", *packages, cwd=to)


def _run(*command: str, cwd: Path | None = None) -> str:
    """What a command printed.

    Raises:
        CannotBuildError: it failed; with the last lines it said.
    """
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=_DOWNLOAD_S,
        stdin=subprocess.DEVNULL, env=os.environ | {"LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise CannotBuildError(f"{' '.join(command[:3])} ... failed:\n{tail}")
    return done.stdout
