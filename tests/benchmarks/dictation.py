"""Dictated drugs and doses: how many are heard rightly, with and without the domain pack's hint.

Run: python -m tests.benchmarks.dictation [--show]
Needs espeak-ng and the speech model. Twenty sentences of our own in three voices of a speech synthesizer, which says
drug names worse than people do: what counts is the difference. Half of the drugs stand in the hint, half do not.
A drug is right where the text names it, a dose where the text has its number with its unit, in figures or words.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from engine.evidence.lexicons import Lexicons, load_lexicons
from engine.evidence.quantities import find_quantities
from engine.evidence.tokens import tokenize
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.speech.client import SpeechClient
from engine.speech.decoding import decode
from engine.speech.sound import MemoryStore
from engine.speech.vocabulary import hint_with, plain
from engine.workers.client import WorkerClient
from engine.workers.roles import Role

VOICES = ("en-us", "en-gb", "en-us+f3")

# What is said; the drug; the dose as number and unit.
SENTENCES = (
    ("Start metformin five hundred milligrams twice a day with meals.", "metformin", (500, "mg")),
    ("She takes lisinopril ten milligrams every morning.", "lisinopril", (10, "mg")),
    ("Increase atorvastatin to forty milligrams at night.", "atorvastatin", (40, "mg")),
    (
        "I prescribed azithromycin two hundred and fifty milligrams once a day for five days.",
        "azithromycin",
        (250, "mg"),
    ),
    ("Continue levothyroxine seventy five micrograms before breakfast.", "levothyroxine", (75, "ug")),
    ("He was given amoxicillin eight hundred and seventy five milligrams for ten days.", "amoxicillin", (875, "mg")),
    ("Stop the amlodipine five milligrams because of ankle swelling.", "amlodipine", (5, "mg")),
    ("Sertraline fifty milligrams was started four weeks ago.", "sertraline", (50, "mg")),
    ("Take omeprazole twenty milligrams before your evening meal.", "omeprazole", (20, "mg")),
    ("We will lower the prednisone to fifteen milligrams from Monday.", "prednisone", (15, "mg")),
    ("The patient is on methotrexate fifteen milligrams once a week.", "methotrexate", (15, "mg")),
    ("Give nitrofurantoin one hundred milligrams for five days.", "nitrofurantoin", (100, "mg")),
    ("Her neurologist added lamotrigine twenty five milligrams at bedtime.", "lamotrigine", (25, "mg")),
    ("He forgot his digoxin one hundred and twenty five micrograms yesterday.", "digoxin", (125, "ug")),
    ("Add spironolactone twelve point five milligrams for the heart failure.", "spironolactone", (12.5, "mg")),
    ("Use ondansetron four milligrams if you feel sick.", "ondansetron", (4, "mg")),
    ("We tried propranolol eighty milligrams against the tremor.", "propranolol", (80, "mg")),
    ("Colchicine six hundred micrograms twice daily settled the gout.", "colchicine", (600, "ug")),
    ("Fluconazole one hundred and fifty milligrams as a single dose.", "fluconazole", (150, "mg")),
    ("Mirtazapine thirty milligrams helps her to sleep.", "mirtazapine", (30, "mg")),
)


@dataclass
class Score:
    """Wrong ones of how many."""

    drugs: int = 0
    doses: int = 0
    invented: int = 0  # texts that name a drug that was not said
    known: int = 0  # wrong drugs among those that the hint names
    all: int = 0
    all_known: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print what was heard")
    parser.add_argument("--hint", metavar="FILE", help="another hint, to try it")
    options = parser.parse_args()
    if shutil.which("espeak-ng") is None:
        print("skipped: espeak-ng is not installed")
        return 0
    hint = Path(options.hint).read_text(encoding="utf-8") if options.hint else hint_with()
    paths = Paths.default()
    worker = WorkerClient(Role.SPEECH)
    client = SpeechClient(worker, Models(paths, SettingsStore(paths.settings_file)).speech_path)
    lexicons = load_lexicons()
    try:
        for name, used in (("without the hint", ""), ("with the hint", hint)):
            print(f"{name}: {_told(_score(client, used, hint, lexicons, show=options.show))}", flush=True)
    finally:
        worker.close()
    return 0


def _score(client: SpeechClient, used: str, hint: str, lexicons: Lexicons, *, show: bool) -> Score:
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        for sentence, drug, dose in SENTENCES:
            for voice in VOICES:
                heard = _heard(client, _spoken(sentence, voice, Path(folder)), used)
                drug_wrong, dose_wrong = not _names(heard, drug, lexicons), not _doses(heard, dose, lexicons)
                known = drug in plain(hint).split()
                score.all += 1
                score.all_known += known
                score.drugs += drug_wrong
                score.known += drug_wrong and known
                score.doses += dose_wrong
                score.invented += bool(_drugs(heard, lexicons) - {drug})
                if show and (drug_wrong or dose_wrong):
                    print(f"  {voice:9} {'drug' if drug_wrong else '    '} {'dose' if dose_wrong else '    '} {heard}")
    return score


def _told(score: Score) -> str:
    other, wrong_other = score.all - score.all_known, score.drugs - score.known
    return (
        f"drugs wrong {score.drugs}/{score.all} ({score.drugs / score.all:.1%}; of those in the hint {score.known}/"
        f"{score.all_known}, of the others {wrong_other}/{other}), another drug named in {score.invented}, "
        f"doses wrong {score.doses}/{score.all} ({score.doses / score.all:.1%})"
    )


def _spoken(sentence: str, voice: str, folder: Path) -> bytes:
    file = folder / "said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(file), sentence], check=True)
    store = MemoryStore()
    decode(file, lambda sound, _total: store.append(sound))
    return store.read(0, store.samples())


def _heard(client: SpeechClient, sound: bytes, hint: str) -> str:
    heard = client.hear(sound, last=True, language="en", hint=hint)
    return "".join(word.text for stretch in heard.stretches for word in stretch.words).strip()


def _names(text: str, drug: str, lexicons: Lexicons) -> bool:
    return drug in _drugs(text, lexicons)


def _drugs(text: str, lexicons: Lexicons) -> set[str]:
    return {match.value.name for match in lexicons.drugs.find(tokenize(text))}


def _doses(text: str, dose: tuple[float, str], lexicons: Lexicons) -> bool:
    return any((found.low, found.unit) == dose for found in find_quantities(tokenize(text), lexicons, text))


if __name__ == "__main__":
    sys.exit(main())
