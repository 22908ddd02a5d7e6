"""Look for known vulnerabilities in the locked packages, and for secrets in the repository: python packaging/scan.py.

Vulnerabilities are asked of the Python package index by pip-audit; where it does not answer, that is said and nothing
fails. One that is known, does not concern Chartside and cannot be mended yet goes into packaging/locks/accepted.toml
with its reason and the day until when. Secrets are looked for with detect-secrets in every tracked file; a line that
only looks like one ends in "pragma: allowlist secret".
"""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "packaging/locks/llama-cpp-python.txt")
ACCEPTED = ROOT / "packaging" / "locks" / "accepted.toml"
_PATIENCE_S = 240
# Full of checksums, or made to look like what is looked for: nothing else in them could be told from a secret.
_NOT_LOOKED_AT = re.compile(
    r".*\.lock|packaging/locks/.*\.txt|resources/domain/models\.json|resources/licences/parts\.json"
    r"|tests/fixtures/vault/.*"
)


@dataclass(frozen=True)
class Audit:
    """vulnerable: one line each. asked: how many packages the index knew, out of packages."""

    vulnerable: Sequence[str]
    asked: int
    packages: int


def main() -> int:
    accepted = accepted_today(ACCEPTED.read_text(encoding="utf-8"), datetime.date.today())
    audits = [judge(_asked(ROOT / lock), accepted) for lock in LOCKS]
    asked, packages = sum(each.asked for each in audits), sum(each.packages for each in audits)
    vulnerable = [line for each in audits for line in each.vulnerable]
    if asked < packages:
        print(f"Known vulnerabilities: the package index answered for {asked} of {packages} packages only.")
    else:
        print(f"Known vulnerabilities: {len(vulnerable)} in {packages} packages.")
    secrets = found_secrets(_tracked(), ROOT)
    print(f"Secrets: {len(secrets)} found.")
    for line in [*vulnerable, *secrets]:
        print(f"  {line}")
    return 1 if vulnerable or secrets else 0


def accepted_today(text: str, today: datetime.date) -> frozenset[str]:
    """The advisories that are accepted on this day."""
    listed: list[Mapping[str, Any]] = tomllib.loads(text).get("accepted", [])
    return frozenset(str(each["id"]) for each in listed if each["until"] >= today and each["reason"])


def judge(report: Mapping[str, Any], accepted: frozenset[str]) -> Audit:
    """Read pip-audit's report (its format "json")."""
    packages: list[Mapping[str, Any]] = report["dependencies"]
    known = [each for each in packages if "vulns" in each]
    vulnerable = []
    for package in known:
        for each in package["vulns"]:
            if accepted.isdisjoint({each["id"], *each.get("aliases", [])}):
                mended = ", ".join(each.get("fix_versions", [])) or "no version yet"
                vulnerable.append(f"{package['name']} {package['version']}: {each['id']}, mended in {mended}")
    return Audit(vulnerable, len(known), len(packages))


def found_secrets(files: Iterable[str], root: Path) -> list[str]:
    """What looks like a secret in these files of root: place and kind, never the secret."""
    from detect_secrets.core.scan import scan_file
    from detect_secrets.settings import default_settings

    with default_settings():
        return sorted(
            f"{name}:{secret.line_number} {secret.type}"
            for name in files
            if not _NOT_LOOKED_AT.fullmatch(name)
            for secret in scan_file(str(root / name))
        )


def _asked(lock: Path) -> Mapping[str, Any]:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--no-deps"]
    command += ["--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE_S, check=False)
        report: Mapping[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        # No network, or none to the index.
        text = lock.read_text(encoding="utf-8")
        return {"dependencies": [{"name": name} for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)]}
    return report


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


if __name__ == "__main__":
    sys.exit(main())
