"""Build the installers: python3 packaging/installer.py, or `make installer`. Needs what `make run` needs, and makeself.

Environment: FLAVOUR=full|slim (with or without the starter model and the embedder), GPU=none|cuda|vulkan,
UPDATE_KEY=FILE (the public key whose updates the program takes; without one it takes none), SOURCE_DATE_EPOCH (the
commit's time), OUT=dist, STARTER=ID (another model than the catalogue's starter, for a trial), REUSE=yes (wrap the
program that was built last from this commit again, in another flavour for example).

Out come OUT/chartside-VERSION-PLATFORM[-GPU]-FLAVOUR.deb and .run, the bundle packed (.tar.xz, of which an update file
is made), the list of parts (.cdx.json), and SHA256SUMS. A second run reuses the environment and the built llama.cpp;
everything else is built anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bundle.build import BuildInfo, data_folder, settle, write_build_info
from order import ROOT, Order, carry_out
from provision.shell import SetupFailed, run, say


def main() -> int:
    return carry_out(Path(__file__), __doc__, make)


def make(order: Order) -> list[Path]:
    """Build everything that was ordered, with this interpreter's packages; returns the files. Raises SetupFailed."""
    python = sys.executable
    info = BuildInfo.of_checkout(order.flavour, order.gpu)
    os.environ |= {"SOURCE_DATE_EPOCH": str(info.source_date_epoch), "FLAVOUR": order.flavour, "GPU": order.gpu}
    bundle = order.work / "dist" / "chartside"
    if order.reuse and built_from(bundle) == (info.commit, info.gpu, info.source_date_epoch):
        say("Taking the program that was built last")
        write_build_info(bundle, info)
    else:
        say(f"Building Chartside {info.version} (GPU: {order.gpu}): about five minutes on two cores")
        run([python, str(ROOT / "packaging/bundle/build.py"), str(order.work)], "The program could not be built.")
    pin_update_key(data_folder(bundle), order)
    collect_licences(bundle, data_folder(bundle))
    settle(bundle, info.source_date_epoch)
    order.out.mkdir(parents=True, exist_ok=True)
    packed = pack(bundle, order.out / f"{order.name(info).removesuffix('-' + order.flavour)}.tar.xz", info)
    report = [python, str(ROOT / "packaging/bundle/report.py"), str(bundle), str(packed)]
    run(report, "The built program is not as it should be.")
    models = shipped_models(order, info, python) if order.flavour == "full" else None
    files = [packed, parts_list(order, info, bundle, models)]
    if info.platform.startswith("linux"):
        files += wrap(order, info, bundle, packed, models)
    return [*files, write_sums(order.out, files)]


def collect_licences(bundle: Path, data: Path) -> None:
    """Put the licence texts of everything in the bundle into a folder of data, for the window to show."""
    command = [sys.executable, str(ROOT / "packaging/licences.py"), "--bundle", str(bundle), "--texts"]
    run([*command, str(data / "resources" / "licences.json")], "The licences could not be collected.")


def parts_list(order: Order, info: BuildInfo, bundle: Path, models: Path | None) -> Path:
    """The list of everything inside, in the CycloneDX format."""
    target = order.out / f"{order.name(info)}.cdx.json"
    command = [sys.executable, str(ROOT / "packaging/sbom.py"), "--out", str(target), "--bundle", str(bundle)]
    if models is not None:
        command += ["--models", str(models)]
    run(command, "The list of parts could not be written.")
    return target


def built_from(bundle: Path) -> tuple[str, str, int] | None:
    """Commit, GPU and time of a bundle that is there; None where none is."""
    try:
        told = json.loads((bundle / "BUILD.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return told["commit"], told["gpu"], told["source_date_epoch"]


def pin_update_key(data: Path, order: Order) -> None:
    """Put the key of updates into a folder of data; without one the program takes none."""
    keys = data / "resources" / "update_keys"
    shutil.rmtree(keys, ignore_errors=True)
    if order.update_key is not None:
        keys.mkdir(parents=True)
        shutil.copy(order.update_key, keys / order.update_key.name)


def pack(bundle: Path, target: Path, info: BuildInfo) -> Path:
    """The bundle as .tar.xz, the same bytes each time; its one folder is named after the version."""
    say("Packing")
    tar = ["tar", "--create", "--sort=name", "--format=gnu", f"--mtime=@{info.source_date_epoch}", "--owner=0"]
    tar += ["--group=0", "--numeric-owner", f"--transform=flags=r;s|^chartside|chartside-{info.version}|"]
    tar += ["--directory", str(bundle.parent), bundle.name]
    # -6 took six times as long for an eighth less. A block size of its own makes the result the same on any number of
    # cores.
    xz = ["xz", "-1", "--threads=0", "--block-size=24MiB"]
    with target.open("wb") as file, subprocess.Popen(tar, stdout=subprocess.PIPE) as reader:
        packed = subprocess.run(xz, stdin=reader.stdout, stdout=file, check=False)
    if reader.returncode or packed.returncode:
        raise SetupFailed("The bundle could not be packed. Check the free space on the disk.")
    return target


def shipped_models(order: Order, info: BuildInfo, python: str) -> Path:
    folder = order.work / "models"
    command = [python, str(ROOT / "packaging/bundle/models.py"), str(folder), str(info.source_date_epoch)]
    run([*command, order.starter] if order.starter else command, "The models could not be fetched.")
    return folder


def wrap(order: Order, info: BuildInfo, bundle: Path, packed: Path, models: Path | None) -> list[Path]:
    """The Linux installers."""
    from linux.deb import Deb
    from linux.selfextract import SelfExtracting

    stage = order.work / "linux"
    shutil.rmtree(stage, ignore_errors=True)
    name = order.out / order.name(info)
    say("Wrapping for Debian")
    tree = prefix_tree(stage / "prefix", bundle, models, info, kind="deb")
    deb = Deb(info.version, tree, stage / "deb", info.source_date_epoch).write(name.with_name(name.name + ".deb"))
    say("Wrapping for other distributions")
    machine = info.platform.partition("-")[2]
    wrapped = SelfExtracting(info.version, machine, bundle, packed, models, info.source_date_epoch)
    return [deb, wrapped.write(name.with_name(name.name + ".run"), stage / "run")]


def prefix_tree(tree: Path, bundle: Path, models: Path | None, info: BuildInfo, *, kind: str) -> Path:
    """The prefix as it is installed, made of links to the built files; packaging/README.md draws it."""
    version = tree / "versions" / info.version
    version.parent.mkdir(parents=True)
    shutil.copytree(bundle, version, symlinks=True, copy_function=os.link)
    if models is not None:
        shutil.copytree(models, tree / "models", copy_function=os.link)
    launcher = tree / "bin" / "chartside"
    launcher.parent.mkdir()
    shutil.copy(ROOT / "packaging/linux/launcher.sh", launcher)
    launcher.chmod(0o755)
    (tree / "installation.json").write_text(f'{{"kind": "{kind}", "scope": "system"}}\n', encoding="utf-8")
    return tree


def write_sums(out: Path, files: list[Path]) -> Path:
    lines = []
    for file in files:
        with file.open("rb") as content:
            lines.append(f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n")
    sums = out / "SHA256SUMS"
    sums.write_text("".join(lines), encoding="utf-8")
    return sums


if __name__ == "__main__":
    sys.exit(main())
