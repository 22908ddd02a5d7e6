"""Signatures, pinned keys, and the tool that makes a pair."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from engine.updates.keys import PinnedKeys, key_id, public_key, sign
from engine.updates.refusals import UpdateRefused

ROOT = Path(__file__).resolve().parents[3]
MANIFEST = b'{"version": "1.0.0"}'


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def test_a_signature_of_a_pinned_key_is_taken(key: Ed25519PrivateKey) -> None:
    others = [Ed25519PrivateKey.generate().public_key() for _ in range(2)]
    PinnedKeys([*others, key.public_key()]).verify(sign(key, MANIFEST), MANIFEST)


def test_a_signature_without_the_domain_is_refused(key: Ed25519PrivateKey) -> None:
    plain = f"{key_id(key.public_key())}\n{base64.b64encode(key.sign(MANIFEST)).decode()}\n".encode()
    with pytest.raises(UpdateRefused, match="wrong"):
        PinnedKeys([key.public_key()]).verify(plain, MANIFEST)


def test_another_keys_signature_under_a_pinned_name_is_refused(key: Ed25519PrivateKey) -> None:
    stranger = Ed25519PrivateKey.generate()
    renamed = key_id(key.public_key()).encode() + sign(stranger, MANIFEST)[16:]
    with pytest.raises(UpdateRefused, match="wrong"):
        PinnedKeys([key.public_key()]).verify(renamed, MANIFEST)


def test_odd_signature_files_are_refused(key: Ed25519PrivateKey) -> None:
    good = sign(key, MANIFEST)
    pinned = PinnedKeys([key.public_key()])
    for odd in (
        b"",
        b"\n",
        good[:-1],
        good + b"\n",
        good + good,
        good.upper(),
        good.replace(b"==", b"AA"),
        b"\xff" * 106,
    ):
        with pytest.raises(UpdateRefused):
            pinned.verify(odd, MANIFEST)
    with pytest.raises(UpdateRefused, match="wrong"):
        pinned.verify(good, MANIFEST + b" ")
    with pytest.raises(UpdateRefused, match="does not know"):
        PinnedKeys(()).verify(good, MANIFEST)


def test_only_ed25519_public_keys_are_pinned(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    other = generate_private_key(SECP256R1()).public_key()
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        public_key(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "README.md").write_text("no key")
    assert len(PinnedKeys.shipped(tmp_path)) == 0
    assert len(PinnedKeys.shipped(tmp_path / "none")) == 0
    (tmp_path / "a.pem").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    (tmp_path / "b.pem").write_text("no key")
    assert len(PinnedKeys.shipped(tmp_path)) == 1
    PinnedKeys.shipped(tmp_path).verify(sign(key, MANIFEST), MANIFEST)


def test_the_repository_pins_no_key() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )
    assert [name for name in listed if name.endswith(".pem")] == []


def test_the_tool_makes_a_pair_that_signs(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "packaging" / "update_key.py", "clinic-test", "--out", tmp_path / "keys"]
    made = subprocess.run([*command, "--no-passphrase"], capture_output=True, text=True, check=True)
    private, public = tmp_path / "keys" / "clinic-test.private.pem", tmp_path / "keys" / "clinic-test.pem"
    assert private.stat().st_mode & 0o777 == 0o600
    key = load_pem_private_key(private.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    assert re.search(rf"key {key_id(public_key(public.read_bytes()))}\n", made.stdout)
    PinnedKeys([public_key(public.read_bytes())]).verify(sign(key, MANIFEST), MANIFEST)
    again = subprocess.run([*command, "--no-passphrase"], capture_output=True, text=True, check=False)
    assert "FileExistsError" in again.stderr
    assert load_pem_private_key(private.read_bytes(), None).private_bytes_raw() == key.private_bytes_raw()  # type: ignore[union-attr]


def test_the_tool_puts_no_private_key_into_the_repository() -> None:
    command = [sys.executable, ROOT / "packaging" / "update_key.py", "x", "--no-passphrase", "--out"]
    refused = subprocess.run([*command, ROOT / "resources"], capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert "never lies in the repository" in refused.stderr
