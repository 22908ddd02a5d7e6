"""All children of one program: one client per role, closed together."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import psutil

from engine.workers.client import WorkerClient
from engine.workers.roles import Role


class Supervisor:
    """Hands out one client per role. Thread-safe. environment is added to every child's."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._clients = {role: WorkerClient(role, environment) for role in Role}

    def client(self, role: Role) -> WorkerClient:
        return self._clients[role]

    def processes(self) -> list[tuple[Role, int, int]]:
        """The running children: role, process id, resident memory in bytes."""
        found = []
        for role, client in self._clients.items():
            pid = client.pid
            if pid is None:
                continue
            try:
                found.append((role, pid, psutil.Process(pid).memory_info().rss))
            except psutil.NoSuchProcess:
                continue
        return found

    def close(self) -> None:
        """End every child and wait for it. Safe to call twice."""
        threads = [threading.Thread(target=client.close) for client in self._clients.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
