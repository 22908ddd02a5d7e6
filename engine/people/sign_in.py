"""What a sign-in does inside the vault that it has opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import structs

from engine.clock import utc_now
from engine.errors import UserError
from engine.people.permissions import actor_of, emergency_actor
from engine.people.throttle import UNKNOWN, Untold
from engine.types import Actor, AuditKind, Emergency, Role, User
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.key_slots import RECOVERY, Person, name_key
from engine.vault.repositories import users

FIRST_NAME = "Administrator"
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Failures:
    """Attempts that failed and stand in no audit yet. users: whose slot each is of."""

    by_slot: Mapping[str, Untold]
    users: Mapping[str, str]


@dataclass(frozen=True)
class SignedIn:
    """known: the users that may still open the workspace; their slots stay in the key file."""

    actor: Actor
    must_change: bool
    known: frozenset[str]


def clean_name(name: str) -> str:
    """A name as it is stored. Raises UserError for one that nobody could sign in with."""
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > _LONGEST_NAME or not cleaned.isprintable():
        raise UserError("This is no name to sign in with.", f"Use 1 to {_LONGEST_NAME} printable characters.")
    return cleaned


def add_first(connection: Connection, user_id: str, name: str) -> None:
    """Make the first person, an administrator, of a workspace that knows none."""
    users.insert(connection, User(user_id, name, Role.ADMINISTRATOR, utc_now()))
    users.adopt(connection, user_id)
    Journal().append(connection, AuditKind.PERSON_ADDED, _subject(user_id), by=user_id, role=Role.ADMINISTRATOR)


def first_administrator(connection: Connection) -> str:
    """The id of whoever the one passphrase of an older key file belongs to; makes that person where there is none."""
    found = users.administrators(connection)
    return found[0] if found else ""


def sign_in(connection: Connection, person: Person, failures: Failures, how: str) -> SignedIn | None:
    """Note the sign-in of a person whose slot has opened; None where the workspace does not know them (any more).

    person: with the name as it was typed, "" for none. how: "passphrase" or "keyring".
    """
    user_id, name = person.id, person.name
    if person.administrator and not users.list_all(connection):
        # A database from before there were people, put back beside newer keys.
        add_first(connection, user_id, " ".join(name.split()) or FIRST_NAME)
    user = users.get(connection, user_id)
    if user is None or user.disabled_at or (name.strip() and name_key(name) != name_key(user.name)):
        return None
    journal = Journal(lambda: user_id)
    _tell(connection, journal, failures)
    now = utc_now()
    journal.append(connection, AuditKind.SIGN_IN, _subject(user_id), how=how)
    users.update(connection, structs.replace(user, last_sign_in_at=now))
    return SignedIn(actor_of(user.id, user.name, user.role), user.must_change, _known(connection))


def emergency(connection: Connection, reason: str, failures: Failures) -> SignedIn:
    """Note a sign-in with the recovery key, for administrators to look at."""
    journal = Journal(lambda: RECOVERY)
    _tell(connection, journal, failures)
    now = utc_now()
    seq = journal.append(connection, AuditKind.EMERGENCY)
    users.add_emergency(connection, Emergency(seq, now, reason))
    return SignedIn(emergency_actor(), must_change=False, known=_known(connection))


def _tell(connection: Connection, journal: Journal, failures: Failures) -> None:
    for slot, untold in failures.by_slot.items():
        user_id = failures.users.get(slot, "")
        subject = "" if slot == UNKNOWN or not user_id else _subject(user_id)
        details = {"count": untold.count, "first": untold.first, "last": untold.last}
        journal.append(connection, AuditKind.SIGN_IN_FAILED, subject, by="", **details)


def _known(connection: Connection) -> frozenset[str]:
    return frozenset(user.id for user in users.list_all(connection) if not user.disabled_at)


def _subject(user_id: str) -> str:
    return f"user:{user_id}"
