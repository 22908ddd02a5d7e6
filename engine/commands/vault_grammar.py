"""The grammar of the commands about people, keys, the record, backups and the encrypted store."""

from __future__ import annotations

import argparse

from engine.commands.builder import Builder, Group
from engine.types import AuditKind, Role


def add_users(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    """users and recovery."""
    users = builder.group(commands, "users", "the people who may open the workspace")
    builder.add(users, "list", ("users", "list_users"), "list the people")
    add = builder.add(users, "add", ("users", "add"), "let somebody sign in")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", required=True, choices=[str(role) for role in Role])
    _add_new_passphrase(add)
    disable = builder.add(users, "disable", ("users", "disable"), "let somebody sign in no more")
    disable.add_argument("name", metavar="NAME")
    enable = builder.add(users, "enable", ("users", "enable"), "let a disabled person sign in again")
    enable.add_argument("name", metavar="NAME")
    _add_new_passphrase(enable)
    passwd = builder.add(users, "passwd", ("users", "passwd"), "change one's own passphrase, or reset somebody's")
    passwd.add_argument("name", metavar="NAME", nargs="?", help="whose; without it one's own")
    _add_new_passphrase(passwd)
    recovery = builder.group(commands, "recovery", "the recovery key")
    builder.add(recovery, "make", ("recovery", "make"), "make a new recovery key, show it once, and have it typed back")
    test = builder.add(recovery, "test", ("recovery", "test"), "see whether a recovery key opens the workspace")
    test.add_argument("--key-file", metavar="FILE", help="read it from FILE (- for stdin)")


def add_vault(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    """vault, backup and audit."""
    vault = builder.group(commands, "vault", "the encrypted store of the workspace")
    builder.add(vault, "info", ("vault", "info"), "what the workspace is and who can open it")
    builder.add(vault, "rekey", ("vault", "rekey"), "encrypt the workspace anew, with a key that nobody has seen")
    builder.add(vault, "check", ("vault", "check"), "check every page of the workspace; exit code 3 if one is damaged")
    _add_backup(builder, commands)
    _add_audit(builder, commands)


def add_protection(parser: argparse.ArgumentParser) -> None:
    """Options of a command that writes a file with contents of the workspace; --reason is a global one."""
    parser.add_argument("--encrypt", action="store_true", help="write a ZIP archive encrypted with a passphrase")
    parser.add_argument(
        "--export-passphrase-file",
        metavar="FILE",
        help="read that passphrase from FILE (- for stdin); implies --encrypt",
    )


def _add_backup(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    group = builder.group(commands, "backup", "encrypted backups of the workspace")
    create = builder.add(group, "create", ("backup", "create"), "make a backup now, and verify it")
    create.add_argument("--folder", metavar="DIR", help="where to, instead of the folder that was decided on")
    listed = builder.add(group, "list", ("backup", "list_backups"), "list the backups of a folder, newest first")
    listed.add_argument("--folder", metavar="DIR", help="which, instead of the folder that was decided on")
    verify = builder.add(group, "verify", ("backup", "verify"), "unpack a backup and check all of it")
    verify.add_argument("file", metavar="FILE")
    text = "make a backup the workspace; what is there is kept. The passphrase is that of the day of the backup"
    restore = builder.add(group, "restore", ("backup", "restore"), text)
    restore.add_argument("file", metavar="FILE")


def _add_audit(builder: Builder, commands: Group[argparse.ArgumentParser]) -> None:
    group = builder.group(commands, "audit", "the record of who did what")
    listed = builder.add(group, "list", ("audit", "list_entries"), "list the newest entries")
    listed.add_argument("--limit", metavar="N", type=int, default=50, help="how many (50)")
    _add_filter(listed)
    verify = builder.add(
        group,
        "verify",
        ("audit", "verify"),
        "name the first entry that is not as it was written; exit code 3 if one is",
    )
    verify.add_argument("file", metavar="FILE", nargs="?", help="an exported record; without it the open workspace's")
    verify.add_argument(
        "--head", metavar="FILE", help="a head, an export or (of an open workspace) a backup that it must agree with"
    )
    export = builder.add(group, "export", ("audit", "export"), "write the record with a signed head")
    export.add_argument("file", metavar="FILE")
    _add_filter(export)
    add_protection(export)
    head = builder.add(group, "head", ("audit", "head"), "write only the signed head, to be kept elsewhere")
    head.add_argument("file", metavar="FILE")


def _add_filter(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", metavar="NAME", help="only what this person did")
    parser.add_argument(
        "--kind",
        metavar="KIND",
        action="append",
        choices=[str(kind) for kind in AuditKind],
        help="only acts of this kind",
    )
    parser.add_argument("--subject", metavar="SUBJECT", default="", help="only about this, such as document:12")
    parser.add_argument("--since", metavar="TIME", default="", help="from this UTC date or time on, such as 2026-11-21")
    parser.add_argument("--until", metavar="TIME", default="", help="before this UTC date or time")


def _add_new_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--new-passphrase-file", metavar="FILE", help="read the new passphrase from FILE (- for stdin)")
