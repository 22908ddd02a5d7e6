"""A clean Debian in a folder, and a room around it: no network but loopback, its own processes and mounts.

The base is made once with debootstrap and kept packed; every run begins with a fresh copy. What an installer depends
on is installed there beforehand, as on a clinic's PC that has a desktop; the program itself goes in without a network.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

SUITE = "bookworm"
PERSON = "nurse"
# A screen, a window manager, hands, and something that takes pictures. None of them brings Python or a compiler.
_DESKTOP = ("xvfb", "jwm", "xdotool", "imagemagick", "x11-utils", "dbus", "xz-utils", "procps")
_FORBIDDEN = ("python3", "python", "gcc", "cc", "g++", "make", "curl", "wget")


class Unclean(Exception):
    """The base holds something that a clinic's PC would not have, so the test would prove nothing."""


def own_mirror() -> str:
    """The place that this computer's apt has the suite from. Raises AssertionError where it has it from nowhere."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", f"Codename: {SUITE}"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    if not found:
        raise AssertionError(f"apt knows no place for Debian's {SUITE}: name one with --mirror, or run apt-get update")
    return found[0]


def prepare_base(cache: Path, depends: Sequence[str], mirror: str) -> Path:
    """A packed base with what the package depends on and a desktop; made unless it is there. Needs a network once."""
    wanted = sorted({*depends, *_DESKTOP})
    key = hashlib.sha256("\n".join([SUITE, *wanted]).encode()).hexdigest()[:12]
    packed = cache / f"base-{SUITE}-{key}.tar"
    if packed.exists():
        return packed
    cache.mkdir(parents=True, exist_ok=True)
    folder = cache / "base.partial"
    shutil.rmtree(folder, ignore_errors=True)
    _run("debootstrap", "--variant=minbase", SUITE, str(folder), mirror)
    (folder / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (folder / "usr/sbin/policy-rc.d").chmod(0o755)
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", folder / "etc" / name)
    chroot = ["chroot", str(folder), "env", "DEBIAN_FRONTEND=noninteractive"]
    _run(*chroot, "apt-get", "-qq", "update")
    _run(*chroot, "apt-get", "-qq", "install", "-y", "--no-install-recommends", *wanted)
    _run(*chroot, "apt-get", "clean")
    _run(*chroot, "useradd", "--create-home", "--shell", "/bin/sh", PERSON)
    found = [
        name for name in _FORBIDDEN if any((folder / place / name).exists() for place in ("usr/bin", "usr/local/bin"))
    ]
    if found:
        raise Unclean(f"the clean system has {', '.join(found)}")
    partial = packed.with_suffix(".partial")
    _run("tar", "-C", str(folder), "-cf", str(partial), ".")
    partial.rename(packed)
    shutil.rmtree(folder)
    return packed


class Room:
    """A running room. Everything started in it ends with it."""

    def __init__(self, root: Path, keeper: subprocess.Popen[bytes], inside: int) -> None:
        self.root = root
        self._keeper = keeper
        self._inside = inside

    @classmethod
    @contextlib.contextmanager
    def open(cls, packed: Path, root: Path) -> Iterator[Room]:
        """Unpack a fresh copy into root and close the room around it."""
        shutil.rmtree(root, ignore_errors=True)
        root.mkdir(parents=True)
        _run("tar", "-C", str(root), "-xpf", str(packed))
        mounts = [
            f"mount --bind /dev {root}/dev",
            f"mount -t tmpfs none {root}/dev/shm",  # noqa: S108 - of the room
            f"mount -t proc none {root}/proc",
        ]
        script = " && ".join(["ip link set lo up", *mounts, "exec sleep infinity"])
        command = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", script]
        with subprocess.Popen(command) as keeper:
            try:
                yield cls(root, keeper, _child_of(keeper, root))
            finally:
                keeper.kill()
        shutil.rmtree(root, ignore_errors=True)

    def command(self, *words: str, person: bool = False, environment: Mapping[str, str] | None = None) -> list[str]:
        """The command line that runs words in the room, as root or as the person, with only this environment."""
        home = f"/home/{PERSON}" if person else "/root"
        settings = {
            "HOME": home,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "DISPLAY": ":9",
            **(environment or {}),
        }
        enter = ["nsenter", "-t", str(self._inside), "--net", "--mount", "--pid", "--", "chroot"]
        user = [f"--userspec={PERSON}:{PERSON}"] if person else []
        change = [f"{name}={value}" for name, value in settings.items()]
        return [*enter, *user, str(self.root), "env", "-i", *change, "sh", "-c", 'cd && exec "$@"', "sh", *words]

    def run(self, *words: str, person: bool = False, check: bool = True, timeout: float = 600) -> str:
        """Run words to their end and return what they printed. Raises AssertionError with it where they fail."""
        done = subprocess.run(
            self.command(*words, person=person),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(words)} failed ({done.returncode}):\n{done.stdout}")
        return done.stdout

    def start(
        self, *words: str, person: bool = False, before: Sequence[str] = (), log: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start words and let them run. before: a program of this computer that starts and watches them."""
        command = [*before, *self.command(*words, person=person)]
        if log is None:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        with log.open("wb") as file:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)

    def path(self, inside: str) -> Path:
        """A path of the room, seen from outside."""
        return self.root / inside.lstrip("/")


def _child_of(keeper: subprocess.Popen[bytes], root: Path) -> int:
    """The first process of the room, once everything is mounted."""
    children = Path(f"/proc/{keeper.pid}/task/{keeper.pid}/children")
    for _ in range(100):
        if keeper.poll() is not None:
            break
        found = children.read_text().split()
        if found and Path(f"/proc/{found[0]}/comm").read_text().strip() == "sleep":
            return int(found[0])
        time.sleep(0.05)
    raise AssertionError(f"the room around {root} could not be closed: namespaces or mounts are not allowed here")


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stdout[-4000:]}")
