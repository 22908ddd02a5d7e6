"""People who may open a workspace, and what each may do."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What a person is in the clinic; engine.people.permissions says what each may do."""

    ADMINISTRATOR = "administrator"
    CLINICIAN = "clinician"
    STAFF = "staff"
    READER = "read-only"


class Permission(StrEnum):
    """Acts that not everybody may do. What is not named here everybody who signed in may."""

    ASK = "ask"
    EXPORT = "export"
    ADD_DOCUMENTS = "add documents"
    REMOVE_DOCUMENTS = "remove documents"
    MANAGE_MODELS = "manage models"
    MANAGE_PEOPLE = "manage people"
    CHANGE_POLICY = "change policy"
    BACK_UP = "back up"
    READ_AUDIT = "read audit"
    UPDATE_PROGRAM = "update program"
    WRITE_NOTES = "write notes"
    SIGN_NOTES = "sign notes"
    CHANGE_TEMPLATES = "change templates"


class User(Struct, frozen=True):
    """One person. name: to sign in with, unique whatever its capitals. disabled_at, last_sign_in_at: "" for never.

    must_change: the password was set by somebody else and is to be changed at the next sign-in.
    """

    id: str
    name: str
    role: Role
    created_at: str
    disabled_at: str = ""
    last_sign_in_at: str = ""
    must_change: bool = False


class Actor(Struct, frozen=True):
    """Who is signed in. emergency: with the recovery key; id is then "recovery" and name is empty."""

    id: str
    name: str
    role: Role
    permissions: frozenset[Permission]
    emergency: bool = False


class RecoveryState(Struct, frozen=True):
    """The recovery key: when it was made and when it was last typed and found right; "" for never."""

    made_at: str = ""
    tested_at: str = ""


class VaultInfo(Struct, frozen=True):
    """The encrypted store. size: bytes of the database."""

    schema: int
    cipher: str
    size: int


class RekeyStep(StrEnum):
    COPYING = "copying"
    ENCRYPTING = "encrypting"
    CHECKING = "checking"
    EARLIER_COPIES = "earlier copies"


class RekeyProgress(Struct, frozen=True):
    """done of total: bytes while copying, copies at the last step; 0 of 0 where that is not known."""

    step: RekeyStep
    done: int = 0
    total: int = 0


class Emergency(Struct, frozen=True):
    """A sign-in with the recovery key that no administrator has looked at yet. seq: its entry in the audit."""

    seq: int
    at: str
    reason: str
