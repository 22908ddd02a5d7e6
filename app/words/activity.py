"""The record of who did what, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.i18n import moment_text, size_text, tr
from app.words.people import role_words
from engine.types import AuditEntry, AuditKind, Role

K = AuditKind


def kind_words(kind: AuditKind) -> str:
    """What was done: "Opened a document"."""
    return {
        K.BEGUN: tr("Activity", "Workspace created"),
        K.SIGN_IN: tr("Activity", "Signed in"),
        K.SIGN_IN_FAILED: tr("Activity", "Wrong passphrase"),
        K.EMERGENCY: tr("Activity", "Opened with the recovery key"),
        K.EMERGENCY_SEEN: tr("Activity", "Took note of emergency access"),
        K.LOCK: tr("Activity", "Locked"),
        K.PERSON_ADDED: tr("Activity", "Added a person"),
        K.PERSON_CHANGED: tr("Activity", "Changed a person"),
        K.PERSON_DISABLED: tr("Activity", "Disabled a person"),
        K.PASSWORD_CHANGED: tr("Activity", "Changed a passphrase"),
        K.RECOVERY_KEY: tr("Activity", "Made or checked the recovery key"),
        K.REKEYED: tr("Activity", "Gave the workspace a new key"),
        K.POLICY: tr("Activity", "Changed a rule for everybody"),
        K.MODEL: tr("Activity", "Changed a model"),
        K.DOCUMENT_ADDED: tr("Activity", "Added a document"),
        K.DOCUMENT_REMOVED: tr("Activity", "Removed a document"),
        K.DOCUMENT_RESTORED: tr("Activity", "Took a removed document back"),
        K.DOCUMENT_PURGED: tr("Activity", "Document erased"),
        K.DOCUMENT_VIEWED: tr("Activity", "Opened a document"),
        K.QUESTION: tr("Activity", "Asked a question"),
        K.ANSWER: tr("Activity", "Answer written"),
        K.CONVERSATION_DELETED: tr("Activity", "Removed a conversation"),
        K.CONVERSATION_RESTORED: tr("Activity", "Took a conversation back"),
        K.EXPORT: tr("Activity", "Saved a file outside"),
        K.BACKUP: tr("Activity", "Backup made"),
        K.BACKUP_FAILED: tr("Activity", "Backup failed"),
        K.RESTORE: tr("Activity", "Restored from a backup"),
        K.CHECK: tr("Activity", "Integrity checked"),
        K.CHECK_FAILED: tr("Activity", "Integrity check found damage"),
        K.UPDATE: tr("Activity", "Installed an update"),
        K.REFUSED: tr("Activity", "Refused: not allowed"),
        K.VISIT_BEGUN: tr("Activity", "Began a visit"),
        K.VISIT_VIEWED: tr("Activity", "Opened a visit"),
        K.VISIT_CHANGED: tr("Activity", "Changed a visit"),
        K.CONSENT: tr("Activity", "Noted the patient's consent"),
        K.RECORDING: tr("Activity", "Recorded a visit"),
        K.SOUND_DELETED: tr("Activity", "Recording deleted"),
        K.NOTE_DRAFTED: tr("Activity", "Note drafted"),
        K.NOTE_EDITED: tr("Activity", "Edited a note"),
        K.NOTE_SIGNED: tr("Activity", "Signed a note"),
        K.NOTE_AMENDED: tr("Activity", "Added to a signed note"),
        K.VISIT_DISCARDED: tr("Activity", "Discarded a visit"),
        K.VISIT_RESTORED: tr("Activity", "Took a discarded visit back"),
        K.TEMPLATE: tr("Activity", "Changed a note template"),
    }.get(kind, tr("Activity", "Something a later version knows"))


def kind_groups() -> list[tuple[str, frozenset[AuditKind]]]:
    """What can be filtered by, in the order of the list."""
    return [
        (tr("Activity", "Sign-ins and locks"), frozenset({K.SIGN_IN, K.SIGN_IN_FAILED, K.EMERGENCY, K.LOCK})),
        (tr("Activity", "Emergency access"), frozenset({K.EMERGENCY, K.EMERGENCY_SEEN})),
        (tr("Activity", "Questions and answers"), frozenset({K.QUESTION, K.ANSWER})),
        (
            tr("Activity", "Documents"),
            frozenset(
                {
                    K.DOCUMENT_ADDED,
                    K.DOCUMENT_REMOVED,
                    K.DOCUMENT_RESTORED,
                    K.DOCUMENT_PURGED,
                    K.DOCUMENT_VIEWED,
                }
            ),
        ),
        (
            tr("Activity", "Visits and notes"),
            frozenset(
                {
                    K.VISIT_BEGUN,
                    K.VISIT_VIEWED,
                    K.VISIT_CHANGED,
                    K.CONSENT,
                    K.RECORDING,
                    K.SOUND_DELETED,
                    K.NOTE_DRAFTED,
                    K.NOTE_EDITED,
                    K.NOTE_SIGNED,
                    K.NOTE_AMENDED,
                    K.VISIT_DISCARDED,
                    K.VISIT_RESTORED,
                    K.TEMPLATE,
                }
            ),
        ),
        (tr("Activity", "Files saved outside"), frozenset({K.EXPORT})),
        (
            tr("Activity", "People and passphrases"),
            frozenset({K.PERSON_ADDED, K.PERSON_CHANGED, K.PERSON_DISABLED, K.PASSWORD_CHANGED, K.RECOVERY_KEY}),
        ),
        (tr("Activity", "Rules, models, updates"), frozenset({K.POLICY, K.MODEL, K.UPDATE, K.REKEYED})),
        (
            tr("Activity", "Backups and checks"),
            frozenset({K.BACKUP, K.BACKUP_FAILED, K.RESTORE, K.CHECK, K.CHECK_FAILED}),
        ),
        (
            tr("Activity", "Failures and refusals"),
            frozenset({K.SIGN_IN_FAILED, K.REFUSED, K.BACKUP_FAILED, K.CHECK_FAILED}),
        ),
    ]


def person_words(entry: AuditEntry) -> str:
    """Who did it."""
    if entry.user_id == "recovery":
        return tr("Activity", "Recovery key")
    if not entry.user_id:
        return tr("Activity", "By itself") if entry.kind is not K.SIGN_IN_FAILED else tr("Activity", "Nobody")
    return entry.person or tr("Activity", "Somebody unknown")


def subject_words(subject: str, names: Mapping[str, str]) -> str:
    """What it was done to. names: of documents and people by their subjects."""
    if not subject:
        return ""
    if subject in names:
        return names[subject]
    kind, _, number = subject.partition(":")
    words = {
        "document": tr("Activity", "Document {number}, no longer here", number=number),
        "turn": tr("Activity", "Question {number}", number=number),
        "conversation": tr("Activity", "Conversation {number}", number=number),
        "user": tr("Activity", "Somebody who is no longer here"),
        "audit": tr("Activity", "The record of activity"),
        "visit": tr("Activity", "Visit {number}", number=number),
        "template": tr("Activity", "A note template"),
    }
    return words.get(kind, subject)


def detail_lines(entry: AuditEntry) -> list[tuple[str, str]]:
    """What else is recorded: a name and a value per line."""
    return [(_detail_name(name), _value(name, value)) for name, value in sorted(entry.details.items())]


def _detail_name(name: str) -> str:
    known = {
        "act": tr("Activity", "What"),
        "conversation": tr("Activity", "Conversation"),
        "count": tr("Activity", "How often"),
        "did": tr("Activity", "What"),
        "documents": tr("Activity", "Documents read"),
        "encrypted": tr("Activity", "Encrypted"),
        "file": tr("Activity", "File"),
        "first": tr("Activity", "First"),
        "how": tr("Activity", "How"),
        "last": tr("Activity", "Last"),
        "model": tr("Activity", "Model"),
        "permission": tr("Activity", "What was refused"),
        "problems": tr("Activity", "Problems found"),
        "reason": tr("Activity", "Reason"),
        "removed": tr("Activity", "Older ones removed"),
        "role": tr("Activity", "Role"),
        "seconds": tr("Activity", "Seconds"),
        "size": tr("Activity", "Size"),
        "state": tr("Activity", "State"),
        "version": tr("Activity", "Version"),
        "what": tr("Activity", "What"),
    }
    return known.get(name, name.replace("_", " ").capitalize())


def _value(name: str, value: Any) -> str:
    if isinstance(value, bool):
        value = tr("Activity", "yes") if value else tr("Activity", "no")
    if name == "size" and isinstance(value, int):
        value = size_text(value)
    if name == "role" and value in set(Role):
        return role_words(Role(value))
    if name in ("first", "last", "made") and isinstance(value, str):
        try:
            return moment_text(value)
        except ValueError:
            return value
    if isinstance(value, list):
        joint = " → " if len(value) == 2 and all(isinstance(each, int) for each in value) else ", "
        return joint.join(str(each) for each in value) or tr("Activity", "none")
    return str(value)
