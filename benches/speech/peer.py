"""Transcribes files with one peer and prints a line of JSON for each: {"file", "text", "words": [[text, start_ms], …]}.

    peer.py WAY MODEL FILE...

WAY is faster-whisper, faster-whisper-vad, faster-whisper-batched (MODEL: a folder of CTranslate2 weights) or
whisper.cpp (MODEL: a ggml file).
"""

import json
import os
import sys

THREADS = len(os.sched_getaffinity(0))


def faster_whisper(way, model):
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=THREADS)
    options = {"beam_size": 5, "word_timestamps": True}
    if way == "faster-whisper-batched":
        whisper = BatchedInferencePipeline(whisper)
        options["beam_size"] = 1
        options["batch_size"] = 8
    if way == "faster-whisper-vad":
        options["vad_filter"] = True

    def transcribe(path):
        segments, _ = whisper.transcribe(path, **options, language=os.environ.get("BENCH_LANGUAGE"))
        for segment in segments:
            for word in segment.words or []:
                yield word.word, round(word.start * 1000)

    return transcribe


def whisper_cpp(model):
    from pywhispercpp.model import Model

    # The command's own defaults: beam of 5, text context from window to window.
    whisper = Model(
        model,
        params_sampling_strategy=1,
        redirect_whispercpp_logs_to=None,
        n_threads=THREADS,
        language=os.environ.get("BENCH_LANGUAGE", "auto"),
        print_progress=False,
    )

    def transcribe(path):
        for segment in whisper.transcribe(path):
            for word in segment.text.split():
                yield word + " ", segment.t0 * 10

    return transcribe


def main():
    way, model, *paths = sys.argv[1:]
    transcribe = whisper_cpp(model) if way == "whisper.cpp" else faster_whisper(way, model)
    for path in paths:
        words = list(transcribe(path))
        print(json.dumps({"file": path, "text": "".join(text for text, _ in words), "words": words}), flush=True)


main()
