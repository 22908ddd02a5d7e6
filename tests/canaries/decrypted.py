"""What stands in every page of a workspace's database, free ones included."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from engine.vault.driver import PAGE_BYTES

# SQLCipher 4: AES-256-CBC; at the end of a page its IV and an HMAC-SHA-512. https://www.zetetic.net/sqlcipher/design/
_IV_BYTES, _MAC_BYTES, _SALT_BYTES = 16, 64, 16


def pages(file: Path, key: bytes) -> bytes:
    """The content of all pages, decrypted with the raw key."""
    content, plain = file.read_bytes(), []
    end = PAGE_BYTES - _IV_BYTES - _MAC_BYTES
    for start in range(0, len(content), PAGE_BYTES):
        page = content[start : start + PAGE_BYTES]
        first = _SALT_BYTES if start == 0 else 0
        decryptor = Cipher(algorithms.AES256(key), modes.CBC(page[end : end + _IV_BYTES])).decryptor()
        plain.append(decryptor.update(page[first:end]) + decryptor.finalize())
    return b"".join(plain)
