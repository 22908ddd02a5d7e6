"""Make a signed update file from a bundle: python packaging/sign_update.py BUNDLE --key NAME.private.pem [options].

BUNDLE is the folder that PyInstaller made, with BUILD.json, or the .tar.xz of it that `make installer` leaves. The file
is named chartside-VERSION-PLATFORM[-GPU].chartside-update; the same bundle, key and options give the same bytes.
docs/adr/0007-update-files.md tells the format.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import hashlib
import io
import lzma
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT))

from engine.installation import Build, Installation  # noqa: E402 - found through the path set above
from engine.updates import container, manifest  # noqa: E402
from engine.updates.keys import key_id, sign  # noqa: E402

# Each block is an xz stream of its own, so that blocks are compressed side by side and still give the same bytes.
_BLOCK = 64 * 2**20


@dataclass(frozen=True)
class Content:
    """Sums of what a payload holds."""

    unpacked: int
    entries: int


def main() -> int:
    """Write the update file and name it; returns the exit status."""
    parser = argparse.ArgumentParser(description="Make a signed update file from a bundle.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="the private key, PEM")
    parser.add_argument("--passphrase-file", type=Path, help="holds the private key's passphrase")
    parser.add_argument("--updates-from", default="0.1.0", metavar="VERSION", help="the oldest version it may go over")
    parser.add_argument("--notes", type=Path, metavar="FILE", help="what is new, plain text, for the person")
    parser.add_argument("--out", type=Path, default=Path("dist"), metavar="FOLDER")
    parser.add_argument("--preset", type=int, choices=range(10), default=6, help="xz: 0 is fast, 9 is small (6)")
    args = parser.parse_args()
    notes = args.notes.read_text("utf-8").strip() if args.notes else ""
    key = load_key(args.key, args.passphrase_file)
    args.out.mkdir(parents=True, exist_ok=True)
    with unpacked_bundle(args.bundle.resolve(), args.out) as bundle:
        installation = Installation.at(bundle)
        if installation is None:
            parser.error(f"{args.bundle} has no readable BUILD.json")
        options = {"updates_from": args.updates_from, "notes": notes, "preset": args.preset}
        file = make(bundle, installation.build, key, args.out, **options)
    print(f"{file}: {file.stat().st_size / 1e6:.1f} MB, signed with key {key_id(key.public_key())}")
    return 0


@contextlib.contextmanager
def unpacked_bundle(given: Path, scratch: Path) -> Iterator[Path]:
    """The folder of a bundle; of one that is packed (.tar.xz, one folder inside) while the block runs."""
    if given.is_dir():
        yield given
        return
    with tempfile.TemporaryDirectory(dir=scratch, prefix=".bundle-") as folder:
        with tarfile.open(given) as tar:
            tar.extractall(folder, filter="data")
        (inside,) = Path(folder).iterdir()
        yield inside


def make(
    bundle: Path,
    build: Build,
    key: Ed25519PrivateKey,
    out: Path,
    *,
    updates_from: str = "0.1.0",
    notes: str = "",
    preset: int = 6,
) -> Path:
    """Write the update file of a bundle into out and return it; nothing half-written stays there."""
    with tempfile.TemporaryDirectory(dir=out, prefix=".update-") as scratch:
        payload = Path(scratch, manifest.PAYLOAD)
        content = pack(bundle, payload, build.source_date_epoch, preset)
        with payload.open("rb") as packed:
            digest = hashlib.file_digest(packed, "sha256").hexdigest()
        told = manifest.Manifest(
            version=build.version,
            platform=build.platform,
            gpu=build.gpu,
            updates_from=updates_from,
            size=payload.stat().st_size,
            sha256=digest,
            unpacked=content.unpacked,
            entries=content.entries,
            created=datetime.fromtimestamp(build.source_date_epoch, UTC).date().isoformat(),
            notes=notes,
        )
        signed = manifest.encode(told)
        manifest.decode(signed)  # what a reader would refuse is refused here
        finished = Path(scratch, "update")
        with finished.open("xb") as file:
            container.write(file, signed, sign(key, signed), payload, told.payload)
            os.fsync(file.fileno())
        gpu = "" if build.gpu == "none" else f"-{build.gpu}"
        return finished.replace(out / f"chartside-{build.version}-{build.platform}{gpu}.chartside-update")


def pack(bundle: Path, target: Path, epoch: int, preset: int) -> Content:
    """Write the bundle as tar.xz: sorted, with one time, one owner and only the right to execute kept."""
    unpacked = entries = 0
    with (
        target.open("xb") as file,
        _Blocks(file, preset) as blocks,
        tarfile.open(fileobj=blocks, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in sorted(bundle.rglob("*")):
            entry = _entry(tar, path, path.relative_to(bundle).as_posix(), epoch)
            unpacked += entry.size
            entries += 1
            if entry.isreg():
                with path.open("rb") as source:
                    tar.addfile(entry, source)
            else:
                tar.addfile(entry)
    return Content(unpacked, entries)


def load_key(file: Path, passphrase_file: Path | None) -> Ed25519PrivateKey:
    """Raises ValueError for anything but an Ed25519 private key with the right passphrase."""
    content = file.read_bytes()
    passphrase = None
    if b"ENCRYPTED" in content:
        typed = (
            passphrase_file.read_text("utf-8").split("\n")[0] if passphrase_file else getpass.getpass("Passphrase: ")
        )
        passphrase = typed.encode()
    key = load_pem_private_key(content, passphrase)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{file} is not an Ed25519 private key")
    return key


def _entry(tar: tarfile.TarFile, path: Path, name: str, epoch: int) -> tarfile.TarInfo:
    entry = tar.gettarinfo(str(path), name)
    if entry.islnk():  # two names of one file on the build machine are two files in a bundle
        entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", path.stat().st_size
    if not (entry.isreg() or entry.isdir() or entry.issym()):
        raise ValueError(f"{path} is neither a file, a folder nor a symbolic link")
    entry.mtime = epoch
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry


class _Blocks(io.RawIOBase):
    """Compresses what is written to it, block by block on every processor, into one file of several xz streams."""

    def __init__(self, target: BinaryIO, preset: int) -> None:
        self._target = target
        self._preset = preset
        self._block = bytearray()
        self._workers = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._workers)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self._block += view
        while len(self._block) >= _BLOCK * self._workers:
            self._flush_blocks(_BLOCK * self._workers)
        return view.nbytes

    def close(self) -> None:
        if not self.closed:
            self._flush_blocks(len(self._block))
            self._pool.shutdown()
        super().close()

    def _flush_blocks(self, size: int) -> None:
        with memoryview(bytes(self._block[:size])) as whole:
            parts = [bytes(whole[at : at + _BLOCK]) for at in range(0, size, _BLOCK)]
        del self._block[:size]
        for packed in self._pool.map(self._compress, parts):
            self._target.write(packed)

    def _compress(self, block: bytes) -> bytes:
        return lzma.compress(block, preset=self._preset)


if __name__ == "__main__":
    sys.exit(main())
