"""Build the Windows installer, on Windows: python packaging/windows/build.py. Needs Python, NSIS and C++ build tools.

Environment: FLAVOUR, GPU (none or cuda), UPDATE_KEY, OUT, STARTER as in packaging/installer.py; SIGN_WITH and the other
settings of signing.py. Out comes OUT/chartside-VERSION-windows-x86_64[-GPU]-FLAVOUR.exe.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bundle.build import BuildInfo, data_folder, settle
from installer import collect_licences, parts_list, pin_update_key, shipped_models, write_sums
from order import ROOT, Order, carry_out
from provision.shell import run


def main() -> int:
    return carry_out(Path(__file__), __doc__, lambda order: [make(order)])


def make(order: Order) -> Path:
    """Build the program, sign it where asked, and wrap it. Raises SetupFailed."""
    import icons

    from windows import version_info
    from windows.nsis import Setup
    from windows.signing import sign

    python = sys.executable
    info = BuildInfo.of_checkout(order.flavour, order.gpu)
    work = order.work / "windows"
    work.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "SOURCE_DATE_EPOCH": str(info.source_date_epoch),
        "FLAVOUR": order.flavour,
        "GPU": order.gpu,
        "CHARTSIDE_ICON": str(icons.write_ico(work / "chartside.ico")),
        "CHARTSIDE_VERSION_INFO": str(version_info.write(work / "version_info.py", info.version)),
    }
    run([python, str(ROOT / "packaging/bundle/build.py"), str(order.work)], "The program could not be built.")
    bundle = order.work / "dist" / "chartside"
    pin_update_key(data_folder(bundle), order)
    collect_licences(bundle, data_folder(bundle))
    run([python, str(ROOT / "packaging/bundle/report.py"), str(bundle)], "The built program is not as it should be.")
    models = shipped_models(order, info, python) if order.flavour == "full" else None
    signed = [sign(program, os.environ) for program in sorted(bundle.glob("*.exe"))]
    settle(bundle, info.source_date_epoch)
    out = order.out / f"{order.name(info)}.exe"
    setup = Setup(info.version, bundle, out, models, signed=any(signed)).write(work, info.source_date_epoch)
    write_sums(order.out, [setup, parts_list(order, info, bundle, models)])
    return setup


if __name__ == "__main__":
    sys.exit(main())
