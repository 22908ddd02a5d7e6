"""Changing what the administrator decides for everybody."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.context import AppContext
from engine.errors import UserError
from engine.types import Policy


def change_policy(
    context: AppContext, owner: QObject, change: Callable[[Policy], Policy], refused: Callable[[], object]
) -> None:
    """Store a change off the GUI thread; what fails is told, and refused shows again what is stored."""
    policy = context.workspace.policy

    def failed(error: UserError) -> None:
        refused()
        context.notices.error(error)

    context.operations.start(lambda _job: policy.update(change), owner=owner, on_failure=failed)
