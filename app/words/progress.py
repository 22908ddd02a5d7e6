"""What a backup, a restore, a check or a new key is doing, in words that count."""

from __future__ import annotations

from app.i18n import counted, size_text, tr
from engine.types import BackupProgress, BackupStage, RekeyProgress, RekeyStep


def backup_words(progress: BackupProgress) -> str:
    """For the line below a backup's or a restore's progress."""
    stages = {
        BackupStage.COPYING: tr("Progress", "Copying"),
        BackupStage.CHECKING: tr("Progress", "Checking the copy"),
        BackupStage.UNPACKING: tr("Progress", "Unpacking"),
    }
    return _of(stages[progress.stage], progress.done, progress.total)


def rekey_words(progress: RekeyProgress) -> str:
    """For the line below a re-keying's progress."""
    steps = {
        RekeyStep.COPYING: tr("Progress", "Copying"),
        RekeyStep.ENCRYPTING: tr("Progress", "Encrypting with the new key"),
        RekeyStep.CHECKING: tr("Progress", "Checking"),
        RekeyStep.EARLIER_COPIES: tr("Progress", "Earlier copies"),
    }
    words = steps[progress.step]
    if progress.step is RekeyStep.EARLIER_COPIES:
        return f"{words}: {counted('Progress', '1', '{count}', progress.done)}"
    return _of(words, progress.done, progress.total)


def _of(words: str, done: int, total: int) -> str:
    if total <= 0:
        return f"{words} …"
    return tr("Progress", "{what}: {done} of {total}", what=words, done=size_text(done), total=size_text(total))
