"""Proof that no socket to another computer was asked for: strace's record of a program and all its children.

The room has no network, so nothing could have left; the record says more: nothing tried. A record is only worth
something if it shows a socket that is there, so the test plants one first.
"""

from __future__ import annotations

import re
from pathlib import Path

# The seccomp filter stops the program only at these calls; without it everything would run at a tenth of its speed.
_STRACE = ["strace", "-f", "--seccomp-bpf", "-qq", "-e", "trace=socket,connect,bind,sendto", "-e", "signal=none"]
_INTERNET = re.compile(r"\bsocket\((AF_INET6?|AF_PACKET)\b|\bsa_family=(AF_INET6?)\b")


def recorder(record: Path) -> list[str]:
    """The words to put before a command to have it watched."""
    return [*_STRACE, "-o", str(record)]


def internet_calls(record: Path) -> list[str]:
    """The recorded calls that have to do with the internet, loopback included."""
    lines = record.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if _INTERNET.search(line)]


def calls(record: Path) -> int:
    """How many calls were recorded: none would mean that nothing was watched."""
    return sum(1 for line in record.read_text(encoding="utf-8", errors="replace").splitlines() if "(" in line)
