"""The commands that sign the application, make the disk image and have it notarised, as lists of words.

Sources: codesign(1), hdiutil(1), "Customizing the notarization workflow" of Apple's developer documentation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from identity import NAME

ENTITLEMENTS = Path(__file__).resolve().parent / "entitlements.plist"
AD_HOC = "-"


@dataclass(frozen=True)
class Signing:
    """identity: a "Developer ID Application" certificate of the keychain, "-" for a signature by nobody.

    notary: the name of a keychain profile made with `xcrun notarytool store-credentials`; "" for no notarisation.
    """

    identity: str = AD_HOC
    notary: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Signing:
        """SIGN_AS and NOTARY_PROFILE. Raises ValueError for a notarisation without a certificate."""
        identity, notary = environment.get("SIGN_AS") or AD_HOC, environment.get("NOTARY_PROFILE", "")
        if notary and identity == AD_HOC:
            raise ValueError("NOTARY_PROFILE needs SIGN_AS: what nobody signed is not notarised.")
        return cls(identity, notary)

    @property
    def trusted(self) -> bool:
        """Whether other computers can tell who signed."""
        return self.identity != AD_HOC


def sign_application(application: Path, signing: Signing) -> list[str]:
    """Seal the application with its entitlements. Its libraries must be signed already: the freezer does that."""
    command = ["codesign", "--force", "--sign", signing.identity, "--options", "runtime"]
    # A time stamp is fetched from Apple; without a certificate there is nothing to stamp.
    command.append("--timestamp" if signing.trusted else "--timestamp=none")
    return [*command, "--entitlements", str(ENTITLEMENTS), str(application)]


def check_application(application: Path) -> list[str]:
    """Fails where a file was changed after it was signed, or was not signed at all."""
    return ["codesign", "--verify", "--deep", "--strict", "--verbose=2", str(application)]


def make_image(folder: Path, image: Path) -> list[str]:
    """A compressed, read-only disk image of a folder."""
    described = ["-volname", NAME, "-srcfolder", str(folder), "-fs", "HFS+", "-format", "UDZO"]
    return ["hdiutil", "create", "-ov", *described, "-imagekey", "zlib-level=9", str(image)]


def finish_image(image: Path, signing: Signing) -> Iterator[list[str]]:
    """Sign the image, have Apple look at it, attach the answer, and ask the system whether it would open it."""
    if not signing.trusted:
        return
    yield ["codesign", "--force", "--sign", signing.identity, "--timestamp", str(image)]
    if not signing.notary:
        return
    yield ["xcrun", "notarytool", "submit", str(image), "--keychain-profile", signing.notary, "--wait"]
    # The answer travels with the image, so that it opens on a computer without a network.
    yield ["xcrun", "stapler", "staple", str(image)]
    yield ["xcrun", "stapler", "validate", str(image)]
    yield ["spctl", "--assess", "--type", "open", "--context", "context:primary-signature", "--verbose=2", str(image)]
