"""What changed in the workspace, and how it is doing."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field


class Topic(StrEnum):
    LIBRARY = "library"
    CONVERSATIONS = "conversations"
    MODELS = "models"
    SETTINGS = "settings"
    STATUS = "status"
    INDEX = "index"
    PEOPLE = "people"
    POLICY = "policy"
    VISITS = "visits"
    TEMPLATES = "templates"


class Change(Struct, frozen=True):
    """Something changed: views of that topic refresh. ids empty means anything in the topic may have changed."""

    topic: Topic
    ids: list[int] = field(default_factory=list)


class MemoryStatus(Struct, frozen=True):
    """How much of the vector index is filled.

    waiting: passages that have no vectors yet and are found by their words only. no_model: nothing can make them now.
    """

    ready: bool
    indexed: int
    total: int
    waiting: int = 0
    no_model: bool = False


class ProcessInfo(Struct, frozen=True):
    """A process of the program: what it does, its id, and its resident memory in bytes."""

    role: str
    pid: int
    rss: int
