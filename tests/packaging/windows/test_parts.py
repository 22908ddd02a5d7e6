"""The parts of the Windows installer that need no Windows: version resource, signing, settings."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from identity import FILE_TYPES
from provision.shell import SetupFailed
from windows import file_types, nsis, signing, version_info

from tests.packaging.tools import output, program


@pytest.mark.parametrize(("version", "numbers"), [("0.1.0", (0, 1, 0, 0)), ("12.34.56", (12, 34, 56, 0))])
def test_version_as_windows_writes_it(version, numbers):
    assert nsis.four_numbers(version) == numbers


def test_version_resource_names_the_version_everywhere(tmp_path):
    """The freezer evaluates this file; its own classes exist on Windows only."""
    names = "VSVersionInfo FixedFileInfo StringFileInfo StringTable VarFileInfo VarStruct"
    parts = {name: lambda *values, **named: (values, named) for name in names.split()}
    strings: dict[str, str] = {}
    parts["StringStruct"] = strings.__setitem__
    text = version_info.write(tmp_path / "version_info.py", "0.2.1").read_text("utf-8")
    _, read = eval(text, parts)
    assert read["ffi"][1]["filevers"] == read["ffi"][1]["prodvers"] == (0, 2, 1, 0)
    assert strings["FileVersion"] == strings["ProductVersion"] == "0.2.1"
    assert strings["FileDescription"].startswith("Chartside: private assistant")


def test_every_file_type_is_registered_and_forgotten():
    register, forget = file_types.script().split("!macro ForgetFileTypes")
    for each in FILE_TYPES:
        entry = file_types.program_id(each)
        assert f"{entry}\\shell\\open\\command" in register
        assert f'DeleteRegKey HKCU "Software\\Classes\\{entry}"' in forget
        assert (f'DeleteRegKey HKCU "Software\\Classes\\.{each.extension}"' in forget) is each.ours


def test_folder_that_is_no_built_program_is_refused(tmp_path):
    with pytest.raises(SetupFailed, match=r"chartside\.exe is missing"):
        nsis.complete_payload(tmp_path, 0)


def test_nothing_is_signed_unless_it_is_asked_for(tmp_path):
    file = tmp_path / "chartside.exe"
    file.write_bytes(b"MZ")
    assert signing.sign(file, {}) is False
    assert file.read_bytes() == b"MZ"


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"SIGN_WITH": "pen"}, "SIGN_WITH=pen is not known"), ({"SIGN_WITH": "signtool"}, "SIGN_CERTIFICATE is not set")],
)
def test_settings_that_cannot_work_are_told(tmp_path, settings, words):
    with pytest.raises(SetupFailed, match=words):
        signing.sign_command(tmp_path / "chartside.exe", settings)


def test_signtool_takes_a_certificate_of_the_store_and_a_time_stamp(tmp_path):
    settings = {"SIGN_WITH": "signtool", "SIGN_CERTIFICATE": "ab12", "SIGN_TIMESTAMP": "http://stamp.example"}
    command = signing.sign_command(tmp_path / "chartside.exe", settings)
    assert command is not None
    assert command[:6] == ["signtool", "sign", "/fd", "SHA256", "/sha1", "ab12"]
    assert command[-5:] == ["/tr", "http://stamp.example", "/td", "SHA256", str(tmp_path / "chartside.exe")]


def certificate(folder: Path, passphrase: bytes) -> Path:
    """A certificate for signing code that nobody trusts, with its key."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .sign(key, hashes.SHA256())
    )
    encryption = serialization.BestAvailableEncryption(passphrase)
    file = folder / "certificate.p12"
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"test", key, signed, None, encryption))
    (folder / "certificate.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_program_is_signed_and_the_signature_is_good(tmp_path):
    program("osslsigncode")
    subprocess.run(
        [program("makensis"), "-V1", f"-DOUTFILE={tmp_path / 'a.exe'}", nsis.SCRIPT.with_name("stand_in.nsi")],
        check=True,
    )
    (tmp_path / "passphrase").write_text("four unrelated words")
    settings = {
        **os.environ,
        "SIGN_WITH": "osslsigncode",
        "SIGN_CERTIFICATE": str(certificate(tmp_path, b"four unrelated words")),
        "SIGN_PASSPHRASE": str(tmp_path / "passphrase"),
    }
    before = (tmp_path / "a.exe").stat().st_size
    assert signing.sign(tmp_path / "a.exe", settings)
    assert (tmp_path / "a.exe").stat().st_size > before
    assert not (tmp_path / "a.exe.signed").exists()
    told = output("osslsigncode", "verify", "-CAfile", tmp_path / "certificate.pem", "-in", tmp_path / "a.exe")
    assert "Signature verification: ok" in told


def test_a_wrong_passphrase_leaves_the_program_as_it_was(tmp_path):
    program("osslsigncode")
    (tmp_path / "a.exe").write_bytes(b"MZ")
    (tmp_path / "passphrase").write_text("wrong")
    settings = {
        "SIGN_WITH": "osslsigncode",
        "SIGN_CERTIFICATE": str(certificate(tmp_path, b"right")),
        "SIGN_PASSPHRASE": str(tmp_path / "passphrase"),
    }
    with pytest.raises(SetupFailed, match="could not be signed"):
        signing.sign(tmp_path / "a.exe", settings)
    assert (tmp_path / "a.exe").read_bytes() == b"MZ"
