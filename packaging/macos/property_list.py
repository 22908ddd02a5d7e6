"""What Info.plist says of the application, beyond what the freezer puts there itself.

Keys: "Information Property List" and "Uniform Type Identifiers" of Apple's developer documentation.
"""

from __future__ import annotations

from typing import Any

from identity import BUNDLE_ID, FILE_TYPES, LICENCE, NAME, PUBLISHER, FileType

# The oldest system that the wheels of PySide6 and torch in the lock file run on.
OLDEST_SYSTEM = "14.0"
MICROPHONE = (
    f"{NAME} listens when you dictate or record a visit. What it hears is turned into text on this computer and sent "
    "nowhere."
)


def info_plist(version: str) -> dict[str, Any]:
    """The entries for a version of the program; they can be written as JSON."""
    return {
        "CFBundleName": NAME,
        "CFBundleDisplayName": NAME,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleDevelopmentRegion": "en",
        "CFBundleDocumentTypes": [_document_type(each) for each in FILE_TYPES],
        "UTExportedTypeDeclarations": [_declaration(each) for each in FILE_TYPES if each.ours],
        "UTImportedTypeDeclarations": [_declaration(each) for each in FILE_TYPES if not each.ours],
        "LSApplicationCategoryType": "public.app-category.medical",
        "LSMinimumSystemVersion": OLDEST_SYSTEM,
        "NSHighResolutionCapable": True,
        "NSRequiresAquaSystemAppearance": False,
        "NSMicrophoneUsageDescription": MICROPHONE,
        "NSHumanReadableCopyright": f"{PUBLISHER}, {LICENCE}",
    }


def type_identifier(file_type: FileType) -> str:
    """The name of the type among those of all programs. A type of others has one that says it is not ours."""
    return f"{BUNDLE_ID}.{file_type.key.lower()}" if file_type.ours else f"public.{file_type.extension}"


def _document_type(each: FileType) -> dict[str, Any]:
    return {
        "CFBundleTypeName": each.name,
        "CFBundleTypeRole": "Viewer",
        # A type that other programs have, too, stays with them.
        "LSHandlerRank": "Owner" if each.ours else "Alternate",
        "LSItemContentTypes": [type_identifier(each)],
    }


def _declaration(each: FileType) -> dict[str, Any]:
    return {
        "UTTypeIdentifier": type_identifier(each),
        "UTTypeDescription": each.name,
        "UTTypeConformsTo": ["public.data"],
        "UTTypeTagSpecification": {
            "public.filename-extension": [each.extension],
            "public.mime-type": [each.mime],
        },
    }
