"""Sign a Windows program: python packaging/windows/signing.py FILE...; without these settings nothing is signed.

SIGN_WITH=signtool: on Windows, with the certificate of the person's store whose SHA-1 is SIGN_CERTIFICATE.
SIGN_WITH=osslsigncode: elsewhere, with the PKCS #12 file SIGN_CERTIFICATE; the file SIGN_PASSPHRASE opens it.
SIGN_TIMESTAMP=URL: a time-stamp service, so that signatures outlive the certificate; the only step with a network.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from identity import NAME
from provision.shell import SetupFailed, fail, run, say

TOOLS = ("signtool", "osslsigncode")


def sign(file: Path, environment: Mapping[str, str]) -> bool:
    """Sign a file in place; returns whether that was asked for. Raises SetupFailed."""
    command = sign_command(file, environment)
    if command is None:
        return False
    run(command, f"{file.name} could not be signed.", quiet=True)
    signed = _signed(file)
    if signed.exists():
        signed.replace(file)
    return True


def sign_command(file: Path, environment: Mapping[str, str]) -> list[str] | None:
    """The command that signs a file; None where signing is off. Raises SetupFailed for settings that cannot work."""
    tool = environment.get("SIGN_WITH", "")
    if not tool:
        return None
    if tool not in TOOLS:
        raise SetupFailed(f"SIGN_WITH={tool} is not known. Choose one of {', '.join(TOOLS)}.")
    certificate = environment.get("SIGN_CERTIFICATE", "")
    if not certificate:
        raise SetupFailed("SIGN_CERTIFICATE is not set, so nothing can be signed.")
    stamp = environment.get("SIGN_TIMESTAMP", "")
    if tool == "signtool":
        stamped = ["/tr", stamp, "/td", "SHA256"] if stamp else []
        return ["signtool", "sign", "/fd", "SHA256", "/sha1", certificate, "/d", NAME, *stamped, str(file)]
    passphrase = environment.get("SIGN_PASSPHRASE", "")
    secret = ["-readpass", passphrase] if passphrase else []
    stamped = ["-ts", stamp] if stamp else []
    named = ["-h", "sha256", "-n", NAME]
    files = ["-in", str(file), "-out", str(_signed(file))]
    return ["osslsigncode", "sign", "-pkcs12", certificate, *secret, *named, *stamped, *files]


def _signed(file: Path) -> Path:
    """osslsigncode writes beside the file, never over it."""
    return file.with_name(f"{file.name}.signed")


def main() -> int:
    try:
        for name in sys.argv[1:]:
            if sign(Path(name), os.environ):
                say(f"Signed {name}")
    except SetupFailed as error:
        return fail(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
