"""Playing sound, through PortAudio. The only module that plays on a device."""

from __future__ import annotations

import io
import wave
from typing import Any

from engine.cancellation import CancelToken
from engine.errors import UserError

_BLOCK_S = 0.1


def play(wav: bytes, cancel: CancelToken) -> None:
    """Play a WAV file (16 bits) on the usual output; blocks. Raises UserError where that cannot be done, Cancelled."""
    try:
        import sounddevice as sd
    except OSError as error:
        raise _mute(str(error)) from error
    with wave.open(io.BytesIO(wav)) as reader:
        try:
            _play(sd, reader, cancel)
        except sd.PortAudioError as error:
            raise _mute(str(error)) from error


def _play(sd: Any, reader: wave.Wave_read, cancel: CancelToken) -> None:
    rate, frames = reader.getframerate(), round(reader.getframerate() * _BLOCK_S)
    with sd.RawOutputStream(samplerate=rate, channels=reader.getnchannels(), dtype="int16") as stream:
        while block := reader.readframes(frames):
            if cancel.cancelled:
                stream.abort()
            cancel.check()
            stream.write(block)


def _mute(details: str) -> UserError:
    return UserError(
        "Sound cannot be played on this computer.",
        "Connect a loudspeaker or headphones, and see that one is chosen in this computer's sound settings.",
        details,
    )
