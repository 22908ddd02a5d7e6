"""What can be held of the macOS application without a Mac."""

from __future__ import annotations

import json
import plistlib
from pathlib import Path

import pytest
from bundle.build import BuildInfo
from identity import BUNDLE_ID, FILE_TYPES
from macos import build, commands
from macos.commands import Signing
from macos.property_list import info_plist, type_identifier
from order import Order

APPLICATION, IMAGE = Path("/b/Chartside.app"), Path("/d/chartside.dmg")
OURS = Signing("Developer ID Application: A Clinic (TEAM123456)", "chartside")
INFO = BuildInfo("0.2.0", "macos-arm64", "slim", "metal", "abc", 1_700_000_000)


def test_property_list_survives_its_two_formats():
    plist = info_plist("0.2.0")
    assert plistlib.loads(plistlib.dumps(plist)) == plist
    assert json.loads(json.dumps(plist)) == plist
    assert plist["CFBundleVersion"] == plist["CFBundleShortVersionString"] == "0.2.0"
    assert "on this computer" in plist["NSMicrophoneUsageDescription"]


def test_every_document_type_is_declared_once():
    plist = info_plist("0.2.0")
    exported = {each["UTTypeIdentifier"] for each in plist["UTExportedTypeDeclarations"]}
    imported = {each["UTTypeIdentifier"] for each in plist["UTImportedTypeDeclarations"]}
    opened = {each["LSItemContentTypes"][0]: each["LSHandlerRank"] for each in plist["CFBundleDocumentTypes"]}
    assert opened.keys() == exported | imported == {type_identifier(each) for each in FILE_TYPES}
    assert not exported & imported
    assert all(opened[name] == "Owner" and name.startswith(BUNDLE_ID) for name in exported)
    assert all(opened[name] == "Alternate" for name in imported)


def test_entitlements_are_the_two_that_are_needed():
    entitlements = plistlib.loads(commands.ENTITLEMENTS.read_bytes())
    assert entitlements == {
        "com.apple.security.device.audio-input": True,
        "com.apple.security.cs.allow-unsigned-executable-memory": True,
    }


def test_signature_by_nobody_asks_nobody():
    command = commands.sign_application(APPLICATION, Signing())
    assert command[:4] == ["codesign", "--force", "--sign", "-"]
    assert "--timestamp=none" in command
    assert list(commands.finish_image(IMAGE, Signing())) == []


def test_application_is_hardened_and_entitled():
    command = commands.sign_application(APPLICATION, OURS)
    assert command[command.index("--options") + 1] == "runtime"
    assert command[command.index("--entitlements") + 1] == str(commands.ENTITLEMENTS)
    assert "--timestamp" in command
    assert "--deep" not in command
    assert command[-1] == str(APPLICATION)


def test_image_is_signed_notarised_and_stapled_in_this_order():
    steps = [" ".join(command[:3]) for command in commands.finish_image(IMAGE, OURS)]
    assert steps == [
        "codesign --force --sign",
        "xcrun notarytool submit",
        "xcrun stapler staple",
        "xcrun stapler validate",
        "spctl --assess --type",
    ]
    only_signed = list(commands.finish_image(IMAGE, Signing(OURS.identity)))
    assert [command[0] for command in only_signed] == ["codesign"]


def test_settings():
    assert Signing.of({}) == Signing("-", "")
    assert Signing.of({"SIGN_AS": OURS.identity, "NOTARY_PROFILE": "chartside"}) == OURS
    with pytest.raises(ValueError, match="NOTARY_PROFILE needs SIGN_AS"):
        Signing.of({"NOTARY_PROFILE": "chartside"})


def test_image_shows_the_application_and_where_it_goes(tmp_path):
    application = tmp_path / "Chartside.app"
    (application / "Contents" / "MacOS").mkdir(parents=True)
    (application / "Contents" / "MacOS" / "chartside").touch()
    (application / "Contents" / "Frameworks").symlink_to("MacOS")
    folder = build.stage(application, tmp_path / "image")
    assert (folder / "Applications").readlink() == Path("/Applications")
    assert (folder / "Chartside.app" / "Contents" / "Frameworks").is_symlink()
    assert (folder / "Chartside.app" / "Contents" / "MacOS" / "chartside").is_file()


def test_application_is_completed_where_the_program_looks(tmp_path):
    resources = tmp_path / "Chartside.app" / "Contents" / "Resources"
    (resources / "resources" / "update_keys").mkdir(parents=True)
    (resources / "resources" / "update_keys" / "old.pem").touch()
    key = tmp_path / "clinic.pem"
    key.write_text("key")
    order = Order.of({"FLAVOUR": "slim", "GPU": "metal", "UPDATE_KEY": str(key)})
    (tmp_path / "models" / "tiny").mkdir(parents=True)
    build.complete_application(tmp_path / "Chartside.app", order, INFO, tmp_path / "models")
    assert (resources / "models" / "tiny").is_dir()
    assert json.loads((resources / "BUILD.json").read_text())["version"] == "0.2.0"
    assert [file.name for file in (resources / "resources" / "update_keys").iterdir()] == ["clinic.pem"]
