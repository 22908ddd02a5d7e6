from __future__ import annotations

import pytest

from engine.workers import supervisor as supervisor_module
from engine.workers.client import WorkerClient
from engine.workers.protocol import Empty
from engine.workers.roles import Role
from engine.workers.supervisor import Supervisor
from tests.engine.workers import role_for_tests as role
from tests.engine.workers.conftest import MODULE


def test_one_client_per_role_and_all_closed_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        supervisor_module, "WorkerClient", lambda role, environment: WorkerClient(role, environment, module=MODULE)
    )
    supervisor = Supervisor({"CHARTSIDE_TEST": "x"})
    assert supervisor.client(Role.MEMORY) is supervisor.client(Role.MEMORY)
    assert supervisor.client(Role.MEMORY) is not supervisor.client(Role.MEDIA)
    assert supervisor.processes() == []
    pids = {r: supervisor.client(r).call(role.PID, Empty()).n for r in (Role.MEMORY, Role.MEDIA)}
    found = supervisor.processes()
    assert {(r, p) for r, p, _ in found} == set(pids.items())
    assert all(rss > 1_000_000 for _, _, rss in found)
    supervisor.close()
    supervisor.close()
    assert supervisor.processes() == []


def test_every_role_names_a_module() -> None:
    assert all(r.module.startswith("engine.") and r.label for r in Role)
