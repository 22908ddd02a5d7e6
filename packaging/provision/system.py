"""System libraries: which are missing, and the command that installs them."""

from __future__ import annotations

from dataclasses import dataclass

from provision.machine import Machine

# What Qt's own libraries and plugins (xcb, wayland, offscreen), llama.cpp and sounddevice load from the system, as ldd
# lists it, with the Debian packages that hold it. Their own dependencies come with them.
LIBRARIES = {
    "libstdc++.so.6": "libstdc++6",
    "libgomp.so.1": "libgomp1",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libportaudio.so.2": "libportaudio2",
}


@dataclass(frozen=True)
class Installation:
    """commands install what is missing, in order; none where that cannot be done from here. advice says it in words."""

    commands: list[list[str]]
    advice: str


def missing_packages(machine: Machine, *, compiler: bool) -> list[str]:
    """The Debian packages for what this Linux machine lacks; compiler: whether llama.cpp has to be built."""
    if machine.system != "Linux":
        return []
    missing = [package for soname, package in LIBRARIES.items() if soname not in machine.libraries]
    if not machine.ensurepip:
        missing.append(f"python{machine.python[0]}.{machine.python[1]}-venv")
    if not machine.fonts:
        missing.append("fonts-dejavu-core")
    if not machine.certificates:
        missing.append("ca-certificates")
    if compiler and "c++" not in machine.programs:
        missing.append("build-essential")
    return sorted(missing)


def plan_installation(machine: Machine, packages: list[str]) -> Installation:
    """How to install packages: with apt-get as root or through a sudo that asks nothing; else what to type."""
    by_hand = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    if "apt-get" not in machine.programs:
        return Installation([], f"Install what these Debian packages hold, then start again: {' '.join(packages)}")
    if not machine.root and not machine.sudo:
        return Installation([], f"As an administrator, run this and then start again:\n\n  sudo sh -c '{by_hand}'\n")
    prefix = [] if machine.root else ["sudo", "-n"]
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    commands = [[*quiet, "update"], [*quiet, "install", "-y", "--no-install-recommends", *packages]]
    return Installation(commands, f"Installing system packages: {' '.join(packages)}")


def compiler_advice(machine: Machine) -> str:
    """What to do where a compiler is missing and no package list applies; empty where one is there."""
    if machine.system == "Darwin" and "c++" not in machine.programs:
        return "The compiler is missing. Run `xcode-select --install`, then start again."
    return ""
