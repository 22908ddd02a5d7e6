"""From a data key to an open workspace with somebody signed in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import UserError
from engine.paths import Paths
from engine.people.sign_in import Failures, SignedIn
from engine.people.throttle import Throttle
from engine.types import Actor
from engine.vault import earlier_keys, failures, rekey
from engine.vault.audit import chain
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.keys import Found, Keys
from engine.vault.session_keys import SessionKeys

_logger = logging.getLogger(__name__)

Note = Callable[[Connection, Failures], SignedIn | None]


@dataclass(frozen=True)
class Opened:
    """An open workspace and who opened it. known: the users who may.

    must_change: whoever opened it is to choose a passphrase of their own first.
    """

    database: Database
    keys: SessionKeys
    actor: Actor
    key_file: Keys
    known: frozenset[str]
    must_change: bool = False

    def close(self) -> None:
        """Close the database and wipe the keys."""
        self.database.close()
        self.keys.wipe()


def open_slot(paths: Paths, keys: Keys, found: Found, note: Note) -> Opened:
    """Open the workspace of a slot, if the data key is one that the slot's holder has known or follows such a one."""
    data = rekey.settle(paths, keys, found.keys)
    known = found.opening.knows(data)

    def begin(connection: Connection, told: Failures) -> SignedIn | None:
        if not known and not any(map(found.opening.knows, earlier_keys.all_of(connection))):
            raise failures.exchanged()
        return note(connection, told)

    opened = open_with(paths, keys, data, begin)
    if opened.known:  # nobody: a database from before there were people, opened with the recovery key
        quietly(lambda: keys.keep_only(opened.known))
    if not known:
        quietly(lambda: keys.pin(found, opened.keys.data))
    keys.heal()
    return opened


def open_with(paths: Paths, keys: Keys, data: bytearray, note: Note) -> Opened:
    """Open the database with a data key and let note write the sign-in into it; what failed before is told there.

    data is taken over. Raises what note raises, WrongPassphrase where it knows nobody, and what Database.open raises.
    """
    paths.prepare()
    session = SessionKeys(data)
    throttle = Throttle(paths.attempts_file)
    told = Failures(throttle.untold(), {slot.id: slot.user for slot in keys.slots})

    def begin(connection: Connection) -> SignedIn | None:
        chain.begin(connection, session.audit)
        return note(connection, told)

    try:
        database = Database.open(paths.vault_file, bytearray(session.data), backups=paths.backup_dir)
        try:
            signed = database.transaction(begin)
            if signed is None:
                raise failures.wrong_passphrase()
        except BaseException:
            database.close()
            raise
    except BaseException:
        session.wipe()
        raise
    throttle.told()
    return Opened(database, session, signed.actor, keys, signed.known, signed.must_change)


def quietly(change: Callable[[], None]) -> None:
    """The key file can be put in order at the next unlock too, where it cannot be written now."""
    try:
        change()
    except (OSError, UserError):
        _logger.warning("key_file_not_tidied")
