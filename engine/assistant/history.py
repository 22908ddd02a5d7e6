"""Conversations and their turns, as whole acts on the vault."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from engine.errors import UserError
from engine.types import Answer, AuditKind, Conversation, Problem, Turn, TurnState
from engine.vault.audit.journal import Journal
from engine.vault.connection import Connection
from engine.vault.database import Database
from engine.vault.repositories import conversations, meta, turns

_TITLE_CHARACTERS = 80


class History:
    """The stored conversations of one person; nobody else's are there. Thread-safe.

    Raises UserError for a conversation that is not there.
    """

    def __init__(self, database: Database, clock: Callable[[], str], journal: Journal, author: str = "") -> None:
        """author: the id of the person; "" has what nobody who signed in began."""
        self._database = database
        self._clock = clock
        self._journal = journal
        self._author = author
        self._drafts = f"drafts:{author}"

    def begin(self, question: str, conversation_id: int | None, replaces: int | None) -> tuple[Turn, list[Turn]]:
        """Add a pending turn (in a new conversation where none is named); returns it and the turns before it.

        replaces: a turn that leaves the conversation, with all that followed it, for this one.
        """
        now = self._clock()

        def add(connection: Connection) -> tuple[Turn, list[Turn]]:
            target = conversation_id
            if target is None:
                target = conversations.create(connection, title_of(question), now, self._author).id
            elif not self._is_mine(connection, target):
                raise KeyError(target)
            turn = turns.add(connection, target, question, now, replaces=replaces)
            self._journal.append(connection, AuditKind.QUESTION, f"turn:{turn.id}", conversation=target)
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
            if state is not TurnState.PENDING:
                self._record_end(connection, turn, state, answer)
            return turns.get(connection, turn.id)

        stored = self._database.transaction(store)
        if stored is None:
            raise UserError("This conversation was deleted while the answer was written.", "Ask again if you need it.")
        return stored

    def conversations(self, query: str = "") -> list[Conversation]:
        """Conversations, last used first; with a query those that hold its words."""
        return self._database.read(lambda connection: conversations.search(connection, query, self._author))

    def turns(self, conversation_id: int) -> list[Turn]:
        def look(connection: Connection) -> list[Turn]:
            return turns.list_shown(connection, conversation_id) if self._is_mine(connection, conversation_id) else []

        return self._database.read(look)

    def turn(self, turn_id: int) -> Turn:
        def look(connection: Connection) -> Turn | None:
            turn = turns.get(connection, turn_id)
            return turn if turn is not None and self._is_mine(connection, turn.conversation_id) else None

        found = self._database.read(look)
        if found is None:
            raise UserError(f"There is no answer {turn_id}.", "See the list of conversations for what is.")
        return found

    def rename(self, conversation_id: int, title: str) -> None:
        """Raises UserError for an empty title."""
        cleaned = " ".join(title.split())
        if not cleaned:
            raise UserError("A conversation needs a name.", "Type one, or keep the old one.")

        def rename(connection: Connection) -> None:
            if self._is_mine(connection, conversation_id):
                conversations.rename(connection, conversation_id, cleaned)

        self._database.transaction(rename)

    def delete(self, conversation_id: int) -> None:
        """Take a conversation away; restore() brings it back until the workspace is closed."""
        now = self._clock()

        def delete(connection: Connection) -> None:
            if self._is_mine(connection, conversation_id) and conversations.delete(connection, conversation_id, now):
                self._journal.append(connection, AuditKind.CONVERSATION_DELETED, _conversation(conversation_id))

        self._database.transaction(delete)

    def restore(self, conversation_id: int) -> None:
        def restore(connection: Connection) -> bool:
            found = self._is_mine(connection, conversation_id) and conversations.restore(connection, conversation_id)
            if found:
                self._journal.append(connection, AuditKind.CONVERSATION_RESTORED, _conversation(conversation_id))
            return found

        if not self._database.transaction(restore):
            raise UserError("The conversation is gone for good.", "It was deleted in an earlier session.")

    def drafts(self) -> dict[int | None, str]:
        """Questions that were typed and not asked, by conversation; None is for a new one."""
        kept = self._database.read(lambda connection: meta.get(connection, self._drafts, "{}"))
        return {int(key) if key else None: text for key, text in msgspec.json.decode(kept, type=dict[str, str]).items()}

    def keep_drafts(self, drafts: Mapping[int | None, str]) -> None:
        """Keep these and no others; what belongs to a deleted conversation goes with it."""

        def keep(connection: Connection) -> None:
            kept = {
                "" if key is None else str(key): text
                for key, text in drafts.items()
                if text.strip() and (key is None or self._holds(connection, key))
            }
            meta.put(connection, self._drafts, msgspec.json.encode(kept).decode())

        self._database.transaction(keep)

    def _is_mine(self, connection: Connection, conversation_id: int) -> bool:
        return conversations.author(connection, conversation_id) == self._author

    def _holds(self, connection: Connection, conversation_id: int) -> bool:
        found = conversations.get(connection, conversation_id)
        return found is not None and self._is_mine(connection, conversation_id)

    def _record_end(self, connection: Connection, turn: Turn, state: TurnState, answer: Answer | None) -> None:
        """What the person was shown: the documents whose passages stand below the answer, and what wrote it."""
        shown = sorted({hit.passage.document_id for hit in answer.hits}) if answer else []
        model = answer.model.sha256[:16] if answer else ""
        subject = f"turn:{turn.id}"
        self._journal.append(connection, AuditKind.ANSWER, subject, state=state, documents=shown, model=model)


def _conversation(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def title_of(question: str) -> str:
    """A conversation's first name: the question on one line, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= _TITLE_CHARACTERS:
        return line
    return line[:_TITLE_CHARACTERS].rsplit(" ", 1)[0] + " …"
