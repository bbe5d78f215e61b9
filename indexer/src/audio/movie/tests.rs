//! Movies made by hand, whole and hostile.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::audio::timeline::SECOND;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "callers write b\"moov\"")]
fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).expect("a small box");
    [&size.to_be_bytes(), kind.as_slice(), body].concat()
}

/// Big-endian words.
fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn mvhd(timescale: u32, length: u32) -> Vec<u8> {
    boxed(b"mvhd", &words(&[0, 0, 0, timescale, length, 0, 0, 0, 0]))
}

fn tkhd(id: u32, flags: u32) -> Vec<u8> {
    boxed(b"tkhd", &words(&[flags, 0, 0, id, 0, 0]))
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "callers write b\"soun\"")]
fn mdia(handler: &[u8; 4], timescale: u32, codec: &[u8; 4]) -> Vec<u8> {
    let mut mdhd = words(&[0, 0, 0, timescale, 480_000]);
    // "swe" in five bits a letter.
    mdhd.extend((19_u16 << 10 | 23 << 5 | 5).to_be_bytes());
    mdhd.extend([0; 2]);
    let hdlr = [words(&[0, 0]), handler.to_vec(), vec![0; 12]].concat();
    let mut entry = [words(&[0, 1, 36]), codec.to_vec(), vec![0; 16]].concat();
    entry.extend(words(&[2 << 16 | 16, 0, 48_000 << 16]));
    let stts = words(&[0, 2, 400, 1024, 1, 500]);
    let stbl = [boxed(b"stsd", &entry), boxed(b"stts", &stts)].concat();
    let data = boxed(b"hdlr", &[words(&[0, 0]), b"url ".to_vec(), vec![0; 12]].concat());
    let minf = boxed(b"minf", &[data, boxed(b"stbl", &stbl)].concat());
    boxed(b"mdia", &[boxed(b"mdhd", &mdhd), boxed(b"hdlr", &hdlr), minf].concat())
}

fn elst(edits: &[(u32, i32)]) -> Vec<u8> {
    let count = u32::try_from(edits.len()).expect("few edits");
    let entries = edits.iter().flat_map(|&(length, media)| words(&[length, media.cast_unsigned(), 0x1_0000]));
    boxed(b"edts", &boxed(b"elst", &[words(&[0, count]), entries.collect()].concat()))
}

fn sound(id: u32, edits: &[(u32, i32)]) -> Vec<u8> {
    let edits = if edits.is_empty() { Vec::new() } else { elst(edits) };
    boxed(b"trak", &[tkhd(id, 3), edits, mdia(b"soun", 48_000, b"mp4a")].concat())
}

fn picture(id: u32) -> Vec<u8> {
    boxed(b"trak", &[tkhd(id, 3), mdia(b"vide", 12_800, b"avc1")].concat())
}

fn file(inside_moov: &[Vec<u8>]) -> Vec<u8> {
    [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &inside_moov.concat()), boxed(b"mdat", &[0; 40])].concat()
}

fn read(bytes: &[u8]) -> Option<Movie> {
    Boxes::new(Cursor::new(bytes), bytes.len() as u64).movie().expect("memory can be read")
}

fn milliseconds(timeline: &Timeline, media_ticks: i64) -> Vec<i64> {
    let media = timeline.media_time(Tick::of_rate(48_000).nanos(media_ticks));
    timeline.presented(media, 48_000, 1024).map(|(_, at)| at / (SECOND / 1000)).collect()
}

#[test]
fn a_movie_says_what_its_tracks_are() {
    let bytes = file(&[mvhd(1000, 10_000), picture(1), sound(2, &[]), sound(3, &[])]);
    let movie = read(&bytes).expect("a movie");
    assert_eq!((movie.timescale, movie.length, movie.is_fragmented), (1000, 10_000, false));
    assert_eq!(movie.length_nanos(), Some(10 * SECOND));
    assert!(movie.has_video());
    let track = movie.default_sound().expect("a sound track");
    assert_eq!((track.id, track.timescale, track.length, track.counted), (2, 48_000, 480_000, 410_100));
    assert_eq!((track.channels, track.sample_rate, &track.codec), (2, 48_000, b"mp4a"));
    assert_eq!(track.language.map(|language| language.to_string()).as_deref(), Some("sv"));
}

#[test]
fn the_default_sound_is_enabled_and_decoded_where_there_is_a_choice() {
    let track = |id, flags, codec| boxed(b"trak", &[tkhd(id, flags), mdia(b"soun", 48_000, codec)].concat());
    for (tracks, chosen) in [
        (vec![track(1, 3, b"mp4a"), track(2, 3, b"mp4a")], 1),
        (vec![track(1, 2, b"mp4a"), track(2, 3, b"mp4a")], 2),
        (vec![track(1, 3, b"ac-3"), track(2, 2, b"mp4a")], 2),
        (vec![track(1, 3, b"ac-3"), track(2, 3, b"ec-3")], 1),
    ] {
        let movie = read(&file(&[vec![mvhd(1000, 0)], tracks].concat())).expect("a movie");
        assert_eq!(movie.default_sound().map(|track| track.id), Some(chosen));
    }
}

#[test]
fn other_tracks_are_hidden() {
    let trex = |id| boxed(b"trex", &words(&[0, id, 1, 1024, 0, 0]));
    let mut bytes = file(&[mvhd(1000, 0), picture(1), sound(2, &[]), boxed(b"mvex", &[trex(1), trex(2)].concat())]);
    let movie = read(&bytes).expect("a movie");
    assert!(movie.is_fragmented);
    for (at, patch) in movie.hide_all_but(2) {
        let at = usize::try_from(at).expect("a small file");
        assert!([b"trak", b"trex"].iter().any(|kind| kind.as_slice() == &bytes[at..at + 4]));
        bytes[at..at + 4].copy_from_slice(&patch);
    }
    let left = read(&bytes).expect("a movie");
    assert_eq!(left.tracks, movie.tracks[1..]);
}

#[test]
fn the_lead_in_of_opus_is_left_out_once() {
    let mut entry = [words(&[0, 1, 55]), b"Opus".to_vec(), vec![0; 16]].concat();
    // Recorders in browsers put another box before.
    let bit_rate = boxed(b"btrt", &words(&[0; 3]));
    entry.extend([words(&[2 << 16 | 16, 0, 48_000 << 16]), bit_rate, boxed(b"dOps", b"\0\x02\x0f\0")].concat());
    let minf = boxed(b"minf", &boxed(b"stbl", &boxed(b"stsd", &entry)));
    for (edits, at) in [(&[][..], &[0_i64][..]), (&[(10_000, 0)], &[80])] {
        let edits = if edits.is_empty() { Vec::new() } else { elst(edits) };
        let media = [boxed(b"mdhd", &words(&[0, 0, 0, 48_000, 0, 0])), minf.clone()].concat();
        let track = boxed(b"trak", &[tkhd(1, 3), edits, boxed(b"mdia", &media)].concat());
        let movie = read(&file(&[mvhd(1000, 10_000), track])).expect("a movie");
        assert_eq!(movie.tracks[0].pre_skip, 3840);
        assert_eq!(milliseconds(&movie.timeline(&movie.tracks[0], Vec::new()), 3840), at);
    }
}

#[test]
fn edits_become_times_of_the_presentation() {
    /// An edit's length in milliseconds and its media time in ticks of 1/48,000 s.
    type Row = (u32, i32);
    /// The media time of a block, and the milliseconds of the presentation at which it starts.
    type Block = (i64, &'static [i64]);
    let rows: [(&[Row], &[Block]); 6] = [
        (&[], &[(0, &[0]), (48_000, &[1000])]),
        // Priming: the first 1024 frames are not presented.
        (&[(10_000, 1024)], &[(0, &[]), (1024, &[0]), (49_024, &[1000])]),
        // 1.5 s later than the picture.
        (&[(1500, -1), (8500, 1024)], &[(1024, &[1500]), (49_024, &[2500])]),
        // Cut by copying: the first 300 ms of the media are there only for decoding.
        (&[(6700, 14_400)], &[(0, &[]), (14_400, &[0]), (62_400, &[1000])]),
        // Two parts with a pause of two seconds between them, then the end.
        (&[(1000, 0), (2000, -1), (500, 96_000)], &[(0, &[0]), (48_000, &[]), (96_000, &[3000]), (120_000, &[])]),
        // A last edit of no length goes on to the end, as in fragmented files.
        (&[(0, 1024)], &[(1024, &[0]), (48_001_024, &[1_000_000])]),
    ];
    for (edits, blocks) in rows {
        let movie = read(&file(&[mvhd(1000, 10_000), sound(1, edits)])).expect("a movie");
        let timeline = movie.timeline(&movie.tracks[0], Vec::new());
        for &(media, at) in blocks {
            assert_eq!(milliseconds(&timeline, media), at, "{edits:?} at {media}");
        }
    }
}

#[test]
fn long_edits_are_read() {
    let mut entry = words(&[1 << 24, 1]);
    entry.extend(5000_u64.to_be_bytes());
    entry.extend((-1_i64).to_be_bytes());
    entry.extend(words(&[0x1_0000]));
    let edits = boxed(b"edts", &boxed(b"elst", &entry));
    let trak = boxed(b"trak", &[tkhd(1, 3), edits, mdia(b"soun", 48_000, b"mp4a")].concat());
    let movie = read(&file(&[mvhd(1000, 0), trak])).expect("a movie");
    assert_eq!(movie.tracks[0].edits, [Edit { length: 5000, media: None }]);
    assert_eq!(milliseconds(&movie.timeline(&movie.tracks[0], Vec::new()), 0), [5000]);
}

#[test]
fn fragments_state_their_times() {
    let trex = boxed(b"mvex", &boxed(b"trex", &words(&[0, 2, 1, 1024, 0, 0])));
    let moov = boxed(b"moov", &[mvhd(1000, 0), sound(2, &[]), trex].concat());
    // `stts` counts 410,100 ticks before the fragments, whatever the first of them states.
    let traf = |id: u32, stated: u32, run: Vec<u8>| {
        let tfdt = boxed(b"tfdt", &words(&[0, stated]));
        boxed(b"moof", &boxed(b"traf", &[boxed(b"tfhd", &words(&[0, id])), tfdt, boxed(b"trun", &run)].concat()))
    };
    let bytes = [
        moov,
        traf(2, 410_100, words(&[0, 10])),
        // Of another track.
        traf(7, 1_000_000, words(&[0, 10])),
        // Goes on without a gap; durations of its own, and sizes beside them.
        traf(2, 420_340, words(&[0x301, 2, 0, 1000, 7, 2000, 7])),
        // Five seconds of nothing.
        traf(2, 663_340, words(&[0, 1])),
        traf(2, 664_364, words(&[0, 1])),
    ]
    .concat();
    let mut boxes = Boxes::new(Cursor::new(&bytes), bytes.len() as u64);
    let movie = boxes.movie().expect("memory").expect("a movie");
    let fragments = boxes.fragments(&movie.tracks[0]).expect("memory");
    let tick = Tick::of_rate(48_000);
    assert_eq!(fragments.jumps, [Jump { counted: tick.nanos(423_340), stated: tick.nanos(663_340) }]);
    assert_eq!(fragments.end, tick.nanos(665_388));
}

#[test]
fn what_is_cut_off_or_absent_is_no_movie() {
    let bytes = file(&[mvhd(1000, 10_000), sound(1, &[])]);
    let moov_end = bytes.len() - 48;
    for length in 0..moov_end {
        assert_eq!(read(&bytes[..length]), None, "{length} bytes");
    }
    for length in moov_end..=bytes.len() {
        let file_length = if length < moov_end + 8 { length } else { bytes.len() };
        assert_eq!(read(&bytes[..length]).map(|movie| movie.file_length), Some(file_length as u64), "{length} bytes");
    }
    assert_eq!(read(&boxed(b"mdat", &[0; 100])), None);
}

#[test]
fn nested_boxes_do_not_exhaust_the_stack() {
    let mut nest = Vec::new();
    let depth = 100_000_u32;
    for level in 0..depth {
        nest.extend(((depth - level) * 8).to_be_bytes());
        nest.extend(b"minf");
    }
    let bytes = boxed(b"moov", &boxed(b"trak", &boxed(b"mdia", &nest)));
    assert_eq!(read(&bytes).map(|movie| movie.tracks.len()), Some(1));
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read(&boxed(b"moov", &bytes));
        read(&bytes);
    }

    #[test]
    fn mutated_movies_are_read_to_an_end(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let trex = boxed(b"mvex", &boxed(b"trex", &words(&[0, 2, 1, 1024, 0, 0])));
        let moof = boxed(b"moof", &boxed(b"traf", &[boxed(b"tfhd", &words(&[0, 2])), boxed(b"trun", &words(&[0x100, 1, 9]))].concat()));
        let mut bytes = file(&[mvhd(1000, 10_000), picture(1), sound(2, &[(1500, -1), (8500, 1024)]), trex]);
        bytes.extend(moof);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let mut boxes = Boxes::new(Cursor::new(&bytes), bytes.len() as u64);
        if let Some(movie) = boxes.movie().expect("memory") {
            prop_assert!(movie.hide_all_but(0).iter().all(|&(at, _)| at + 4 <= bytes.len() as u64));
            for track in &movie.tracks {
                let fragments = boxes.fragments(track).expect("memory");
                let timeline = movie.timeline(track, fragments.jumps);
                prop_assert!(timeline.presented(timeline.media_time(0), 48_000, 1024).count() <= 4096);
            }
        }
    }
}
