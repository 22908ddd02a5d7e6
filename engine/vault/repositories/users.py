"""The people of a workspace, and sign-ins with the recovery key."""

from __future__ import annotations

from engine.types import Emergency, Role, User
from engine.vault.connection import Connection, Row
from engine.vault.key_slots import name_key

_COLUMNS = "id, name, role, created_at, disabled_at, last_sign_in_at, must_change"


def insert(connection: Connection, user: User) -> None:
    """Raises KeyError where another one has the name, whatever its capitals."""
    if find(connection, user.name) is not None:
        raise KeyError(user.name)
    connection.execute(
        f"INSERT INTO users (name_key, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            name_key(user.name),
            user.id,
            user.name,
            user.role,
            user.created_at,
            user.disabled_at,
            user.last_sign_in_at,
            user.must_change,
        ),
    )


def get(connection: Connection, user_id: str) -> User | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM users WHERE id = ?", (user_id,)).fetchone()  # noqa: S608
    return None if row is None else _user(row)


def find(connection: Connection, name: str) -> User | None:
    """Whoever has this name, disabled ones too."""
    sql = f"SELECT {_COLUMNS} FROM users WHERE name_key = ?"  # noqa: S608
    row = connection.execute(sql, (name_key(name),)).fetchone()
    return None if row is None else _user(row)


def list_all(connection: Connection) -> list[User]:
    """In the order they were added; disabled ones last."""
    sql = f"SELECT {_COLUMNS} FROM users ORDER BY disabled_at <> '', created_at, name_key"  # noqa: S608
    return [_user(row) for row in connection.execute(sql)]


def update(connection: Connection, user: User) -> None:
    """Store what may change of a person. Raises KeyError where another one has the name."""
    other = find(connection, user.name)
    if other is not None and other.id != user.id:
        raise KeyError(user.name)
    connection.execute(
        "UPDATE users SET name = ?, name_key = ?, role = ?, disabled_at = ?, last_sign_in_at = ?, must_change = ?"
        " WHERE id = ?",
        (
            user.name,
            name_key(user.name),
            user.role,
            user.disabled_at,
            user.last_sign_in_at,
            user.must_change,
            user.id,
        ),
    )


def administrators(connection: Connection) -> list[str]:
    """Ids of those who can sign in as one."""
    sql = "SELECT id FROM users WHERE role = ? AND disabled_at = '' ORDER BY created_at, name_key"
    return [str(row[0]) for row in connection.execute(sql, (Role.ADMINISTRATOR,))]


def adopt(connection: Connection, user_id: str) -> None:
    """Give the conversations and unasked questions from before there were people to this one."""
    connection.execute("UPDATE conversations SET author = ? WHERE author = ''", (user_id,))
    connection.execute("UPDATE OR REPLACE meta SET key = ? WHERE key = 'drafts'", (f"drafts:{user_id}",))


def add_emergency(connection: Connection, emergency: Emergency) -> None:
    connection.execute(
        "INSERT INTO emergencies (seq, at, reason) VALUES (?, ?, ?)", (emergency.seq, emergency.at, emergency.reason)
    )


def unseen_emergencies(connection: Connection) -> list[Emergency]:
    """Oldest first."""
    sql = "SELECT seq, at, reason FROM emergencies WHERE seen_at = '' ORDER BY seq"
    return [Emergency(*row) for row in connection.execute(sql)]


def see_emergency(connection: Connection, seq: int, by: str, now: str) -> bool:
    """Note who has looked at one; false where there is none that nobody has."""
    sql = "UPDATE emergencies SET seen_at = ?, seen_by = ? WHERE seq = ? AND seen_at = ''"
    return connection.execute(sql, (now, by, seq)).rowcount > 0


def _user(row: Row) -> User:
    return User(row[0], row[1], Role(row[2]), row[3], row[4], row[5], bool(row[6]))
