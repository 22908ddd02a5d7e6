"""The record of who did what."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class AuditKind(StrEnum):
    """Kinds of acts. Values are stored: none may be renamed. UNKNOWN is never written: an entry of a later version."""

    BEGUN = "begun"
    SIGN_IN = "sign-in"
    SIGN_IN_FAILED = "sign-in failed"
    EMERGENCY = "emergency access"
    EMERGENCY_SEEN = "emergency access seen"
    LOCK = "lock"
    PERSON_ADDED = "person added"
    PERSON_CHANGED = "person changed"
    PERSON_DISABLED = "person disabled"
    PASSWORD_CHANGED = "password changed"  # noqa: S105  # pragma: allowlist secret
    RECOVERY_KEY = "recovery key"
    REKEYED = "re-keyed"
    POLICY = "policy changed"
    MODEL = "model changed"
    DOCUMENT_ADDED = "document added"
    DOCUMENT_REMOVED = "document removed"
    DOCUMENT_RESTORED = "document restored"
    DOCUMENT_PURGED = "document purged"
    DOCUMENT_VIEWED = "document viewed"
    SEARCH = "search"
    QUESTION = "question"
    ANSWER = "answer"
    CONVERSATION_DELETED = "conversation deleted"
    CONVERSATION_RESTORED = "conversation restored"
    EXPORT = "export"
    BACKUP = "backup"
    BACKUP_FAILED = "backup failed"
    RESTORE = "restore"
    CHECK = "integrity check"
    CHECK_FAILED = "integrity check failed"
    UPDATE = "update"
    REFUSED = "refused"
    VISIT_BEGUN = "visit begun"
    VISIT_VIEWED = "visit viewed"
    VISIT_CHANGED = "visit changed"
    CONSENT = "consent"
    RECORDING = "recording"
    SOUND_DELETED = "sound deleted"
    NOTE_DRAFTED = "note drafted"
    NOTE_EDITED = "note edited"
    NOTE_SIGNED = "note signed"
    NOTE_AMENDED = "note amended"
    VISIT_DISCARDED = "visit discarded"
    VISIT_RESTORED = "visit restored"
    TEMPLATE = "template changed"
    UNKNOWN = "unknown"


class AuditEntry(Struct, frozen=True):
    """One act. subject: what it was done to ("document:12"), "" for nothing; details: ids, counts and words of the
    program, never patient text. person: the name of who did it, as it is now; "" where nobody was signed in."""

    seq: int
    at: str
    user_id: str
    person: str
    kind: AuditKind
    subject: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class AuditFilter(Struct, frozen=True):
    """Which entries to show; "" and None do not restrict. since and until: ISO times, half open."""

    user_id: str = ""
    kinds: frozenset[AuditKind] | None = None
    subject: str = ""
    since: str = ""
    until: str = ""


class AuditHead(Struct, frozen=True):
    """How far a record went: entries from 1 to seq; digest and mac are those of the last one, in hexadecimal."""

    workspace: str
    seq: int
    at: str
    digest: str
    mac: str


class AuditVerdict(Struct, frozen=True):
    """What a verification found. first_bad: sequence number of the first entry that is not as it was written, None
    when all are. problem: what is wrong, "" when nothing is. signed_by: the fingerprint of the key that an export was
    signed with."""

    entries: int
    head: AuditHead | None = None
    first_bad: int | None = None
    problem: str = ""
    signed_by: str = ""
