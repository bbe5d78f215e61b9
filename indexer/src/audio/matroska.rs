//! A mending makes a damaged `WebM` or Matroska file readable again (RFC 9559).
//!
//! Such a file is a segment of clusters, and those hold the packets. A demultiplexer that meets an element that makes no
//! sense may lose its way and give up everything after it, although each cluster states its own time. So what makes no
//! sense, up to where sense begins again, is shown to it as one void element, which it passes over.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use super::masked::Patch;

const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1f43_b675;
const VOID: u8 = 0xec;
const CRC_32: u32 = 0xbf;

/// What may lie in a segment besides clusters: seek heads, info, tracks, cues, attachments, chapters, tags.
const IN_SEGMENT: [u32; 9] =
    [0x114d_9b74, 0x1549_a966, 0x1654_ae6b, 0x1c53_bb6b, 0x1941_a469, 0x1043_a770, 0x1254_c367, VOID as u32, CRC_32];

/// What may lie in a cluster: its time, blocks and groups of them, position, size of the last, and what is out of use.
const IN_CLUSTER: [u32; 9] = [0xe7, 0xa3, 0xa0, 0xa7, 0xab, 0x5854, 0xaf, VOID as u32, CRC_32];

/// More places than this are noise, not a recording.
const MAX_PLACES: u32 = 10_000;

/// So many elements of a cluster in a row are no chance: the IDs of one in thirty bytes, with lengths that lead to another.
const CHAIN: usize = 4;

/// How a file is mended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mending {
    /// What is to be shown in place of the file's own bytes.
    pub patches: Vec<Patch>,
    /// How many separate places make no sense.
    pub places: u32,
}

/// Finds what makes no sense in a file of some length; nothing in a file that is whole or merely cut off.
pub(super) fn mend(file: impl Read + Seek, length: u64) -> io::Result<Mending> {
    let mut walk = Walk { file: BufReader::new(file), mending: Mending::default() };
    let Some(head) = walk.element(0)?.filter(|head| head.id == EBML) else { return Ok(walk.mending) };
    let Some(segment) = walk.element(head.end.unwrap_or(length))? else { return Ok(walk.mending) };
    if segment.id == SEGMENT {
        walk.segment(segment.body, segment.end.unwrap_or(length).min(length))?;
    }
    Ok(walk.mending)
}

/// The head of an element.
struct Element {
    id: u32,
    body: u64,
    /// `None` when the size is not known, as in a live recording.
    end: Option<u64>,
}

impl Element {
    /// Returns whether it may lie in a cluster that ends there.
    fn is_in_cluster(&self, cluster_end: u64) -> bool {
        IN_CLUSTER.contains(&self.id) && self.end.is_some_and(|end| end <= cluster_end)
    }
}

/// Where sense begins again.
enum Sense {
    /// Elements of the cluster go on here.
    Blocks(u64),
    /// Another cluster starts here.
    Cluster(u64),
}

struct Walk<R> {
    file: BufReader<R>,
    mending: Mending,
}

impl<R: Read + Seek> Walk<R> {
    fn segment(&mut self, mut at: u64, end: u64) -> io::Result<()> {
        while at < end && self.mending.places < MAX_PLACES {
            at = match self.element(at)? {
                Some(cluster) if cluster.id == CLUSTER => self.cluster(at, &cluster, end)?,
                Some(Element { id, end: Some(next), .. }) if IN_SEGMENT.contains(&id) && next <= end => next,
                _ => {
                    let Some(Sense::Cluster(next)) = self.next_sense(at, at, end)? else { break };
                    self.mending.places += 1;
                    self.hide(at, next);
                    next
                }
            };
        }
        Ok(())
    }

    /// Walks through a cluster and returns where what follows it starts.
    fn cluster(&mut self, start: u64, cluster: &Element, segment_end: u64) -> io::Result<u64> {
        let end = cluster.end.unwrap_or(segment_end).min(segment_end);
        let mut at = cluster.body;
        while at < end {
            let next = match self.element(at)? {
                Some(element) if element.is_in_cluster(end) => {
                    at = element.end.unwrap_or(end);
                    continue;
                }
                Some(Element { id, .. }) if id == CLUSTER || IN_SEGMENT[..7].contains(&id) => at,
                _ => match self.next_sense(at, end, segment_end)? {
                    Some(Sense::Blocks(next)) => {
                        self.mending.places += 1;
                        self.hide(at, next);
                        at = next;
                        continue;
                    }
                    Some(Sense::Cluster(next)) => next,
                    // There is nothing to go on with: the file was cut off, or this is as good as that.
                    None => return Ok(segment_end),
                },
            };
            let is_too_long = cluster.end.is_some() && next < end;
            self.mending.places += u32::from(is_too_long || next > at);
            if is_too_long {
                self.forget_size(start, cluster.body);
            }
            // A void must not reach out of what it lies in.
            self.hide(at, next.min(end));
            self.hide(end, next);
            return Ok(next);
        }
        Ok(end)
    }

    /// Reads the head of an element; `None` where there is none.
    fn element(&mut self, at: u64) -> io::Result<Option<Element>> {
        let mut bytes = [0; 12];
        self.seek(at)?;
        let mut filled = 0;
        while let count @ 1.. = self.file.read(&mut bytes[filled..])? {
            filled += count;
        }
        Ok(head(&bytes[..filled]).map(|(id, size, length)| {
            let body = at + length;
            Element { id, body, end: size.map(|size| body.saturating_add(size)) }
        }))
    }

    /// Returns where sense begins again after a place, if it does: in the cluster that ends at `cluster_end`, or with
    /// another cluster.
    fn next_sense(&mut self, after: u64, cluster_end: u64, segment_end: u64) -> io::Result<Option<Sense>> {
        let mut at = after + 1;
        let mut next = [0];
        while at < segment_end {
            self.seek(at)?;
            if self.file.read(&mut next)? == 0 {
                break;
            }
            if next[0] == CLUSTER.to_be_bytes()[0] && self.is_cluster(at)? {
                return Ok(Some(Sense::Cluster(at)));
            }
            if at < cluster_end && IN_CLUSTER.contains(&next[0].into()) && self.are_blocks(at, cluster_end)? {
                return Ok(Some(Sense::Blocks(at)));
            }
            at += 1;
        }
        Ok(None)
    }

    /// Returns whether elements of a cluster stand here one after another, which chance does not bring about.
    fn are_blocks(&mut self, start: u64, cluster_end: u64) -> io::Result<bool> {
        let mut at = start;
        for _ in 0..CHAIN {
            match self.element(at)? {
                Some(element) if element.is_in_cluster(cluster_end) => at = element.end.unwrap_or(cluster_end),
                Some(Element { id: CLUSTER, .. }) if at > start => return self.is_cluster(at),
                _ => return Ok(false),
            }
            if at == cluster_end {
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// Returns whether a cluster starts here, which the same four bytes by chance do not.
    fn is_cluster(&mut self, start: u64) -> io::Result<bool> {
        let Some(cluster) = self.element(start)?.filter(|element| element.id == CLUSTER) else { return Ok(false) };
        Ok(self.element(cluster.body)?.is_some_and(|first| IN_CLUSTER.contains(&first.id)))
    }

    fn seek(&mut self, to: u64) -> io::Result<()> {
        let now = self.file.stream_position()?;
        match i64::try_from(i128::from(to) - i128::from(now)) {
            // Short ways stay inside what is buffered.
            Ok(distance) => self.file.seek_relative(distance),
            Err(_) => self.file.seek(SeekFrom::Start(to)).map(drop),
        }
    }

    /// Shows a range as a void element; one byte is too short for that and is left to the demultiplexer.
    fn hide(&mut self, start: u64, end: u64) {
        let Some(size @ 2..) = end.checked_sub(start) else { return };
        let head = match u8::try_from(size - 2) {
            Ok(size @ ..=0x7e) => vec![VOID, 0x80 | size],
            // 55 bits more are 16 PB.
            _ => [vec![VOID, 0x01], (size - 9).to_be_bytes()[1..].to_vec()].concat(),
        };
        self.mending.patches.push((start, head));
    }

    /// Shows a cluster's size as unknown: then it ends where the next one starts.
    fn forget_size(&mut self, start: u64, body: u64) {
        let size = start + 4;
        let length = usize::try_from(body - size).unwrap_or(1).clamp(1, 8);
        let mut bytes = vec![0xff; length];
        bytes[0] = 0xff >> (length - 1);
        self.mending.patches.push((size, bytes));
    }
}

/// Reads ID and size, numbers whose first set bit tells their length (RFC 8794 §4); returns the head's length, too.
fn head(bytes: &[u8]) -> Option<(u32, Option<u64>, u64)> {
    let number = |bytes: &[u8], longest: usize| {
        let length = bytes.first()?.leading_zeros() as usize + 1;
        let bytes = bytes.get(..length).filter(|_| length <= longest)?;
        Some((bytes.iter().fold(0_u64, |number, &byte| number << 8 | u64::from(byte)), length))
    };
    let (id, id_length) = number(bytes, 4)?;
    let (size, size_length) = number(&bytes[id_length..], 8)?;
    let mask = (1_u64 << (7 * size_length)) - 1;
    let size = Some(size & mask).filter(|&size| size != mask);
    Some((u32::try_from(id).ok()?, size, (id_length + size_length) as u64))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const TIME: &[u8] = b"\xe7\x81\x05";
    const BLOCK: &[u8] = b"\xa3\x85\x81\0\0\x80x";

    /// A file with one cluster after another; a size of `None` is unknown.
    fn file(clusters: &[(Option<u8>, Vec<u8>)]) -> Vec<u8> {
        let mut bytes = b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\xec\x80".to_vec();
        for (size, body) in clusters {
            bytes.extend([0x1f, 0x43, 0xb6, 0x75, size.map_or(0xff, |size| 0x80 | size)]);
            bytes.extend_from_slice(body);
        }
        bytes
    }

    fn mended(bytes: &[u8]) -> Mending {
        mend(Cursor::new(bytes), bytes.len() as u64).expect("memory")
    }

    #[test]
    fn a_whole_or_cut_file_needs_no_mending() {
        let body = [TIME, BLOCK, BLOCK].concat();
        for size in [Some(17), None] {
            let whole = file(&[(size, body.clone()), (size, body.clone())]);
            for length in 0..=whole.len() {
                assert_eq!(mended(&whole[..length]).places, 0, "{size:?} cut at {length} of {}", whole.len());
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_void_up_to_where_sense_begins_again() {
        let good = [TIME, BLOCK].concat();
        let noise = [b"\x42\x42\x1f\x43\xb6\x75\x99\0\0".as_slice(), &[7; 200]].concat();
        // Between two clusters, inside one of unknown size, inside one of known size.
        let between =
            [file(&[(Some(10), good.clone())]), noise.clone(), file(&[(Some(10), good.clone())])[19..].to_vec()];
        let void = [vec![0xec, 0x01, 0, 0, 0, 0, 0, 0, 200]];
        assert_eq!(mended(&between.concat()), Mending { patches: vec![(34, void[0].clone())], places: 1 });
        let inside = file(&[(None, [good.clone(), noise].concat()), (None, good.clone())]);
        assert_eq!(mended(&inside), Mending { patches: vec![(34, void[0].clone())], places: 1 });
        let known = file(&[(Some(20), [good.clone(), vec![0; 10]].concat()), (Some(10), good.clone())]);
        assert_eq!(mended(&known), Mending { patches: vec![(34, vec![0xec, 0x88])], places: 1 });
    }

    #[test]
    fn a_cluster_goes_on_behind_damage_inside_it() {
        let body = [TIME, BLOCK, &[0; 11], BLOCK, BLOCK].concat();
        for size in [Some(35), None] {
            let bytes = file(&[(size, body.clone()), (Some(10), [TIME, BLOCK].concat())]);
            assert_eq!(mended(&bytes), Mending { patches: vec![(34, vec![0xec, 0x89])], places: 1 }, "{size:?}");
        }
    }

    #[test]
    fn a_size_that_swallows_the_next_cluster_is_forgotten() {
        let good = [TIME, BLOCK].concat();
        let bytes =
            file(&[(Some(60), good.clone()), (Some(10), good.clone()), (Some(10), [good.clone(), good].concat())]);
        assert_eq!(mended(&bytes).patches[0], (23, vec![0xff]));
    }

    #[test]
    fn heads_are_read() {
        for (bytes, expected) in [
            (&b"\xe7\x81\x05"[..], Some((0xe7, Some(1), 2))),
            (b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff", Some((CLUSTER, None, 12))),
            (b"\x42\x86\x40\x02", Some((0x4286, Some(2), 4))),
            (b"\x08\0\0\0\0\x80", None),
            (b"\xe7\0", None),
            (b"\xe7", None),
            (b"", None),
        ] {
            assert_eq!(head(bytes), expected, "{bytes:x?}");
        }
    }
}
