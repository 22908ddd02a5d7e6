"""Whether an unpacked bundle is what was signed, and runs here: known before anything is switched to it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from engine.cancellation import CancelToken
from engine.installation import Installation
from engine.updates import refusals
from engine.updates.environment import outside_environment
from engine.updates.manifest import Manifest

_START_S = 60.0
_STEP_S = 0.1


def check_bundle(bundle: Path, manifest: Manifest) -> None:
    """Raises UpdateRefused unless the bundle describes itself as the manifest does."""
    found = Installation.at(bundle)
    if found is None:
        raise refusals.unusable("the bundle has no readable BUILD.json")
    told = (found.build.version, found.build.platform, found.build.gpu)
    signed = (manifest.version, manifest.platform, manifest.gpu)
    if told != signed:
        raise refusals.unusable(f"the bundle is {told}, signed was {signed}")
    if not os.access(bundle / "chartside", os.X_OK):
        raise refusals.unusable("the bundle has no program to start")


def check_starts(bundle: Path, version: str, token: CancelToken) -> None:
    """Have the new program say its version, which loads its libraries and opens nothing. Raises UpdateRefused."""
    command = [str(bundle / "chartside"), "--version"]
    try:
        process = subprocess.Popen(  # noqa: S603 - the program that was just verified
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=outside_environment(),
            cwd=bundle,
        )
    except OSError as error:
        raise refusals.does_not_start(version, f"{type(error).__name__}: {error.strerror}") from error
    with process:
        try:
            output = _output(process, token)
        finally:
            process.kill()
    said = output.decode("utf-8", "replace").strip()
    if process.returncode != 0 or said.split() != ["chartside", version]:
        raise refusals.does_not_start(version, f"exit code {process.returncode}: {said[-2000:]}")


def _output(process: subprocess.Popen[bytes], token: CancelToken) -> bytes:
    deadline = time.monotonic() + _START_S
    while True:
        token.check()
        try:
            output, _none = process.communicate(timeout=_STEP_S)
        except subprocess.TimeoutExpired:
            if time.monotonic() > deadline:
                process.kill()
                output, _none = process.communicate()
                return output + b"\n(it did not end)"
        else:
            return output
