"""Where the key file stands: the file, its copy among the backups, and the generation before the last change.

A lost key file is a lost workspace, so there are three; none of them may let in somebody whom the newest does not.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from engine.errors import UserError
from engine.files import write_atomically
from engine.paths import private_folder
from engine.vault import failures, key_file
from engine.vault.key_file import KeyRing
from engine.vault.legacy_keys import LegacyRing

# A slot takes less than a kilobyte.
_LONGEST = 16 << 20
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeyFiles:
    """The files of one workspace's keys."""

    file: Path
    copy: Path

    @property
    def previous(self) -> Path:
        return self.file.with_name(self.file.name + ".previous")

    def exist(self) -> bool:
        return any(each.exists() for each in (self.file, self.copy, self.previous))

    def read(self) -> KeyRing | LegacyRing:
        """The first that is undamaged, newest first. Deletes and changes nothing.

        Raises VaultDamaged when none can be used, NewerSchema for a file of a later version.
        """
        reasons: list[str] = []
        for source in (self.file, self.copy, self.previous):
            try:
                ring = key_file.decode(_content(source))
            except key_file.NewerKeyFile as error:
                raise failures.newer_key_file(str(error)) from error
            except (OSError, ValueError, RecursionError) as error:
                reasons.append(f"{source.name}: {type(error).__name__}")
                continue
            if reasons:
                _logger.warning("key_file_copy_used")
            return ring
        raise failures.key_file_damaged(self.file, "; ".join(reasons))

    def write(self, ring: KeyRing) -> None:
        """Make ring the newest generation, durable when this returns.

        What it replaces stays as the generation before, unless somebody could get in by it who now cannot. Raises
        NotEnoughSpace, OSError: the file then is the old one or the new, and heal() brings the others in line.
        """
        content = key_file.encode(ring)
        before = self._generation_before(ring, content)
        for folder in (self.file.parent, self.copy.parent):
            private_folder(folder)
        if before != content:
            write_atomically(self.previous, before)
        write_atomically(self.file, content)
        write_atomically(self.copy, content)
        if before == content and self.previous.exists():
            write_atomically(self.previous, content)

    def heal(self, ring: KeyRing) -> None:
        """Bring the other files in line with ring after a crash between two writes, or after one was damaged.

        To be called once the database has opened, which shows that these keys are its own. What cannot be read is kept
        beside. Never fails: the next unlock tries again.
        """
        content = key_file.encode(ring)
        for target in (self.file, self.copy, self.previous):
            try:
                self._heal(target, ring, content)
            except (OSError, UserError):
                _logger.warning("key_file_copy_not_written")

    def _heal(self, target: Path, ring: KeyRing, content: bytes) -> None:
        found = _content(target) if target.exists() else None
        if found == content or (target == self.previous and (found is None or _only_adds(ring, found))):
            return
        if found is not None and not _readable(found):
            write_atomically(target.with_name(target.name + ".damaged"), found)
        private_folder(target.parent)
        write_atomically(target, content)

    def _generation_before(self, ring: KeyRing, content: bytes) -> bytes:
        try:
            found = _content(self.file)
        except OSError:
            return content
        return found if _only_adds(ring, found) else content


def _content(file: Path) -> bytes:
    """No more of the file than ours could have: what is cut off here is told as damaged."""
    with file.open("rb") as opened:
        return opened.read(_LONGEST)


def _only_adds(ring: KeyRing, earlier: bytes) -> bool:
    """Whether every slot of an earlier generation is still there, as it was."""
    try:
        before = key_file.decode(earlier)
    except (ValueError, RecursionError):
        return False
    return isinstance(before, KeyRing) and all(slot in ring.slots for slot in before.slots)


def _readable(content: bytes) -> bool:
    try:
        key_file.decode(content)
    except (ValueError, RecursionError):
        return False
    return True
