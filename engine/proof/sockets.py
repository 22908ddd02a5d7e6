"""The sockets of a process and everything below it, looked at again and again while it runs."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass

import psutil

INTERVAL_S = 0.05


@dataclass(frozen=True)
class Seen:
    """One socket. family: "IPv4", "IPv6" or "local" (cannot leave the computer). remote: "" without another end."""

    process: str
    pid: int
    family: str
    kind: str
    local: str = ""
    remote: str = ""

    @property
    def outside(self) -> bool:
        """Whether it can reach another computer, or be reached from one."""
        return self.family != "local" and not all(_is_loopback(end) for end in (self.local, self.remote) if end)

    def __str__(self) -> str:
        return f"{self.process}: {self.kind} {self.remote or f'open at {self.local}'}"


class SocketWatch:
    """Looks at a process tree again 50 ms after each look, on a thread of its own, from start() to stop()."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="socket-watch", daemon=True)
        self._seen: dict[tuple[int, int, str, str], Seen] = {}
        self._processes: dict[int, str] = {}
        self._started = time.monotonic()
        self.looks = 0
        self.seconds = 0.0

    def start(self) -> None:
        self._started = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Take a last look and end."""
        self._end.set()
        self._thread.join()
        self.seconds = time.monotonic() - self._started

    @property
    def outside(self) -> list[Seen]:
        """Sockets that could reach another computer."""
        return [seen for seen in self._seen.values() if seen.outside]

    @property
    def families(self) -> dict[str, int]:
        """How many sockets of which family there were."""
        return {"IPv4": 0, "IPv6": 0, "local": 0} | dict(Counter(seen.family for seen in self._seen.values()))

    @property
    def processes(self) -> int:
        """How many processes were looked at."""
        return len(self._processes)

    def _watch(self) -> None:
        while not self._end.wait(INTERVAL_S):
            self._look()
        self._look()

    def _look(self) -> None:
        try:
            root = psutil.Process(self._pid)
            tree = [root, *root.children(recursive=True)]
        except psutil.Error:
            return
        self.looks += 1
        for process in tree:
            try:
                name = process.name()
                connections = process.net_connections("all")
            except psutil.Error:
                continue  # it ended meanwhile
            self._processes[process.pid] = name
            for connection in connections:
                family, kind = _names(connection.family, connection.type)
                ends = _end(connection.laddr), _end(connection.raddr)
                seen = Seen(name, process.pid, family, kind, *ends)
                self._seen.setdefault((process.pid, connection.fd, seen.local, seen.remote), seen)


def _names(family: int, kind: int) -> tuple[str, str]:
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return "local", "local"
    return ("IPv4" if family == socket.AF_INET else "IPv6"), ("tcp" if kind == socket.SOCK_STREAM else "udp")


def _end(address: tuple[str, int] | tuple[()] | str) -> str:
    """An end of a connection as text, "" where there is none; local sockets have a path instead."""
    if isinstance(address, str) or not address:
        return ""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _is_loopback(end: str) -> bool:
    host = end.rpartition(":")[0].strip("[]").partition("%")[0]
    address = ipaddress.ip_address(host)
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
