"""The recovery key: random bits in groups that a person can write down and type back.

32 characters of Crockford's base32 (0-9 and A-Z without I, L, O, U; https://www.crockford.com/base32.html) in eight
groups of four: 140 random bits, then 20 bits of a checksum over them, so that a slip is told as one.
"""

from __future__ import annotations

import hashlib
import secrets

from engine.errors import UserError

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # pragma: allowlist secret
_GROUP = 4
_RANDOM_CHARACTERS = 28
_CHECK_CHARACTERS = 4
# What people read and type in place of what stands there.
_SLIPS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_BETWEEN = str.maketrans("", "", " \t\r\n\u00a0-–—.,:;_/")


class MistypedRecoveryKey(UserError):
    """What was typed is no recovery key: a character is missing or wrong."""


def generate() -> str:
    """A new key as it is shown and printed."""
    random = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM_CHARACTERS))
    return shown(random + _check(random))


def shown(characters: str) -> str:
    """The 32 characters in groups."""
    return " ".join(characters[start : start + _GROUP] for start in range(0, len(characters), _GROUP))


def secret_of(typed: str) -> bytes:
    """The secret behind a typed key; capitals, separators, O for 0 and I or L for 1 are forgiven.

    Raises MistypedRecoveryKey.
    """
    characters = typed.translate(_BETWEEN).upper().translate(_SLIPS)
    whole = _RANDOM_CHARACTERS + _CHECK_CHARACTERS
    if len(characters) != whole:
        raise _mistyped(f"A recovery key has {whole} characters; this has {len(characters)}.")
    if strange := next((each for each in characters if each not in _ALPHABET), None):
        raise _mistyped(f"“{strange}” does not occur in a recovery key.")
    random, check = characters[:_RANDOM_CHARACTERS], characters[_RANDOM_CHARACTERS:]
    if not secrets.compare_digest(check, _check(random)):
        raise _mistyped("One of the characters is not as it was written down.")
    return random.encode("ascii")


def _check(random: str) -> str:
    number = int.from_bytes(hashlib.sha256(f"chartside recovery key {random}".encode()).digest()[:4], "big")
    return "".join(_ALPHABET[(number >> 5 * place) & 31] for place in range(_CHECK_CHARACTERS))


def _mistyped(what: str) -> MistypedRecoveryKey:
    return MistypedRecoveryKey(what, "Compare it with the sheet group by group, and type it again.")
