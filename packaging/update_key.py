"""Make the key pair that updates are signed with: python packaging/update_key.py NAME --out FOLDER [--no-passphrase].

FOLDER/NAME.pem is the public key: it goes into every build (UPDATE_KEY=FOLDER/NAME.pem make installer).
FOLDER/NAME.private.pem is the private key, under a passphrase: keep it off this computer, and a copy of it in a safe.
Whoever has it can put any program on every computer that Chartside runs on; if it is lost, no installed copy can be
updated by file any more. A build may carry several public keys, so that a new one can be brought in by an update.
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from engine.updates.keys import key_id  # noqa: E402 - found through the path set above

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def main() -> int:
    """Make the pair; returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the key pair that updates are signed with.")
    parser.add_argument("name", help="for example chartside-2026: small letters, digits and -")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="a folder outside the repository")
    parser.add_argument("--no-passphrase", action="store_true", help="for tests only: the private key lies there open")
    args = parser.parse_args()
    folder: Path = args.out.resolve()
    if not _NAME.fullmatch(args.name):
        parser.error("the name may hold small letters, digits and - only")
    if folder.is_relative_to(ROOT):
        parser.error("a private key never lies in the repository: choose another folder")
    passphrase = None if args.no_passphrase else _passphrase()
    if passphrase is not None and len(passphrase) < 12:
        parser.error("a passphrase of at least 12 characters, twice the same")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    public = write_pair(key, folder, args.name, passphrase)
    print(f"{public}: key {key_id(key.public_key())}")
    return 0


def write_pair(key: Ed25519PrivateKey, folder: Path, name: str, passphrase: bytes | None) -> Path:
    """Write both files, neither over another; returns the public one. Raises FileExistsError."""
    lock = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, lock)
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    target = folder / f"{name}.pem"
    if target.exists():
        raise FileExistsError(target)
    _write(folder / f"{name}.private.pem", private, 0o600)
    _write(target, public, 0o644)
    return target


def _write(file: Path, content: bytes, mode: int) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as opened:
        opened.write(content)


def _passphrase() -> bytes:
    first = getpass.getpass("Passphrase of the private key: ")
    return first.encode() if first == getpass.getpass("The same again: ") else b""


if __name__ == "__main__":
    sys.exit(main())
