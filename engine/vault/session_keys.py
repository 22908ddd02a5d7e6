"""The keys of an unlocked workspace, in memory only."""

from __future__ import annotations

from engine.vault.kdf import expand

KEY_BYTES = 32


class SessionKeys:
    """data opens the database; audit and backup are made from it for those two purposes alone.

    Held as bytearrays so that wipe() takes them out of memory. They never go into a log, an argument, an environment
    or a child process. Python's own copies on the way to a cipher live as long as the call.
    """

    def __init__(self, data: bytearray) -> None:
        """Takes data over and derives the others (HKDF-SHA256, RFC 5869)."""
        if len(data) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self.data = data
        self.audit = bytearray(expand(data, b"", b"chartside audit key 1"))
        self.backup = bytearray(expand(data, b"", b"chartside backup key 1"))

    def __repr__(self) -> str:
        return "SessionKeys(…)"

    def copy(self) -> SessionKeys:
        """The same keys apart from these, for work on a copy of the database that a re-keying must not disturb."""
        return SessionKeys(bytearray(self.data))

    def replace(self, data: bytearray) -> None:
        """Hold the keys of a re-keyed workspace instead, in the same place, so that whoever holds this has them."""
        fresh = SessionKeys(data)
        for mine, new in ((self.data, fresh.data), (self.audit, fresh.audit), (self.backup, fresh.backup)):
            mine[:] = new
        fresh.wipe()

    def wipe(self) -> None:
        """Overwrite all of them. Safe to call twice."""
        for key in (self.data, self.audit, self.backup):
            wipe(key)


def wipe(key: bytearray) -> None:
    key[:] = bytes(len(key))
