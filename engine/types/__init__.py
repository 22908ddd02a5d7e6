"""Plain values that cross boundaries: between processes, services, window and command line.

Offsets are character offsets (Python string indices), half open [start, end). Times are ISO 8601 UTC strings.
Pages are numbered from 1 as the reader counts them.
"""

from __future__ import annotations

from engine.types.answers import Answer, Evaluated, Making, Segment, Timings
from engine.types.audit import AuditEntry, AuditFilter, AuditHead, AuditKind, AuditVerdict
from engine.types.backups import (
    BackupInfo,
    BackupPolicy,
    BackupProgress,
    BackupStage,
    BackupState,
    CheckReport,
    Policy,
)
from engine.types.changes import Change, MemoryStatus, ProcessInfo, Topic
from engine.types.conversations import AskEvent, AskStage, Conversation, Turn, TurnState
from engine.types.documents import (
    CELL_MARK,
    Chunk,
    DocumentInfo,
    DocumentState,
    DocumentText,
    Heading,
    LineBox,
    PageText,
    Problem,
)
from engine.types.evidence import Finding, FindingKind, OmissionKind, Sentence, Source, Verdict
from engine.types.models import DeviceInfo, FetchProgress, FetchStage, Fit, ModelInfo, ModelRef, ModelState, Sampling
from engine.types.people import (
    Actor,
    Emergency,
    Permission,
    RecoveryState,
    RekeyProgress,
    RekeyStep,
    Role,
    User,
    VaultInfo,
)
from engine.types.search import Hit, Passage, SearchResult
from engine.types.updates import Copy, EarlierCopy, UpdateInfo, UpdateProgress, UpdateStage

__all__ = [
    "CELL_MARK",
    "Actor",
    "Answer",
    "AskEvent",
    "AskStage",
    "AuditEntry",
    "AuditFilter",
    "AuditHead",
    "AuditKind",
    "AuditVerdict",
    "BackupInfo",
    "BackupPolicy",
    "BackupProgress",
    "BackupStage",
    "BackupState",
    "Change",
    "CheckReport",
    "Chunk",
    "Conversation",
    "Copy",
    "DeviceInfo",
    "DocumentInfo",
    "DocumentState",
    "DocumentText",
    "EarlierCopy",
    "Emergency",
    "Evaluated",
    "FetchProgress",
    "FetchStage",
    "Finding",
    "FindingKind",
    "Fit",
    "Heading",
    "Hit",
    "LineBox",
    "Making",
    "MemoryStatus",
    "ModelInfo",
    "ModelRef",
    "ModelState",
    "OmissionKind",
    "PageText",
    "Passage",
    "Permission",
    "Policy",
    "Problem",
    "ProcessInfo",
    "RecoveryState",
    "RekeyProgress",
    "RekeyStep",
    "Role",
    "Sampling",
    "SearchResult",
    "Segment",
    "Sentence",
    "Source",
    "Timings",
    "Topic",
    "Turn",
    "TurnState",
    "UpdateInfo",
    "UpdateProgress",
    "UpdateStage",
    "User",
    "VaultInfo",
    "Verdict",
]
