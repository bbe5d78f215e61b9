"""Speech by espeak-ng that says when each of its words starts."""

import ctypes

WORD, END = 1, 0  # espeak_EVENT_TYPE in speak_lib.h
UTF8 = 1
RETRIEVAL = 1  # AUDIO_OUTPUT_RETRIEVAL
SPEED, PITCH = 1, 3  # espeak_PARAMETER


class Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_int64),
    ]


CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))


class Espeak:
    def __init__(self):
        self.library = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = self.library.espeak_Initialize(RETRIEVAL, 0, None, 0)
        # The library keeps a pointer to it.
        self.callback = CALLBACK(self.take)
        self.library.espeak_SetSynthCallback(self.callback)

    def take(self, sound, count, events):
        number = 0
        while events[number].type != END:
            if events[number].type == WORD:
                start = events[number].text_position - 1
                word = self.text[start : start + events[number].length]
                self.words.append([word, events[number].audio_position])
            number += 1
        if sound and count:
            self.samples.extend(ctypes.string_at(sound, count * 2))
        return 0

    def speak(self, voice, text, speed=160, pitch=50):
        """Returns 16-bit samples at `rate` and `[word, start_ms]` for each word."""
        self.text, self.words, self.samples = text, [], bytearray()
        self.library.espeak_SetVoiceByName(voice.encode())
        self.library.espeak_SetParameter(SPEED, speed, 0)
        self.library.espeak_SetParameter(PITCH, pitch, 0)
        encoded = text.encode()
        self.library.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, UTF8, None, None)
        self.library.espeak_Synchronize()
        return bytes(self.samples), self.words
