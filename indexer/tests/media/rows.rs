//! A row is a kind of file, with how it is made and where a browser's player has its beeps.
//!
//! Where that is off the beep's place in the recording, the file itself says so. ffmpeg, which made it, agrees with
//! each; so does Chromium, as `tests/browser/clock.test.mjs` measures.

use std::path::PathBuf;

use Make::{Commands, Sweep};

use crate::files::{Files, amr, as_he_aac, wide_wave, with_box, with_unknown_clusters};

/// Who decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Us,
    Ffmpeg,
}

pub(crate) struct Row {
    pub(crate) container: &'static str,
    pub(crate) what: &'static str,
    pub(crate) by: By,
    beeps_ms: &'static [f64],
    /// Frames of the encoder that the file does not tell, and players hear.
    untold: f64,
    make: Make,
}

enum Make {
    /// ffmpeg's arguments before the name, and its ending; once for each rate, and for each number of channels.
    Sweep(&'static str, &'static str, &'static [u32], &'static [u32]),
    /// ffmpeg's commands; the last writes the name.
    Commands(&'static str),
    By(fn(&Files) -> PathBuf),
}

/// The beeps of `BEEPS`.
const HERE: &[f64] = &[2000.0, 5000.0, 8000.0];
/// The same after 1.5 s.
const LATE: &[f64] = &[3500.0, 6500.0, 9500.0];

/// Every rate in use, and where the codec is the same again, the lowest, the commonest and the highest.
const ALL: &[u32] = &[8000, 11_025, 16_000, 22_050, 32_000, 44_100, 96_000, 192_000];
const SOME: &[u32] = &[8000, 44_100, 192_000];
const AAC: &[u32] = &[8000, 11_025, 16_000, 22_050, 32_000, 44_100, 96_000];
const MP3: &[u32] = &[8000, 11_025, 16_000, 22_050, 32_000, 44_100];
const OPUS: &[u32] = &[48_000];
const EIGHT: &[u32] = &[1, 2, 3, 4, 5, 6, 7, 8];
const UP_TO_EIGHT: &[u32] = &[1, 2, 6, 8];
const TWO: &[u32] = &[1, 2];
const ONE: &[u32] = &[1];

const fn row(container: &'static str, what: &'static str, make: Make) -> Row {
    Row { container, what, by: By::Us, beeps_ms: HERE, untold: 0.0, make }
}

impl Row {
    const fn at(self, beeps_ms: &'static [f64]) -> Self {
        Self { beeps_ms, ..self }
    }

    const fn after(self, untold: f64) -> Self {
        Self { untold, ..self }
    }

    const fn by_ffmpeg(self) -> Self {
        Self { by: By::Ffmpeg, ..self }
    }

    /// Returns where a player has the beeps of a file with some rate, in milliseconds.
    pub(crate) fn beeps(&self, rate: f64) -> Vec<f64> {
        self.beeps_ms.iter().map(|beep| beep + self.untold * 1000.0 / rate).collect()
    }

    pub(crate) fn make(&self, files: &Files) -> Vec<PathBuf> {
        match self.make {
            Make::Sweep(arguments, ending, rates, channels) => {
                let most = *channels.last().unwrap_or(&1);
                let rates = rates.iter().map(|&rate| (rate, if most == 1 { 1 } else { 2 }));
                let kinds = rates.chain(channels.iter().map(|&channels| (48_000, channels)));
                let make = |(rate, channels)| {
                    let name = format!("{rate}-{channels}.{ending}");
                    files.ffmpeg(&format!("BEEPS@{rate}x{channels} {arguments} {name}"));
                    files.path(&name)
                };
                kinds.map(make).collect()
            }
            Make::Commands(commands) => {
                files.ffmpeg(commands);
                vec![files.path(commands.rsplit(' ').next().unwrap_or_default())]
            }
            Make::By(make) => vec![make(files)],
        }
    }
}

pub(crate) const ROWS: &[Row] = &[
    // MP4 and its relatives.
    row("MP4", "sound alone (m4a)", Sweep("-c:a aac", "m4a", AAC, TWO)),
    row("MP4", "film", Commands("PICTURE BEEPS@48000 -c:v libx264 -g 10 -c:a aac film.mp4")),
    row(
        "MP4",
        "sound starts 1.5 s after the picture",
        Commands("PICTURE -itsoffset 1.5 BEEPS@48000 -c:v libx264 -bf 0 -c:a aac late.mp4"),
    )
    .at(LATE),
    row(
        "MP4",
        "cut at 3.3 s without encoding",
        Commands(
            "PICTURE BEEPS@48000 -c:v libx264 -bf 0 -g 10 -c:a aac whole.mp4 && -ss 3.3 -i whole.mp4 -c copy cut.mp4",
        ),
    )
    .at(&[1700.0, 4700.0]),
    row("MP4", "several edits", Make::By(several_edits)).at(&[2000.0, 6000.0]),
    row(
        "MP4",
        "fragments",
        Commands(
            "PICTURE BEEPS@48000 -c:v libx264 -bf 0 -g 10 -c:a aac -movflags frag_keyframe+empty_moov+delay_moov frag.mp4",
        ),
    ),
    row(
        "MP4",
        "fragments, sound late",
        Commands(
            "PICTURE -itsoffset 1.5 BEEPS@48000 -c:v libx264 -bf 0 -g 10 -c:a aac \
         -movflags frag_keyframe+empty_moov+default_base_moof frag-late.mp4",
        ),
    )
    .at(LATE),
    // Its recorder did not say that the first frame is the encoder's delay.
    row("MP4", "fragments, the second one lost", Make::By(lost_fragment)).at(&[5000.0, 8000.0]).after(1024.0),
    row("MP4", "ALAC", Sweep("-c:a alac", "alac.m4a", SOME, TWO)),
    row("MP4", "ALAC, 24 bit", Sweep("-c:a alac -sample_fmt s32p", "alac24.m4a", &[96_000], TWO)),
    row("MP4", "Opus", Sweep("-c:a libopus", "opus.mp4", OPUS, TWO)),
    row("MP4", "MP3", Sweep("-c:a libmp3lame", "mp3.mp4", &[16_000, 44_100], TWO)),
    row("MP4", "FLAC", Sweep("-c:a flac -strict -2", "flac.mp4", &[8000, 192_000], UP_TO_EIGHT)),
    row("QuickTime", "AAC-LC", Sweep("-c:a aac", "mov", &[16_000, 44_100], TWO)),
    row("QuickTime", "16 bit", Sweep("-c:a pcm_s16le", "s16.mov", SOME, TWO)),
    row("QuickTime", "24 bit, big-endian", Sweep("-c:a pcm_s24be", "s24.mov", &[48_000], ONE)),
    row("QuickTime", "32 bit float", Sweep("-c:a pcm_f32le", "f32.mov", &[48_000], ONE)),
    // WebM and Matroska.
    row("WebM", "Opus", Sweep("-c:a libopus", "opus.webm", OPUS, TWO)),
    row("WebM", "Vorbis", Sweep("-c:a libvorbis", "vorbis.webm", SOME, UP_TO_EIGHT)),
    row(
        "WebM",
        "film, sound starts 1.5 s after the picture",
        Commands("PICTURE -itsoffset 1.5 BEEPS@48000 -c:v libvpx -c:a libopus late.webm"),
    )
    .at(LATE),
    row(
        "WebM",
        "film, a second without packets",
        Commands("PICTURE BEEPS@48000 -af aselect=not(between(t\\,3\\,4)) -c:v libvpx -c:a libopus gap.webm"),
    ),
    row("WebM", "live: no length", Commands("PICTURE BEEPS@48000 -c:v libvpx -c:a libopus -f webm -live 1 live.webm")),
    row(
        "WebM",
        "live: no length, nor of its clusters",
        Make::By(|files| {
            files.ffmpeg("BEEPS@48000 -c:a libopus -f webm -live 1 -cluster_time_limit 1000 clusters.webm");
            files.write("unknown.webm", with_unknown_clusters(files.read("clusters.webm")))
        }),
    ),
    row(
        "WebM",
        "Opus in frames of 20, then of 60 ms",
        Make::By(|files| {
            files.ffmpeg("BEEPS@48000 -t 4 -c:a libopus short.webm && BEEPS@48000 -ss 4 -c:a libopus -frame_duration 60 long.webm");
            files.write("parts.txt", "file short.webm\nfile long.webm\n");
            files.ffmpeg("-f concat -i parts.txt -c copy frames.webm");
            files.path("frames.webm")
        }),
    ),
    row("Matroska", "AAC-LC", Sweep("-c:a aac", "aac.mkv", &[16_000, 44_100], TWO)).after(1024.0),
    row("Matroska", "FLAC", Sweep("-c:a flac", "flac.mkv", SOME, UP_TO_EIGHT)),
    row("Matroska", "16 bit", Sweep("-c:a pcm_s16le", "s16.mkv", SOME, UP_TO_EIGHT)),
    row("Matroska", "24 bit", Sweep("-c:a pcm_s24le", "s24.mkv", &[48_000], TWO)),
    row("Matroska", "32 bit float", Sweep("-c:a pcm_f32le", "f32.mkv", &[48_000], TWO)),
    row("Matroska", "Opus", Sweep("-c:a libopus", "opus.mkv", OPUS, TWO)),
    row("Matroska", "Vorbis", Sweep("-c:a libvorbis", "vorbis.mkv", &[44_100], TWO)),
    row("Matroska", "MP3", Sweep("-c:a libmp3lame", "mp3.mkv", &[44_100], TWO)).after(1105.0),
    // Ogg.
    row("Ogg", "Opus", Sweep("-c:a libopus", "opus", OPUS, TWO)),
    row("Ogg", "Vorbis", Sweep("-c:a libvorbis", "oga", ALL, EIGHT)),
    row("Ogg", "FLAC", Sweep("-c:a flac", "flac.ogg", SOME, UP_TO_EIGHT)),
    row("Ogg", "film (ogv)", Commands("PICTURE BEEPS@44100 -c:v libtheora -c:a libvorbis theora.ogv")),
    row("Ogg", "three streams, one after the other", Make::By(chained))
        .at(&[2000.0, 5000.0, 8000.0, 12_000.0, 15_000.0, 18_000.0, 22_000.0, 25_000.0, 28_000.0]),
    // Sound alone.
    row("MP3", "constant bit rate", Sweep("-c:a libmp3lame -b:a 64k", "cbr.mp3", MP3, TWO)),
    row("MP3", "variable bit rate", Sweep("-c:a libmp3lame -q:a 5", "vbr.mp3", MP3, TWO)),
    // Nothing tells the encoder's delay.
    row(
        "MP3",
        "variable bit rate, no Xing header",
        Sweep("-c:a libmp3lame -q:a 5 -write_xing 0 -id3v2_version 0", "bare.mp3", &[44_100], TWO),
    )
    .after(1105.0),
    row(
        "MP3",
        "with a picture in its tag",
        Commands(
            "PICTURE -frames:v 1 -s 1920x1080 -c:v png cover.png && -i cover.png BEEPS@44100 -map 1 -map 0 -c:v copy \
         -c:a libmp3lame -disposition:v attached_pic picture.mp3",
        ),
    ),
    row("FLAC", "", Sweep("-c:a flac", "flac", ALL, EIGHT)),
    row("FLAC", "24 bit", Sweep("-c:a flac -sample_fmt s32", "24.flac", &[96_000], TWO)),
    row("WAV", "8 bit", Sweep("-c:a pcm_u8", "u8.wav", &[8000], TWO)),
    row("WAV", "16 bit", Sweep("-c:a pcm_s16le", "s16.wav", ALL, EIGHT)),
    row("WAV", "24 bit, extensible", Sweep("-c:a pcm_s24le", "s24.wav", SOME, UP_TO_EIGHT)),
    row("WAV", "32 bit, extensible", Sweep("-c:a pcm_s32le", "s32.wav", &[192_000], UP_TO_EIGHT)),
    row("WAV", "32 bit float", Sweep("-c:a pcm_f32le", "f32.wav", SOME, UP_TO_EIGHT)),
    row("WAV", "64 bit float", Sweep("-c:a pcm_f64le", "f64.wav", &[48_000], ONE)),
    row("WAV", "A-law", Sweep("-c:a pcm_alaw", "alaw.wav", &[8000], ONE)),
    row("WAV", "mu-law", Sweep("-c:a pcm_mulaw", "mulaw.wav", &[8000], ONE)),
    row("WAV", "IMA ADPCM", Sweep("-c:a adpcm_ima_wav", "ima.wav", &[22_050], TWO)),
    row("WAV", "Microsoft ADPCM", Sweep("-c:a adpcm_ms", "ms.wav", &[22_050], TWO)),
    row("WAV", "RF64", Sweep("-c:a pcm_s16le -rf64 always", "rf64.wav", &[48_000], TWO)),
    row("WAV", "RF64 of 4.4 GB", Make::By(|files| wide_wave(files, *b"RF64", 350)))
        .at(&[350_000.0, 352_000.0, 354_000.0]),
    row("WAV", "BW64", Make::By(|files| wide_wave(files, *b"BW64", 2))).at(&[2000.0, 4000.0, 6000.0]),
    row("AIFF", "16 bit", Sweep("-c:a pcm_s16be", "aiff", SOME, UP_TO_EIGHT)),
    row("AIFF", "24 bit", Sweep("-c:a pcm_s24be", "24.aiff", &[48_000], TWO)),
    row("CAF", "16 bit", Sweep("-c:a pcm_s16le", "caf", SOME, UP_TO_EIGHT)),
    row("CAF", "ALAC", Sweep("-c:a alac", "alac.caf", &[44_100], TWO)),
    // No times; players hear the encoder's delay.
    row("AAC (ADTS)", "AAC-LC", Sweep("-c:a aac", "aac", &[8000, 44_100, 96_000], TWO)).after(1024.0),
    row("AAC (ADTS)", "44.1, then 48 kHz", Make::By(two_rates))
        // The first stream is 432 frames long.
        .at(&[2000.0, 5000.0, 8000.0, 12_031.0, 15_031.0, 18_031.0])
        .after(1024.0),
    // What ffmpeg decodes for us.
    row("QuickTime", "mu-law", Sweep("-c:a pcm_mulaw", "mulaw.mov", &[8000], ONE)).by_ffmpeg(),
    row("MP4", "HE-AAC", Make::By(he_aac)).by_ffmpeg(),
    row("MP4", "AAC, 5.1", Sweep("-c:a aac", "surround.m4a", &[], &[6])).by_ffmpeg(),
    row(
        "MP4",
        "AC-3, film, sound late",
        Commands("PICTURE -itsoffset 1.5 BEEPS@48000x6 -c:v libx264 -bf 0 -c:a ac3 late-ac3.mp4"),
    )
    .at(LATE)
    .by_ffmpeg(),
    row("MP4", "E-AC-3", Sweep("-c:a eac3", "eac3.mp4", &[48_000], &[2, 6])).by_ffmpeg(),
    row("Matroska", "DTS", Sweep("-c:a dca -strict -2", "dts.mkv", &[48_000], &[2, 6])).by_ffmpeg(),
    row("Matroska", "AC-3", Sweep("-c:a ac3", "ac3.mkv", &[48_000], &[2, 6])).by_ffmpeg(),
    row("Matroska", "Opus, 5.1", Sweep("-c:a libopus", "surround.mkv", &[], &[6])).by_ffmpeg(),
    row("Ogg", "Speex", Sweep("-c:a libspeex", "speex.ogg", &[8000, 16_000], ONE)).by_ffmpeg(),
    row("MPEG-TS", "AAC, film", Commands("PICTURE BEEPS@48000 -c:v libx264 -bf 0 -c:a aac film.ts"))
        .after(1024.0)
        .by_ffmpeg(),
    row(
        "MPEG-TS",
        "MP2, a second without packets",
        Commands("PICTURE BEEPS@48000 -af aselect=not(between(t\\,3\\,4)) -c:v mpeg2video -c:a mp2 gap.ts"),
    )
    .by_ffmpeg(),
    row(
        "MPEG-TS",
        "AC-3, sound late",
        Commands("PICTURE -itsoffset 1.5 BEEPS@48000 -c:v libx264 -bf 0 -c:a ac3 late.ts"),
    )
    .at(LATE)
    .by_ffmpeg(),
    row("MPEG-PS", "MP2, film", Commands("PICTURE BEEPS@48000 -r 25 -c:v mpeg2video -c:a mp2 film.mpg")).by_ffmpeg(),
    row("AVI", "MP3, film", Commands("PICTURE BEEPS@44100 -c:v mpeg4 -c:a libmp3lame film.avi"))
        .after(1105.0)
        .by_ffmpeg(),
    row("AVI", "16 bit, film", Commands("PICTURE BEEPS@48000x2 -c:v mpeg4 -c:a pcm_s16le dv.avi")).by_ffmpeg(),
    row("Windows Media", "WMA", Sweep("-c:a wmav2", "wma", &[44_100], TWO)).after(2048.0).by_ffmpeg(),
    row("Windows Media", "film", Commands("PICTURE BEEPS@44100 -c:v wmv2 -c:a wmav2 film.wmv"))
        .after(2048.0)
        .by_ffmpeg(),
    row("Flash", "AAC, film", Commands("PICTURE BEEPS@44100 -c:v flv -c:a aac film.flv")).after(1024.0).by_ffmpeg(),
    row("Flash", "MP3, film", Commands("PICTURE BEEPS@44100 -c:v flv -c:a libmp3lame mp3.flv"))
        .after(1105.0)
        .by_ffmpeg(),
    row("AMR", "narrow band", Make::By(|files| files.write("voice.amr", amr()))).by_ffmpeg(),
    row("AC-3", "", Sweep("-c:a ac3", "ac3", &[48_000], &[2, 6])).by_ffmpeg(),
    row("DTS", "", Sweep("-c:a dca -strict -2", "dts", &[48_000], &[2, 6])).by_ffmpeg(),
];

/// 4 s, then 2 s left out, then the rest.
fn several_edits(files: &Files) -> PathBuf {
    files.ffmpeg("BEEPS@48000 -c:a aac one-edit.m4a");
    let priming = 1024_u32;
    let edits = [(4000_u32, priming), (4000, priming + 6 * 48_000)];
    let list =
        edits.iter().flat_map(|(length, media)| [length.to_be_bytes(), media.to_be_bytes(), [0, 1, 0, 0]].concat());
    let body = [0_u8; 4].into_iter().chain(2_u32.to_be_bytes()).chain(list).collect::<Vec<_>>();
    files.write("edits.m4a", with_box(&files.read("one-edit.m4a"), b"elst", &body))
}

fn lost_fragment(files: &Files) -> PathBuf {
    files.ffmpeg("BEEPS@48000 -c:a aac -f hls -hls_time 2 -hls_segment_type fmp4 list.m3u8");
    let parts = ["init.mp4", "list0.m4s", "list2.m4s", "list3.m4s", "list4.m4s"];
    files.write("lost.mp4", parts.map(|part| files.read(part)).concat())
}

fn chained(files: &Files) -> PathBuf {
    files.ffmpeg(
        "BEEPS@44100 -c:a libvorbis 1.ogg && BEEPS@48000 -c:a libvorbis 2.ogg && BEEPS@48000 -c:a libopus 3.ogg",
    );
    files.write("chain.ogg", ["1.ogg", "2.ogg", "3.ogg"].map(|part| files.read(part)).concat())
}

fn two_rates(files: &Files) -> PathBuf {
    files.ffmpeg("BEEPS@44100 -c:a aac 44.aac && BEEPS@48000 -c:a aac 48.aac");
    files.write("rates.aac", ["44.aac", "48.aac"].map(|part| files.read(part)).concat())
}

fn he_aac(files: &Files) -> PathBuf {
    files.ffmpeg("BEEPS@24000 -c:a aac core.m4a");
    files.write("he.m4a", as_he_aac(files.read("core.m4a")))
}
