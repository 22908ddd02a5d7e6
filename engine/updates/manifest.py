"""update.json: what an update file holds, signed as a whole."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from engine.updates import refusals
from engine.versions import PATTERN, order

SCHEMA = 1
PAYLOAD = "bundle.tar.xz"

# Far above a bundle without models (1.7 GB with every library), far below what would fill a disk by mistake.
MAX_PAYLOAD = 6 * 2**30
MAX_UNPACKED = 16 * 2**30
MAX_ENTRIES = 200_000

Version = Annotated[str, Meta(pattern=PATTERN)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,40}\Z")]


class Manifest(Struct, frozen=True):
    """What is signed. Fields that a later version adds are skipped; what changes a meaning raises schema.

    updates_from: the oldest version that this one can be put over. unpacked and entries: bytes and number of what the
    payload holds. created: ISO date. notes: what is new, for the person, in plain text.
    """

    version: Version
    platform: Name
    gpu: Name
    updates_from: Version
    size: Annotated[int, Meta(ge=1, le=MAX_PAYLOAD)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
    unpacked: Annotated[int, Meta(ge=1, le=MAX_UNPACKED)]
    entries: Annotated[int, Meta(ge=1, le=MAX_ENTRIES)]
    created: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d\Z")]
    notes: Annotated[str, Meta(max_length=4000)] = ""
    payload: Literal["bundle.tar.xz"] = "bundle.tar.xz"
    schema: int = SCHEMA
    format: Literal["chartside-update"] = "chartside-update"


class _Stamp(Struct, frozen=True):
    format: Literal["chartside-update"]
    schema: int


def encode(manifest: Manifest) -> bytes:
    """The bytes that are signed."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def decode(content: bytes) -> Manifest:
    """Only for content whose signature was verified. Raises UpdateRefused."""
    try:
        stamp = msgspec.json.decode(content, type=_Stamp)
        if stamp.schema > SCHEMA:
            raise refusals.newer_format(stamp.schema)
        return msgspec.json.decode(content, type=Manifest)
    except msgspec.MsgspecError as error:
        raise refusals.unusable(str(error)) from error


def check_fits(manifest: Manifest, *, version: str, gpu: str, system: str) -> None:
    """Raises UpdateRefused unless the update is meant for, and newer than, a copy with these properties."""
    if manifest.platform != system:
        raise refusals.other_platform(manifest.platform, system)
    if manifest.gpu != gpu:
        raise refusals.other_build(manifest.gpu, gpu)
    if order(manifest.version) == order(version):
        raise refusals.same_version(version)
    if order(manifest.version) < order(version):
        raise refusals.older(manifest.version, version)
    if order(version) < order(manifest.updates_from):
        raise refusals.needs_step(version, manifest.updates_from)
