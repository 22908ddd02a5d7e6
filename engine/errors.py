"""The one tree of errors: what a person can act on, and what is a defect of ours."""

from __future__ import annotations


class ChartsideError(Exception):
    """Root of every error that Chartside raises on purpose."""


class UserError(ChartsideError):
    """An expected failure, told to the person as it is.

    message: what happened, one sentence. advice: what to do next, one sentence.
    details: technical text behind a "Details" button; never patient text.
    """

    def __init__(self, message: str, advice: str = "", details: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.details = details

    def __str__(self) -> str:
        return f"{self.message} {self.advice}".strip()


class Defect(ChartsideError):
    """Something that cannot happen unless our own code is wrong."""


class WrongPassphrase(UserError):
    """The passphrase does not open this workspace."""


class TooManyAttempts(UserError):
    """Wrong passphrases came too often; the next may be typed in so many seconds."""

    def __init__(self, seconds: int) -> None:
        wait = f"{seconds} seconds" if seconds < 120 else f"{-(-seconds // 60)} minutes"
        super().__init__(
            f"There were too many wrong passphrases. The next one can be tried in {wait}.",
            "Wait, then type it slowly. An administrator can set a new passphrase, and the recovery key opens it too.",
        )
        self.seconds = seconds


class NameNeeded(UserError):
    """Several people may open this workspace: a passphrase alone does not say who signs in."""


class NotAllowed(UserError):
    """The person who is signed in may not do this."""


class NewerSchema(UserError):
    """The workspace was written by a later version of Chartside."""


class PasswordRequired(UserError):
    """A document is protected by a password that was not given or is wrong."""


class UnsupportedDocument(UserError):
    """A file of a kind that Chartside cannot read."""


class UnreadableDocument(UserError):
    """A file of a known kind that is damaged, empty or exceeds a limit."""


class ModelMissing(UserError):
    """No model is installed for a job, or the one asked for is not."""


class ModelUnusable(UserError):
    """A model file is damaged, of an unknown kind, or does not run on this computer."""


class DownloadFailed(UserError):
    """A download could not be completed or did not verify."""


class NotEnoughSpace(UserError):
    """The disk has too little free space for an operation."""


class WorkerCrashed(UserError):
    """A child process ended in the middle of a call; the call may be tried again."""


class DeadlineExceeded(UserError):
    """A call took longer than it was allowed to and was stopped."""
