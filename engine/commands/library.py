"""chartside library: add, list, remove and re-index the clinic's documents."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from engine.commands.console import Console, Session
from engine.errors import UserError
from engine.library.outcome import AddResult
from engine.types import DocumentInfo, DocumentState
from engine.workspace import Workspace

_EMBEDDING = "indexing passage"
_STEPS = {
    DocumentState.QUEUED: "waiting",
    DocumentState.READING: "reading page",
    DocumentState.INDEXING: _EMBEDDING,
}
_BY_WORDS = "by keywords only, until the search model has indexed it"


def add(session: Session, args: argparse.Namespace) -> int:
    """chartside library add: import files and folders and wait until they can be searched."""
    with session.workspace(create=True) as workspace:
        result = workspace.library.add([Path(path) for path in args.paths])
        wait_with_progress(workspace, session.console)
        return report(workspace, session.console, result)


def list_documents(session: Session, _args: argparse.Namespace) -> int:
    """chartside library list: every document with its state."""
    with session.workspace() as workspace:
        documents = workspace.library.documents()
    if session.console.json:
        session.console.print_json({"documents": [document_json(document) for document in documents]})
    elif not documents:
        session.console.print("The library is empty. Add documents with “chartside library add PATH”.")
    else:
        for document in documents:
            pages = f"{document.pages} pages" if document.paged else ""
            reason = document.error.message if document.error else _BY_WORDS if document.keyword_only else ""
            session.console.print(
                f"{document.id:>5}  {document.state:<8} {pages:>10}  {document.name}  {reason}".rstrip()
            )
    return 0


def remove(session: Session, args: argparse.Namespace) -> int:
    """chartside library remove: take a document out of the library, for good."""
    with session.workspace() as workspace:
        workspace.library.remove([args.id])
    session.console.say(f"Document {args.id} was removed.")
    if session.console.json:
        session.console.print_json({"removed": [args.id]})
    return 0


def reindex(session: Session, _args: argparse.Namespace) -> int:
    """chartside library reindex: read every document again from the stored originals."""
    with session.workspace() as workspace:
        ids = [document.id for document in workspace.library.documents()]
        workspace.library.reindex(ids)
        wait_with_progress(workspace, session.console)
        return report(workspace, session.console, AddResult(added=ids))


def report(workspace: Workspace, console: Console, result: AddResult) -> int:
    """Print what became of an import; exit code 3 when any file failed or is unsupported.

    A document that only waits for the search model is ready: its words are found.
    """
    touched = [workspace.library.document(id_) for id_ in (*result.added, *result.replaced)]
    failed = [document for document in touched if document.state is DocumentState.FAILED]
    for problem in result.refused:
        console.say(f"{problem.name}: {problem.problem.message} {problem.problem.advice}".rstrip())
    for document in failed:
        if document.error:
            console.say(f"{document.name}: {document.error.message} {document.error.advice}".rstrip())
    for document in touched:
        for warning in document.warnings:
            console.say(f"{document.name}: {warning}")
    if any(document.keyword_only for document in touched) and workspace.library.memory().no_model:
        _say_no_model(workspace, console)
    if console.json:
        console.print_json(
            {
                "documents": [document_json(document) for document in touched],
                "unchanged": result.unchanged,
                "refused": [
                    {"name": problem.name, "message": problem.problem.message, "advice": problem.problem.advice}
                    for problem in result.refused
                ],
            }
        )
    else:
        ready = len(touched) - len(failed)
        console.print(
            f"{ready} ready, {len(result.unchanged)} unchanged, {len(failed) + len(result.refused)} not imported."
        )
    return 3 if failed or result.refused else 0


def _say_no_model(workspace: Workspace, console: Console) -> None:
    model = workspace.models.embedding()
    console.say(
        f"The search model “{model.name}” is not there, so documents are found by keywords only. "
        f"Fetch it with “chartside models fetch {model.id}”; nothing has to be added again."
    )


def document_json(document: DocumentInfo) -> dict[str, Any]:
    """The contract of one document in library list --json."""
    return {
        "id": document.id,
        "document": document.name,
        "kind": document.kind,
        "state": str(document.state),
        "pages": document.pages,
        "chunks": document.chunks,
        "keyword_only": document.keyword_only,
        "sha256": document.sha256,
        "added_at": document.added_at,
        "warnings": document.warnings,
        "error": None
        if document.error is None
        else {"message": document.error.message, "advice": document.error.advice},
    }


def wait_with_progress(workspace: Workspace, console: Console) -> None:
    """Show the import on a terminal until nothing is left to do. Raises UserError when interrupted."""
    try:
        while not workspace.library.wait(0.2):
            documents = workspace.library.documents()
            working = [document for document in documents if document.state in _STEPS or document.keyword_only]
            current = next((document for document in working if document.total), None)
            if current is not None:
                step = _STEPS.get(current.state, _EMBEDDING)
                console.progress(f"{len(working)} to do · {current.name}: {step} {current.done} of {current.total}")
    except KeyboardInterrupt as error:
        raise UserError(
            "The import was stopped.", "What was not finished goes on the next time the workspace is opened."
        ) from error
    finally:
        console.end_progress()
