"""A note for other systems: a FHIR R4 Bundle with a Composition and a DocumentReference of the same text.

http://hl7.org/fhir/R4/composition.html, http://hl7.org/fhir/R4/documentreference.html. The marks are not in it: a
system that takes the note takes what was signed, and status says whether it was.
"""

from __future__ import annotations

import base64
import hashlib
import html
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from engine.types import Visit, VisitState
from engine.visits.text import note_text

_LOINC = "http://loinc.org"
_NOTE = ("34109-9", "Note")
# By the templates that came with the program.
_TYPES = {
    "progress": ("11506-3", "Progress note"),
    "soap": ("11506-3", "Progress note"),
    "history-physical": ("34117-2", "History and physical note"),
    "procedure": ("28570-0", "Procedure note"),
    "telephone": ("34748-4", "Telephone encounter Note"),
    "nursing": ("34746-8", "Nurse Note"),
}
_STATUS = {
    VisitState.DRAFT: "preliminary",
    VisitState.SIGNED: "final",
    VisitState.AMENDED: "amended",
    VisitState.DISCARDED: "entered-in-error",
}


def as_fhir(visit: Visit, title: str) -> bytes:
    """The note of a visit as JSON, valid against FHIR R4's definitions. The visit must have a note."""
    # R4B differs from R4 in none of these resources. The library finds the others by their names when it needs them:
    # named here they are in a frozen program, too.
    from fhir.resources.R4B import (  # noqa: F401
        attachment,
        codeableconcept,
        coding,
        composition,
        documentreference,
        humanname,
        identifier,
        narrative,
        patient,
        period,
        practitioner,
        reference,
    )
    from fhir.resources.R4B.bundle import Bundle

    resources = _Resources(visit, title)
    entries = [resources.composition(), resources.document(), *resources.people()]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": resources.url("bundle")},
        "timestamp": resources.at,
        "entry": [{"fullUrl": each.pop("fullUrl"), "resource": each} for each in entries],
    }
    text: str = Bundle.model_validate(bundle).model_dump_json(indent=1)
    return text.encode() + b"\n"


class _Resources:
    def __init__(self, visit: Visit, title: str) -> None:
        self._visit = visit
        self._title = title
        signature = visit.signature
        self._author = visit.info.author_name or "Unknown"
        last = visit.addenda[-1].at if visit.addenda else ""
        self.at = last or (signature.at if signature else visit.info.changed_at)

    def url(self, what: str) -> str:
        """The same for the same thing, however often it is exported."""
        info = self._visit.info
        return uuid5(NAMESPACE_URL, f"chartside:{info.author}:{info.begun_at}:{info.id}:{what}").urn

    def people(self) -> list[dict[str, Any]]:
        """The patient, where one is named, and those who wrote and signed."""
        found = [{"fullUrl": self.url(f"person:{name}"), "resourceType": "Practitioner", "name": [{"text": name}]}
                 for name in self._names()]  # fmt: skip
        patient = self._visit.info.patient
        if patient:
            found.append({"fullUrl": self.url("patient"), "resourceType": "Patient", "name": [{"text": patient}]})
        return found

    def composition(self) -> dict[str, Any]:
        visit, signature = self._visit, self._visit.signature
        sections = [
            _section(each.title or self._title, each.text)
            for each in (visit.note.sections if visit.note else [])
            if each.text.strip()
        ]
        sections += [
            _section(f"Addendum by {each.name}, {each.at}", each.text) | {"author": [self._person(each.name)]}
            for each in visit.addenda
        ]
        attested = {"mode": "legal", "time": signature.at, "party": self._person(signature.name)} if signature else None
        return _without_empty(
            {
                "fullUrl": self.url("composition"),
                "resourceType": "Composition",
                "identifier": {"system": "urn:ietf:rfc:3986", "value": self.url("composition")},
                "status": _STATUS[visit.info.state],
                "type": self._type(),
                "subject": self._subject(),
                "date": self.at,
                "author": [self._person(self._author)],
                "title": self._title,
                "attester": [attested] if attested else [],
                "event": [{"period": {"start": visit.info.begun_at}}],
                "section": sections,
            }
        )

    def document(self) -> dict[str, Any]:
        visit, signature = self._visit, self._visit.signature
        text = note_text(visit.note) if visit.note else ""
        content = "\n\n".join([text, *(f"Addendum by {a.name}, {a.at}\n{a.text}" for a in visit.addenda)]).encode()
        # R4 asks for SHA-1 here, against mistakes of transport.
        digest = hashlib.sha1(content, usedforsecurity=False).digest()
        return _without_empty(
            {
                "fullUrl": self.url("document"),
                "resourceType": "DocumentReference",
                "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": self.url("document")},
                "status": "entered-in-error" if visit.info.state is VisitState.DISCARDED else "current",
                "docStatus": _STATUS[visit.info.state],
                "type": self._type(),
                "subject": self._subject(),
                "date": self.at,
                "author": [self._person(self._author)],
                "authenticator": self._person(signature.name) if signature else None,
                "description": self._title,
                "content": [
                    {
                        "attachment": {
                            "contentType": "text/plain; charset=utf-8",
                            "data": base64.b64encode(content).decode(),
                            "size": len(content),
                            "hash": base64.b64encode(digest).decode(),
                            "title": self._title,
                            "creation": self.at,
                        }
                    }
                ],
                "context": {"period": {"start": visit.info.begun_at}},
            }
        )

    def _names(self) -> list[str]:
        signature = self._visit.signature
        names = [self._author, signature.name if signature else "", *(each.name for each in self._visit.addenda)]
        return list(dict.fromkeys(name for name in names if name))

    def _person(self, name: str) -> dict[str, Any]:
        return {"reference": self.url(f"person:{name}"), "display": name} if name else {"display": "Unknown"}

    def _subject(self) -> dict[str, Any] | None:
        patient = self._visit.info.patient
        return {"reference": self.url("patient"), "display": patient} if patient else None

    def _type(self) -> dict[str, Any]:
        code, display = _TYPES.get(self._visit.note.template if self._visit.note else "", _NOTE)
        return {"coding": [{"system": _LOINC, "code": code, "display": display}], "text": self._title}


def _section(title: str, text: str) -> dict[str, Any]:
    lines = "".join(f"<p>{html.escape(line, quote=False)}</p>" for line in text.splitlines() if line.strip())
    div = f'<div xmlns="http://www.w3.org/1999/xhtml">{lines}</div>'
    return {"title": title, "text": {"status": "generated", "div": div}}


def _without_empty(resource: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in resource.items() if value not in (None, [])}
