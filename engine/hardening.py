"""What this process does so that its memory is not written to disk: no core dumps, no crash reports with memory."""

from __future__ import annotations

import ctypes
import logging
import sys

_logger = logging.getLogger(__name__)

# linux/prctl.h
_PR_SET_DUMPABLE = 4
# winbase.h and werapi.h
_SEM_FAILCRITICALERRORS = 0x0001
_SEM_NOGPFAULTERRORBOX = 0x0002
_WER_FAULT_REPORTING_FLAG_NOHEAP = 0x1


def harden(platform: str = sys.platform) -> None:
    """Ask the system never to write this process's memory to a file; call it first, in the program and its children.

    Linux: no core files, neither by the kernel nor through a handler (systemd-coredump, apport), and no other program
    of the same person can attach or read the memory. macOS: no core files. Windows: no report with the heap in it.
    What a system refuses is logged: the program works without.
    """
    try:
        if platform == "win32":
            _no_error_reports()
        else:
            _no_core_files()
            if platform.startswith("linux"):
                _not_dumpable()
    except (OSError, ValueError, AttributeError) as error:
        _logger.warning("not_hardened", exc_info=error)


def _no_core_files() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _not_dumpable() -> None:
    """prctl(2). The limit alone does not stop a core handler, which the kernel starts all the same."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, "prctl(PR_SET_DUMPABLE)")


def _no_error_reports() -> None:
    """SetErrorMode and WerSetFlags of kernel32 (Windows Error Reporting)."""
    kernel32 = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists on Windows only
    kernel32.SetErrorMode(_SEM_FAILCRITICALERRORS | _SEM_NOGPFAULTERRORBOX)
    kernel32.WerSetFlags(_WER_FAULT_REPORTING_FLAG_NOHEAP)
