"""Word error rate and speed of speech recognition, against bare faster-whisper with the same model.

Run: python -m tests.benchmarks.word_errors [--show]
Needs the speech model and the measurement data (audio_general_english). "bare" is faster-whisper's own transcribe()
with its defaults, int8 on the same threads; both are told no language, and both texts go through the same normaliser:
lower case, no punctuation, numbers as they are written. Each clip is timed once, after one that is not. Processor time
is told beside the time that passed: on a busy computer only it can be compared.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import jiwer
import msgspec
import psutil
from msgspec import Struct

from engine.memory.embedder import usable_cores
from engine.models.service import Models
from engine.paths import Paths
from engine.settings import SettingsStore
from engine.speech.listener import text_of
from engine.speech.service import Speech
from engine.speech.sources import SoundSources
from engine.speech.vocabulary import plain
from engine.workers.client import WorkerClient
from engine.workers.roles import Role
from tests.benchmarks.common import shared_data


class Clip(Struct):
    file: str
    transcript: str
    kind: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="print what was heard")
    options = parser.parse_args()
    folder = shared_data() / "audio_general_english"
    clips = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=list[Clip])
    paths = Paths.default()
    worker = WorkerClient(Role.SPEECH)
    speech = Speech(worker, Models(paths, SettingsStore(paths.settings_file)), SoundSources({}))
    try:
        _measure("Chartside", lambda file: text_of(speech.transcribe(file).utterances), folder, clips, options.show)
    finally:
        worker.close()
    _measure(
        "bare faster-whisper",
        _bare(Models(paths, SettingsStore(paths.settings_file)).speech_path()),
        folder,
        clips,
        options.show,
    )
    return 0


def _bare(model_folder: Path) -> Callable[[Path], str]:
    from faster_whisper import WhisperModel

    model = WhisperModel(
        str(model_folder), device="cpu", compute_type="int8", cpu_threads=usable_cores(), local_files_only=True
    )

    def transcribe(file: Path) -> str:
        segments, _ = model.transcribe(str(file))
        return "".join(segment.text for segment in segments)

    return transcribe


def _measure(name: str, transcribe: Callable[[Path], str], folder: Path, clips: list[Clip], show: bool) -> None:
    transcribe(folder / clips[0].file)
    said, heard = [], []
    spoken_s = took_s = 0.0
    processor = _processor_s()
    for clip in clips:
        begun = time.perf_counter()
        text = transcribe(folder / clip.file)
        took_s += time.perf_counter() - begun
        spoken_s += _seconds(folder / clip.file)
        said.append(plain(clip.transcript))
        heard.append(plain(text))
        if show:
            print(f"  {jiwer.wer(said[-1], heard[-1]):4.0%} {clip.file}: {text.strip()}")
    english = [
        number
        for number, clip in enumerate(clips)
        if not clip.file.removesuffix(".wav").endswith(("_de", "_es", "_fr"))
    ]
    rates = jiwer.wer(said, heard), jiwer.wer([said[n] for n in english], [heard[n] for n in english])
    print(
        f"{name}: word error rate {rates[0]:.1%} over {len(clips)} clips, {rates[1]:.1%} over the {len(english)} "
        f"English ones; {took_s / spoken_s:.3f} s a second of sound"
        f" ({(_processor_s() - processor) / spoken_s:.3f} s of processor time; {spoken_s:.0f} s of sound)",
        flush=True,
    )


def _processor_s() -> float:
    """Processor time of this process and its children."""
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def _seconds(file: Path) -> float:
    import av

    with av.open(str(file)) as container:
        return (container.duration or 0) / av.time_base


if __name__ == "__main__":
    sys.exit(main())
