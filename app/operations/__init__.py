"""Engine calls off the GUI thread."""

from app.operations.operation import Job, Operation
from app.operations.runner import Operations

__all__ = ["Job", "Operation", "Operations"]
