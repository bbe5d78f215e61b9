"""Speaks a text with espeak-ng into OUT.wav and writes when each word starts to OUT.words.json.

    espeak_words.py VOICE TEXT OUT     TEXT is a file of UTF-8; OUT.txt is written as well
"""

import ctypes
import json
import sys
import wave

WORD, END = 1, 0  # espeak_EVENT_TYPE in speak_lib.h
UTF8 = 1
RETRIEVAL = 1  # AUDIO_OUTPUT_RETRIEVAL


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


def main():
    voice, path, out = sys.argv[1:]
    text = open(path, encoding="utf-8").read()
    espeak = ctypes.CDLL("libespeak-ng.so.1")
    rate = espeak.espeak_Initialize(RETRIEVAL, 0, None, 0)
    samples, words = bytearray(), []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event))
    def callback(wav, count, events):
        number = 0
        while events[number].type != END:
            if events[number].type == WORD:
                start = events[number].text_position - 1
                words.append([text[start : start + events[number].length], events[number].audio_position])
            number += 1
        if wav and count:
            samples.extend(ctypes.string_at(wav, count * 2))
        return 0

    espeak.espeak_SetSynthCallback(callback)
    espeak.espeak_SetVoiceByName(voice.encode())
    encoded = text.encode()
    espeak.espeak_Synth(encoded, len(encoded) + 1, 0, 1, 0, UTF8, None, None)
    espeak.espeak_Synchronize()
    with wave.open(out + ".wav", "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(samples))
    json.dump(words, open(out + ".words.json", "w", encoding="utf-8"), ensure_ascii=False)
    open(out + ".txt", "w", encoding="utf-8").write(text)


main()
