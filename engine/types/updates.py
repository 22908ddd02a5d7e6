"""Updates of the program as the window and the command line see them."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class UpdateStage(StrEnum):
    """CHECKING reads the file, TRYING starts the new version once, SAVING copies the workspace."""

    CHECKING = "checking"
    UNPACKING = "unpacking"
    TRYING = "trying"
    SAVING = "saving"
    SWITCHING = "switching"


class UpdateProgress(Struct, frozen=True):
    """Bytes done of total; total 0 where nothing is counted. Until SWITCHING an update can be cancelled."""

    stage: UpdateStage
    done: int = 0
    total: int = 0


class UpdateInfo(Struct, frozen=True):
    """A verified update file. created: ISO date. size: bytes that it takes on the disk once it is in."""

    version: str
    created: str
    size: int
    notes: str = ""


class EarlierCopy(Struct, frozen=True):
    """A copy of the workspace that an earlier version can open. made: ISO 8601 UTC time."""

    name: str
    made: str


class Copy(Struct, frozen=True):
    """The copy of the program that runs. updates: whether it can take an update file; why_not says it where it cannot.

    administrator: whether only an administrator may change it. asks: whether the desktop can ask for the password then.
    previous: the version that it can go back to. waiting: another one that is in place and used from the next start on.
    """

    version: str
    built: str = ""
    updates: bool = False
    why_not: str = ""
    administrator: bool = False
    asks: bool = False
    previous: str = ""
    waiting: str = ""
