"""The rule for new passphrases."""

from __future__ import annotations

import unicodedata

from engine.vault.failures import WeakPassphrase

MINIMUM_CHARACTERS = 10
_MINIMUM_DIFFERENT = 5


def check_passphrase(passphrase: str) -> None:
    """Raises WeakPassphrase unless it has at least 10 characters, 5 of them different."""
    normal = unicodedata.normalize("NFKC", passphrase)
    if len(normal) < MINIMUM_CHARACTERS or len(set(normal)) < _MINIMUM_DIFFERENT:
        raise WeakPassphrase(
            "This passphrase is too easy to guess.",
            f"Use at least {MINIMUM_CHARACTERS} characters, {_MINIMUM_DIFFERENT} of them different; "
            "four or more unrelated words are good.",
        )
