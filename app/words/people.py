"""Roles and people in the reader's words."""

from __future__ import annotations

from app.i18n import tr, when_text
from engine.types import Role, User


def role_words(role: Role) -> str:
    """A role's name."""
    return {
        Role.ADMINISTRATOR: tr("People", "Administrator"),
        Role.CLINICIAN: tr("People", "Clinician"),
        Role.STAFF: tr("People", "Staff"),
        Role.READER: tr("People", "Read only"),
    }[role]


def role_meaning(role: Role) -> str:
    """What a role may do."""
    return {
        Role.ADMINISTRATOR: tr("People", "Everything, with people, models, backups and updates."),
        Role.CLINICIAN: tr("People", "Asks, adds and removes documents, saves copies outside the workspace."),
        Role.STAFF: tr("People", "Asks and adds documents."),
        Role.READER: tr("People", "Asks and reads."),
    }[role]


def state_words(user: User) -> str:
    """When somebody was last here, or that they cannot be."""
    if user.disabled_at:
        return tr("People", "Disabled on {moment}", moment=when_text(user.disabled_at))
    if not user.last_sign_in_at:
        return tr("People", "Has not signed in yet")
    return tr("People", "Last here {moment}", moment=when_text(user.last_sign_in_at))
