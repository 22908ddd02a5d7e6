"""chartside users: add, list, disable, enable people, and change passphrases."""

from __future__ import annotations

import argparse
from typing import Any

from engine.commands.console import Console, Session
from engine.errors import UserError
from engine.types import Role, User
from engine.vault.key_slots import name_key
from engine.workspace import Workspace

_NEW = "new passphrase"
_OPTION = "--new-passphrase-file"


def add(session: Session, args: argparse.Namespace) -> int:
    """chartside users add: let somebody sign in, with a passphrase that they change at their first sign-in."""
    with session.workspace() as workspace:
        user = workspace.people.add(args.name, Role(args.role), _new_passphrase(session, args))
    return _done(session.console, user, "can sign in now, and chooses another passphrase then")


def list_users(session: Session, _args: argparse.Namespace) -> int:
    """chartside users list: everybody with role and last sign-in."""
    with session.workspace() as workspace:
        people = workspace.people.list()
    if session.console.json:
        session.console.print_json({"users": [user_json(user) for user in people]})
        return 0
    for user in people:
        state = f"disabled {user.disabled_at}" if user.disabled_at else user.last_sign_in_at or "never signed in"
        session.console.print(f"{user.role:<14} {state:<32} {user.name}")
    return 0


def disable(session: Session, args: argparse.Namespace) -> int:
    """chartside users disable: nothing of this person's opens the workspace any more."""
    with session.workspace() as workspace:
        user = workspace.people.disable(named(workspace, args.name).id)
        advised = workspace.people.rekey_advised()
    code = _done(session.console, user, "can sign in no more")
    if advised:
        session.console.say("They may have kept the key: “chartside vault rekey” gives the workspace another.")
    return code


def enable(session: Session, args: argparse.Namespace) -> int:
    """chartside users enable: let a disabled person sign in again, with a new passphrase."""
    with session.workspace() as workspace:
        found = named(workspace, args.name)
        user = workspace.people.enable(found.id, _new_passphrase(session, args))
    return _done(session.console, user, "can sign in again")


def passwd(session: Session, args: argparse.Namespace) -> int:
    """chartside users passwd: change one's own passphrase, or give somebody a new one."""
    if args.name is not None:
        with session.workspace() as workspace:
            found = named(workspace, args.name)
            user = workspace.people.reset_passphrase(found.id, _new_passphrase(session, args))
        return _done(session.console, user, "has a new passphrase, and chooses another at the next sign-in")
    with session.workspace(must_change=True) as workspace:
        old = session.passphrase()
        workspace.people.change_passphrase(old, _new_passphrase(session, args))
        name = workspace.actor.name
    if session.console.json:
        session.console.print_json({"changed": name})
    session.console.say("Your passphrase was changed.")
    return 0


def user_json(user: User) -> dict[str, Any]:
    """The contract of one person in users list --json."""
    return {
        "id": user.id,
        "name": user.name,
        "role": str(user.role),
        "created_at": user.created_at,
        "disabled_at": user.disabled_at,
        "last_sign_in_at": user.last_sign_in_at,
        "must_change": user.must_change,
    }


def _new_passphrase(session: Session, args: argparse.Namespace) -> str:
    return session.secrets().read(_NEW, _OPTION, args.new_passphrase_file, twice=True)


def named(workspace: Workspace, name: str) -> User:
    """The person of this name, whatever its capitals. Raises UserError where there is none."""
    for user in workspace.people.list():
        if name_key(user.name) == name_key(name):
            return user
    raise UserError(f"Nobody is called “{name}” here.", "See “chartside users list”.")


def _done(console: Console, user: User, what: str) -> int:
    if console.json:
        console.print_json(user_json(user))
    else:
        console.print(f"{user.name} {what}.")
    return 0
