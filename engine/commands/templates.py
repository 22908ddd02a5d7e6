"""chartside templates: the kinds of notes, and their sections."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.commands.console import Session
from engine.commands.note import template_named
from engine.documents.text import decode
from engine.library.collect import read_file
from engine.scribe.templates import builtin_templates, parse_template, template_text
from engine.types import NoteTemplate
from engine.workspace import Workspace


def list_templates(session: Session, args: argparse.Namespace) -> int:
    """Those of the program, and the clinic's where there is a workspace."""
    templates = list(builtin_templates())
    if _opens(session, args):
        with session.workspace() as workspace:
            templates = workspace.templates.list()
    if session.console.json:
        session.console.print_json({"templates": templates})
        return 0
    for each in templates:
        origin = "changed here" if each.changed else "" if each.builtin else "the clinic's own"
        sections = ", ".join(section.title for section in each.sections)
        session.console.print(f"{each.id:<18} {each.title}{f' ({origin})' if origin else ''}: {sections}")
    return 0


def show(session: Session, args: argparse.Namespace) -> int:
    """One template, as a TOML file that add takes."""
    if _opens(session, args):
        with session.workspace() as workspace:
            template = workspace.templates.get(args.id)
    else:
        template = template_named(args.id)
    _print(session, template)
    return 0


def add(session: Session, args: argparse.Namespace) -> int:
    """Store a template from a file, or make one from an example note."""
    content, _ = read_file(Path(args.file))
    text = decode(content)
    with session.workspace(create=True) as workspace:
        template = workspace.templates.from_example(args.title, text) if args.title else parse_template(text)
        stored = workspace.templates.save(template)
    session.console.say(f"Stored as “{stored.id}”.")
    _print(session, stored)
    return 0


def _opens(session: Session, args: argparse.Namespace) -> bool:
    return not args.builtin and Workspace.exists(session.paths)


def _print(session: Session, template: NoteTemplate) -> None:
    if session.console.json:
        session.console.print_json(template)
    else:
        session.console.print(template_text(template).rstrip())
