"""Microphones, through PortAudio. The only module that records from a device."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from engine.errors import UserError
from engine.speech.errors import NoMicrophone
from engine.speech.resampling import Resampler
from engine.speech.sound import RATE
from engine.speech.sources import BLOCK_S, Deliver, Failed
from engine.types import Microphone

if TYPE_CHECKING:
    import sounddevice as sd


def microphones() -> list[Microphone]:
    """The sound inputs of this computer, the usual one first. Raises NoMicrophone where PortAudio is missing."""
    sd = _portaudio()
    try:
        devices, usual = sd.query_devices(), sd.default.device[0]
    except sd.PortAudioError as error:
        raise _unusable(str(error)) from error
    found = [
        Microphone(str(number), str(device["name"]), default=number == usual)
        for number, device in enumerate(devices)
        if device["max_input_channels"] > 0
    ]
    return sorted(found, key=lambda microphone: not microphone.default)


class MicrophoneSource:
    """One microphone (see SoundSource), at 16 kHz, or at the rate it prefers and resampled."""

    def __init__(self, microphone: str = "") -> None:
        """microphone: an id that microphones() gave, "" for the usual one."""
        self._device = int(microphone) if microphone.isdecimal() else None
        self._stream: sd.RawInputStream | None = None
        self._lock = threading.Lock()

    def start(self, deliver: Deliver, failed: Failed) -> None:
        sd = _portaudio()
        try:
            stream = self._opened(sd, deliver, failed)
            stream.start()
        except (sd.PortAudioError, ValueError) as error:
            raise _none_to_be_opened(str(error)) from error
        with self._lock:
            self._stream = stream

    def stop(self) -> None:
        with self._lock:
            stream, self._stream = self._stream, None
        if stream is not None:
            stream.close(ignore_errors=True)

    def _opened(self, sd: Any, deliver: Deliver, failed: Failed) -> sd.RawInputStream:
        device = sd.query_devices(self._device, "input")
        own_rate = int(device["default_samplerate"])
        try:
            sd.check_input_settings(device=self._device, channels=1, dtype="int16", samplerate=RATE)
            rate = RATE
        except sd.PortAudioError:
            rate = own_rate  # Windows does not convert for us
        resampler = Resampler(rate)

        def heard(data: Any, _frames: int, _times: Any, _flags: Any) -> None:
            deliver(resampler.take(bytes(data)))

        def ended() -> None:
            with self._lock:
                pulled = self._stream is not None
            if pulled:
                failed(pulled_out())

        return sd.RawInputStream(
            device=self._device,
            samplerate=rate,
            blocksize=round(rate * BLOCK_S),
            channels=1,
            dtype="int16",
            callback=heard,
            finished_callback=ended,
        )


def pulled_out() -> UserError:
    return NoMicrophone(
        "The microphone stopped giving sound. What was recorded until then is kept.",
        "Check its plug, then go on with the recording.",
    )


def _portaudio() -> Any:
    """Raises NoMicrophone where the library is not there."""
    try:
        import sounddevice
    except OSError as error:
        raise NoMicrophone(
            "Sound cannot be recorded on this computer: its sound library is missing.",
            "Install PortAudio (on Debian and Ubuntu the package libportaudio2), then start Chartside again.",
            str(error),
        ) from error
    return sounddevice


def _none_to_be_opened(details: str) -> UserError:
    return NoMicrophone(
        "No microphone could be opened.",
        "Plug one in, and see that this computer's privacy settings allow Chartside to use it; then try again.",
        details,
    )


def _unusable(details: str) -> UserError:
    return NoMicrophone(
        "The sound inputs of this computer could not be read.", "Restart the computer, then try again.", details
    )
