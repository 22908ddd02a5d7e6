"""The operating system's keyring: a convenience that may be missing, locked, emptied or full of something else."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")

SECRET_BYTES = 32
_SERVICE = "Chartside"
# What we store has 44 characters, far below the 2,560 bytes that Windows allows; anything much longer is not ours.
_LONGEST = 256
_logger = logging.getLogger(__name__)


def available() -> bool:
    """Whether this computer has a keyring that keeps secrets encrypted."""
    return bool(_ask(lambda _: True))


def store(account: str, secret: bytes) -> bool:
    """Keep a secret and read it back; false where there is no keyring to use."""
    text = base64.b64encode(secret).decode()

    def put(keyring: ModuleType) -> bool:
        keyring.set_password(_SERVICE, account, text)
        return bool(keyring.get_password(_SERVICE, account) == text)

    return _ask(put) or False


def fetch(account: str) -> bytes | None:
    """The secret, or None where there is none that could be ours: absent, erased, changed, too long, or locked."""

    def get(keyring: ModuleType) -> bytes:
        text = keyring.get_password(_SERVICE, account) or ""
        return base64.b64decode(text, validate=True) if len(text) <= _LONGEST else b""

    secret = _ask(get)
    return secret if secret is not None and len(secret) == SECRET_BYTES else None


def erase(account: str) -> None:
    """Forget a secret. Where that fails, what stays opens nothing: its slot is gone from the key file."""
    _ask(lambda keyring: keyring.delete_password(_SERVICE, account))


def _ask(action: Callable[[ModuleType], T]) -> T | None:
    """What action returns, or None where there is no usable keyring: the passphrase always works without one."""
    try:
        import keyring

        # Backends below 1 are stand-ins: none at all, or a file in the clear.
        return action(keyring) if float(keyring.get_keyring().priority) >= 1 else None
    except Exception as error:  # noqa: BLE001 - backends are plug-ins over the system's services and raise anything
        _logger.info("keyring_not_available", extra={"fields": {"error": type(error).__name__}})
        return None
