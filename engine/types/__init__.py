"""Plain values that cross boundaries: between processes, services, window and command line.

Offsets are character offsets (Python string indices), half open [start, end). Times are ISO 8601 UTC strings.
Pages are numbered from 1 as the reader counts them.
"""

from __future__ import annotations

from engine.types.answers import Answer, Evaluated, Making, Segment, Timings
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
from engine.types.search import Hit, Passage, SearchResult
from engine.types.updates import Copy, EarlierCopy, UpdateInfo, UpdateProgress, UpdateStage

__all__ = [
    "CELL_MARK",
    "Answer",
    "AskEvent",
    "AskStage",
    "Change",
    "Chunk",
    "Conversation",
    "Copy",
    "DeviceInfo",
    "DocumentInfo",
    "DocumentState",
    "DocumentText",
    "EarlierCopy",
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
    "Problem",
    "ProcessInfo",
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
    "Verdict",
]
