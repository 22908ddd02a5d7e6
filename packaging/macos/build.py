"""Build the macOS disk image, on macOS: python3 packaging/macos/build.py. Needs Python and Xcode's command line tools.

Environment: FLAVOUR, GPU (metal on Apple silicon, none elsewhere), UPDATE_KEY, OUT, STARTER as in
packaging/installer.py; SIGN_AS and NOTARY_PROFILE (commands.py). Out comes
OUT/chartside-VERSION-macos-MACHINE[-GPU]-FLAVOUR.dmg, for the kind of processor it is built on.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bundle.build import BuildInfo, write_build_info
from identity import BUNDLE_ID
from installer import collect_licences, parts_list, pin_update_key, shipped_models, write_sums
from order import ROOT, Order, carry_out
from provision.shell import SetupFailed, fail, run

from macos.commands import ENTITLEMENTS, Signing, check_application, finish_image, make_image, sign_application
from macos.property_list import info_plist


def main() -> int:
    if platform.machine() == "arm64":
        os.environ.setdefault("GPU", "metal")
    try:
        signing = Signing.of(os.environ)
    except ValueError as error:
        return fail(SetupFailed(str(error)))
    return carry_out(Path(__file__), __doc__, lambda order: [make(order, signing)])


def make(order: Order, signing: Signing) -> Path:
    """Build the application, sign it, and wrap it. Raises SetupFailed."""
    import icons

    info = BuildInfo.of_checkout(order.flavour, order.gpu)
    work = order.work / "macos"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    os.environ |= {
        "SOURCE_DATE_EPOCH": str(info.source_date_epoch),
        "FLAVOUR": order.flavour,
        "GPU": order.gpu,
        "CHARTSIDE_ICON": str(icons.write_icns(work / "chartside.icns")),
        "CHARTSIDE_BUNDLE_ID": BUNDLE_ID,
        "CHARTSIDE_PLIST": json.dumps(info_plist(info.version)),
        "CHARTSIDE_ENTITLEMENTS": str(ENTITLEMENTS),
    }
    if signing.trusted:
        os.environ["CHARTSIDE_SIGN_AS"] = signing.identity
    build = [sys.executable, str(ROOT / "packaging/bundle/build.py"), str(order.work)]
    run(build, "The program could not be built.")
    application = order.work / "dist" / "Chartside.app"
    models = shipped_models(order, info, sys.executable) if order.flavour == "full" else None
    complete_application(application, order, info, models)
    # The folder that the application was made of has the same parts, in the places where they are looked for.
    bundle = order.work / "dist" / "chartside"
    collect_licences(bundle, application / "Contents" / "Resources")
    report = [sys.executable, str(ROOT / "packaging/bundle/report.py"), str(bundle)]
    run(report, "The built program is not as it should be.")
    run(sign_application(application, signing), "The application could not be signed.")
    run(check_application(application), "The application's signature is not whole.")
    out = order.out / f"{order.name(info)}.dmg"
    out.parent.mkdir(parents=True, exist_ok=True)
    run(make_image(stage(application, work / "image"), out), "The disk image could not be made.")
    for command in finish_image(out, signing):
        run(command, "The disk image could not be signed and notarised.")
    write_sums(order.out, [out, parts_list(order, info, bundle, models)])
    return out


def complete_application(application: Path, order: Order, info: BuildInfo, models: Path | None) -> None:
    """Put in what is no part of the frozen program: its description, the pinned key, and models. Before signing."""
    resources = application / "Contents" / "Resources"
    write_build_info(resources, info)
    pin_update_key(resources, order)
    if models is not None:
        shutil.copytree(models, resources / "models", dirs_exist_ok=True)


def stage(application: Path, folder: Path) -> Path:
    """What the image shows: the application, and the folder to drag it into."""
    folder.mkdir(parents=True)
    shutil.copytree(application, folder / application.name, symlinks=True)
    (folder / "Applications").symlink_to("/Applications")
    return folder


if __name__ == "__main__":
    sys.exit(main())
