"""What a signed update.json may say."""

from __future__ import annotations

import msgspec
import pytest

from engine.installation import this_platform
from engine.updates.manifest import MAX_UNPACKED, Manifest, check_fits, decode, encode, order
from engine.updates.refusals import UpdateRefused

GOOD = Manifest(
    version="1.2.3",
    platform="linux-x86_64",
    gpu="none",
    updates_from="0.1.0",
    size=10,
    sha256="0" * 64,
    unpacked=100,
    entries=3,
    created="2026-12-01",
)


def changed(**fields: object) -> bytes:
    return msgspec.json.encode(msgspec.to_builtins(GOOD) | fields)


def test_what_is_written_is_read() -> None:
    assert decode(encode(GOOD)) == GOOD
    assert decode(changed(later="a field of a later version")) == GOOD


@pytest.mark.parametrize(
    "bad",
    [
        {"version": "1.2"},
        {"version": "1.2.3\n"},
        {"version": "01.2.3"},
        {"version": "../../x"},
        {"version": "1.2.99999999"},
        {"platform": "linux/x"},
        {"sha256": "zz"},
        {"size": -1},
        {"size": 0},
        {"unpacked": MAX_UNPACKED + 1},
        {"entries": 10**9},
        {"payload": "../x"},
        {"created": "yesterday"},
        {"format": "other"},
        {"schema": "1"},
        {"notes": "x" * 5000},
    ],
    ids=str,
)
def test_what_is_out_of_bounds_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(UpdateRefused, match="not made as it should be"):
        decode(changed(**bad))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"format": "chartside-update"}'])
def test_no_manifest(content: bytes) -> None:
    with pytest.raises(UpdateRefused):
        decode(content)


def test_a_later_form_asks_for_the_installer() -> None:
    with pytest.raises(UpdateRefused, match="newer form") as refused:
        decode(changed(schema=2, size={"of another": "kind"}))
    assert "installer" in refused.value.advice


def test_versions_compare_as_numbers() -> None:
    assert order("0.9.0") < order("0.10.0") < order("1.0.0")
    for odd in ("1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc1", "1.2.3\n"):
        with pytest.raises(ValueError, match="not a version"):
            order(odd)


def test_the_order_of_complaints() -> None:
    """What the person can act on comes first: a file for another computer is not also "older"."""
    with pytest.raises(UpdateRefused, match="another kind of computer"):
        check_fits(GOOD, version="9.0.0", gpu="cuda", system="macos-arm64")
    check_fits(GOOD, version="1.2.2", gpu="none", system="linux-x86_64")


def test_the_name_of_this_platform() -> None:
    assert (
        msgspec.convert(msgspec.to_builtins(GOOD) | {"platform": this_platform()}, Manifest).platform == this_platform()
    )
