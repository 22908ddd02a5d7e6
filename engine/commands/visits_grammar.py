"""The grammar of the commands about visits and the templates of their notes."""

from __future__ import annotations

import argparse

from engine.commands.builder import Builder, Group
from engine.commands.vault_grammar import add_protection
from engine.types import NoteFormat, VisitState


def add_visits(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    """visits and templates."""
    _add_templates(builder, builder.group(commands, "templates", "the kinds of notes, and their sections"))
    group = builder.group(commands, "visits", "consultations and their notes")
    listed = builder.add(group, "list", ("visits", "list_visits"), "list the visits, newest first")
    listed.add_argument("--query", metavar="WORDS", default="", help="that hold these words")
    listed.add_argument("--state", choices=[str(state) for state in VisitState], help="in this state")
    listed.add_argument("--day", metavar="YYYY-MM-DD", default="", help="of this day")
    new = builder.add(group, "new", ("visits", "new"), "begin a visit from what was said")
    new.add_argument("--patient", metavar="NAME", default="", help="whose visit it is")
    new.add_argument("--template", metavar="ID", default="", help="the kind of note")
    new.add_argument("--transcript", metavar="FILE", help="what was said: text, VTT, SRT, TextGrid or DOCX")
    new.add_argument("--sound", metavar="FILE", help="a recording of it; needs --consent")
    new.add_argument("--consent", choices=["spoken", "written"], help="how the patient agreed to be recorded")
    new.add_argument("--draft", action="store_true", help="have the note written, too")
    show = builder.add(group, "show", ("visits", "show"), "one visit with its transcript and note")
    show.add_argument("id", metavar="ID", type=int)
    draft = builder.add(group, "draft", ("visits", "draft"), "have a visit's note written, or one section anew")
    draft.add_argument("id", metavar="ID", type=int)
    draft.add_argument("--section", metavar="KEY", default="", help="this section only")
    draft.add_argument("--instruction", metavar="TEXT", default="", help="how that section is to be")
    export = builder.add(group, "export", ("visits", "export"), "save a visit's note as a file")
    export.add_argument("id", metavar="ID", type=int)
    export.add_argument("file", metavar="FILE")
    export.add_argument("--format", choices=[str(each) for each in NoteFormat], help="instead of what FILE's name says")
    add_protection(export)


def _add_templates(builder: Builder, group: Group[argparse.ArgumentParser]) -> None:
    for name, text in (
        ("list", "list the templates"),
        ("show", "one template as a file that can be changed and added"),
    ):
        parser = builder.add(group, name, ("templates", f"{name}_templates" if name == "list" else name), text)
        if name == "show":
            parser.add_argument("id", metavar="ID")
        parser.add_argument(
            "--builtin", action="store_true", help="those of the program, without opening the workspace"
        )
    add = builder.add(group, "add", ("templates", "add"), "add a template, or change one that has its id")
    add.add_argument("file", metavar="FILE", help="a template as “show” prints it, or an example note with --title")
    add.add_argument("--title", metavar="NAME", default="", help="make a template of this name from an example note")
