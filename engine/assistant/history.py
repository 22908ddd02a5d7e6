"""Conversations and their turns, as whole acts on the vault."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from engine.errors import UserError
from engine.types import Answer, Conversation, Problem, Turn, TurnState
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import conversations, meta, turns

_TITLE_CHARACTERS = 80
_DRAFTS = "drafts"


class History:
    """Stored conversations. Thread-safe. Raises UserError for a conversation that is not there."""

    def __init__(self, database: Database, clock: Callable[[], str]) -> None:
        self._database = database
        self._clock = clock

    def begin(self, question: str, conversation_id: int | None, replaces: int | None) -> tuple[Turn, list[Turn]]:
        """Add a pending turn (in a new conversation where none is named); returns it and the turns before it.

        replaces: a turn that leaves the conversation, with all that followed it, for this one.
        """
        now = self._clock()

        def add(connection: Connection) -> tuple[Turn, list[Turn]]:
            target = conversation_id
            if target is None:
                target = conversations.create(connection, title_of(question), now).id
            turn = turns.add(connection, target, question, now, replaces=replaces)
            return turn, [each for each in turns.list_shown(connection, target) if each.id != turn.id]

        try:
            return self._database.transaction(add)
        except KeyError as error:
            raise UserError(
                "This conversation is not there any more.", "Ask the question in a new conversation."
            ) from error

    def save(self, turn: Turn, state: TurnState, *, answer: Answer | None = None, error: Problem | None = None) -> Turn:
        """Store how a turn ended (or, with PENDING, what there is so far); returns it as stored."""

        def store(connection: Connection) -> Turn | None:
            turns.save(connection, turn.id, state, answer=answer, error=error)
            return turns.get(connection, turn.id)

        stored = self._database.transaction(store)
        if stored is None:
            raise UserError("This conversation was deleted while the answer was written.", "Ask again if you need it.")
        return stored

    def conversations(self, query: str = "") -> list[Conversation]:
        """Conversations, last used first; with a query those that hold its words."""
        return self._database.read(lambda connection: conversations.search(connection, query))

    def turns(self, conversation_id: int) -> list[Turn]:
        return self._database.read(lambda connection: turns.list_shown(connection, conversation_id))

    def turn(self, turn_id: int) -> Turn:
        found = self._database.read(lambda connection: turns.get(connection, turn_id))
        if found is None:
            raise UserError(f"There is no answer {turn_id}.", "See the list of conversations for what is.")
        return found

    def rename(self, conversation_id: int, title: str) -> None:
        """Raises UserError for an empty title."""
        cleaned = " ".join(title.split())
        if not cleaned:
            raise UserError("A conversation needs a name.", "Type one, or keep the old one.")
        self._database.transaction(lambda connection: conversations.rename(connection, conversation_id, cleaned))

    def delete(self, conversation_id: int) -> None:
        """Take a conversation away; restore() brings it back until the workspace is closed."""
        now = self._clock()
        self._database.transaction(lambda connection: conversations.delete(connection, conversation_id, now))

    def restore(self, conversation_id: int) -> None:
        if not self._database.transaction(lambda connection: conversations.restore(connection, conversation_id)):
            raise UserError("The conversation is gone for good.", "It was deleted in an earlier session.")

    def drafts(self) -> dict[int | None, str]:
        """Questions that were typed and not asked, by conversation; None is for a new one."""
        kept = self._database.read(lambda connection: meta.get(connection, _DRAFTS, "{}"))
        return {int(key) if key else None: text for key, text in msgspec.json.decode(kept, type=dict[str, str]).items()}

    def keep_drafts(self, drafts: Mapping[int | None, str]) -> None:
        """Keep these and no others; what belongs to a deleted conversation goes with it."""

        def keep(connection: Connection) -> None:
            kept = {
                "" if key is None else str(key): text
                for key, text in drafts.items()
                if text.strip() and (key is None or conversations.get(connection, key))
            }
            meta.put(connection, _DRAFTS, msgspec.json.encode(kept).decode())

        self._database.transaction(keep)


def title_of(question: str) -> str:
    """A conversation's first name: the question on one line, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0] + " …"
