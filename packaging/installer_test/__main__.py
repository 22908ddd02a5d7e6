"""Use an installer as a clinic would, on a clean system without a network: python packaging/installer_test [DEB].

Run by `make installer-test`, as root on Debian, with debootstrap and strace. Without DEB, the full flavour in dist/ is
taken. Pictures of the screen, the program's log and strace's records stay in build/installer-test/.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installer_test.administrator import Administrator
from installer_test.cleanroom import Room, Unclean, own_mirror, prepare_base
from installer_test.desk import Desk
from installer_test.story import Story
from installer_test.upgrade import depends

ROOT = Path(__file__).resolve().parent.parent.parent
_TOOLS = ("debootstrap", "strace", "dpkg-deb", "nsenter", "unshare")


def main() -> int:
    parser = argparse.ArgumentParser(description="Use an installer as a clinic would.")
    parser.add_argument("deb", type=Path, nargs="?", help="the .deb of the full flavour (the one in dist/)")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "installer-test")
    parser.add_argument("--mirror", default="", help="where packages of the clean system come from (apt's own)")
    parser.add_argument(
        "--patience", type=float, default=2.0, help="how many times longer than usual a step may take (2)"
    )
    options = parser.parse_args()
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:5.0f} s] {text}", flush=True)

    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if os.geteuid() != 0 or missing:
        print(f"This needs root on Debian and {', '.join(missing) or 'nothing else'}.", file=sys.stderr)
        return 2
    deb = options.deb or next(iter(sorted((ROOT / "dist").glob("*-full.deb"))), None)
    if deb is None or not deb.is_file():
        print("There is no installer to test. Run `make installer` first.", file=sys.stderr)
        return 2
    out = options.out / "last"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        base = prepare_base(options.out / "cache", depends(deb), options.mirror or own_mirror())
        say("a clean Debian without Python and without a compiler is there")
        with Room.open(base, options.out / "room") as room:
            administrator = Administrator(room, deb, _version(deb), out, say)
            Story(room, Desk(room, out / "screens", options.patience), administrator, out, say).all()
    except (AssertionError, Unclean) as failure:
        print(f"FAILED: {failure}\nWhat was seen until then is in {out}", file=sys.stderr)
        return 1
    say(f"everything passed; pictures and records are in {out}")
    return 0


def _version(deb: Path) -> str:
    found = re.search(r"chartside-([0-9.]+)-", deb.name)
    if found is None:
        raise AssertionError(f"{deb.name} has no version in its name")
    return found[1]


if __name__ == "__main__":
    sys.exit(main())
