//! The published file of a model: downloaded in one stream, and an interrupted download goes on where it stopped.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use indexer::models::catalog::KnownModel;
use indexer::models::hash::sha1_of;

use super::{FetchError, Watch};
use crate::library::files;

/// How long a host may take to answer before it counts as out of reach.
const CONNECT: Duration = Duration::from_secs(8);

/// How long an answer, or the next piece of it, may take.
const STILL: Duration = Duration::from_secs(30);

/// Bytes that are written at once.
const PIECE: usize = 1 << 18;

/// A file that is published, and its pin.
pub(super) struct Published {
    host: &'static str,
    address: String,
    name: String,
    bytes: u64,
    sha1: &'static str,
}

impl Published {
    /// Returns where whisper.cpp's authors publish a model.
    pub(super) fn of(model: &KnownModel) -> Self {
        let name = model.file_name();
        let address = format!("https://huggingface.co/ggerganov/whisper.cpp/resolve/main/{name}");
        Self { host: "huggingface.co", address, name, bytes: model.bytes, sha1: model.sha1 }
    }

    /// Downloads the file into a folder and checks its hash; returns where it is.
    pub(super) fn fetch(&self, folder: &Path, watch: &mut dyn Watch) -> Result<PathBuf, FetchError> {
        let path = folder.join(format!("{}.part", self.name));
        let cannot = |source| FetchError::File { path: path.clone(), source };
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FetchError::Busy(path)),
            Err(TryLockError::Error(source)) => return Err(cannot(source)),
        }
        let have = file.metadata().map_err(cannot)?.len();
        if have < self.bytes {
            watch.say(&format!("fetching {} from {}", self.name, self.host));
            let result = self.append(&mut file, &path, have, watch);
            if file.metadata().map_err(cannot)?.len() == 0 {
                files::remove(&path).map_err(cannot)?;
            }
            result?;
        }
        watch.say("checking");
        let found = sha1_of(File::open(&path).map_err(cannot)?, |_| ()).map_err(cannot)?;
        if found != self.sha1 {
            // Going on with it would give the same again.
            files::remove(&path).map_err(cannot)?;
            return Err(FetchError::Hash { what: self.name.clone(), found, expected: self.sha1 });
        }
        Ok(path)
    }

    /// Downloads what is missing in a file that has the first `have` bytes.
    fn append(&self, file: &mut File, path: &Path, have: u64, watch: &mut dyn Watch) -> Result<(), FetchError> {
        let cannot = |source| FetchError::File { path: path.to_owned(), source };
        let out_of_reach = |problem| FetchError::OutOfReach { host: self.host, problem };
        let request = agent().get(&self.address).header("range", format!("bytes={have}-"));
        let answer = request.call().map_err(|error| out_of_reach(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(out_of_reach(format!("it answered {}", answer.status())));
        }
        let mut done = have;
        if answer.status() != 206 {
            // A host that knows no ranges gives the whole.
            file.set_len(0).map_err(cannot)?;
            done = 0;
        }
        let pieces = pieces(answer.into_body().into_with_config().limit(u64::MAX).reader());
        let problem = loop {
            let piece = match pieces.recv_timeout(STILL) {
                Ok(Ok(piece)) => piece,
                Ok(Err(error)) => break error.to_string(),
                Err(RecvTimeoutError::Timeout) => break format!("nothing came for {} s", STILL.as_secs()),
                Err(RecvTimeoutError::Disconnected) if done < self.bytes => break "it ended early".to_owned(),
                Err(RecvTimeoutError::Disconnected) => return file.sync_all().map_err(cannot),
            };
            file.write_all(&piece).map_err(cannot)?;
            done += piece.len() as u64;
            watch.bytes(done, self.bytes);
        };
        Err(FetchError::BrokeOff {
            host: self.host,
            done_mb: done / 1_000_000,
            total_mb: self.bytes / 1_000_000,
            problem,
        })
    }
}

/// Reads in a thread of its own, since a read has no time limit: a connection that died silently would wait for ever.
fn pieces(mut reader: impl Read + Send + 'static) -> mpsc::Receiver<io::Result<Vec<u8>>> {
    let (sender, pieces) = mpsc::sync_channel(4);
    std::thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE];
            let read = reader.read(&mut piece);
            let is_last = !matches!(read, Ok(count) if count > 0);
            let read = read.map(|count| {
                piece.truncate(count);
                piece
            });
            if matches!(&read, Ok(piece) if piece.is_empty()) || sender.send(read).is_err() || is_last {
                break;
            }
        }
    });
    pieces
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_resolve(Some(CONNECT))
        .timeout_connect(Some(CONNECT))
        .timeout_recv_response(Some(STILL))
        .http_status_as_error(false)
        .tls_config(
            // The system's certificates, so that a proxy with its own is believed when the system believes it.
            ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build(),
        )
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;

    use super::*;

    /// What is said and how far the bar came.
    #[derive(Default)]
    struct Noted(Vec<String>, Vec<(u64, u64)>);

    impl Watch for Noted {
        fn say(&mut self, text: &str) {
            self.0.push(text.to_owned());
        }

        fn bytes(&mut self, done: u64, total: u64) {
            self.1.push((done, total));
        }
    }

    /// How a host answers one request: its status, and how many bytes of what was asked for.
    #[derive(Clone, Copy)]
    struct Answer(u16, usize);

    /// Serves one file for some requests, then stops listening; returns the addresses' start and the ranges asked for.
    fn host(content: Vec<u8>, answers: Vec<Answer>) -> (&'static str, std::thread::JoinHandle<Vec<usize>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let files = format!("http://{}", listener.local_addr().expect("an address")).leak();
        let serving = std::thread::spawn(move || {
            let answer = |Answer(status, most): Answer| {
                let (mut stream, _) = listener.accept().expect("a request");
                let lines = BufReader::new(&stream).lines().map(|line| line.expect("a line"));
                let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
                let from = head.iter().find_map(|line| line.strip_prefix("range: bytes=")?.strip_suffix('-'));
                let from: usize = from.expect("a range").parse().expect("a number");
                let body = &content[if status == 206 { from } else { 0 }..];
                let length = if status == 404 { 0 } else { body.len() };
                let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                stream.write_all(head.as_bytes()).expect("a listener");
                stream.write_all(&body[..length.min(most)]).expect("a listener");
                from
            };
            answers.into_iter().map(answer).collect()
        });
        (files, serving)
    }

    fn file(address: &str) -> (Vec<u8>, Published) {
        let content: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let bytes = content.len() as u64;
        let sha1 = sha1_of(content.as_slice(), |_| ()).expect("bytes in memory").leak();
        let name = "ggml-counting.bin".to_owned();
        (content, Published { host: "the host", address: format!("{address}/{name}"), name, bytes, sha1 })
    }

    #[test]
    fn a_download_that_broke_off_goes_on_where_it_stopped() {
        let folder = tempfile::tempdir().expect("a folder");
        let (content, _) = file("");
        let (address, serving) =
            host(content.clone(), vec![Answer(206, 1_000_000), Answer(404, 0), Answer(206, usize::MAX)]);
        let (_, published) = file(address);
        let mut noted = Noted::default();
        let error = published.fetch(folder.path(), &mut noted).expect_err("it broke off").to_string();
        assert!(error.starts_with("the download from the host broke off after 1 of 2 MB"), "{error}");
        let error = published.fetch(folder.path(), &mut noted).expect_err("it was not found").to_string();
        assert_eq!(error, "the host is out of reach (it answered 404 Not Found)");

        let path = published.fetch(folder.path(), &mut noted).expect("the rest");
        assert_eq!(std::fs::read(path).expect("the file"), content);
        assert_eq!(serving.join().expect("three requests"), [0, 1_000_000, 1_000_000]);
        assert_eq!(noted.0.last().map(String::as_str), Some("checking"));
        assert_eq!(noted.1.last(), Some(&(2_800_000, 2_800_000)));
        assert!(noted.1.is_sorted());
    }

    #[test]
    fn a_host_without_ranges_gives_the_whole_and_damage_is_thrown_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let (content, _) = file("");
        let mut damaged = content.clone();
        damaged[2_000_000] ^= 1;
        let part = folder.path().join("ggml-counting.bin.part");
        for (served, is_whole) in [(damaged, false), (content, true)] {
            std::fs::write(&part, [7; 1000]).expect("a file");
            let (address, serving) = host(served, vec![Answer(200, usize::MAX)]);
            let result = file(address).1.fetch(folder.path(), &mut Noted::default());
            assert_eq!(serving.join().expect("a request"), [1000]);
            assert!(matches!((&result, is_whole), (Ok(_), true) | (Err(FetchError::Hash { .. }), false)), "{result:?}");
            assert_eq!(part.exists(), is_whole);
        }
    }

    #[test]
    fn two_at_once_do_not_mix() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = File::create(folder.path().join("ggml-counting.bin.part")).expect("a file");
        first.lock().expect("a lock");
        let result = file("http://127.0.0.1:9").1.fetch(folder.path(), &mut Noted::default());
        assert!(matches!(result, Err(FetchError::Busy(_))), "{result:?}");
        drop(first);
        let result = file("http://127.0.0.1:9").1.fetch(folder.path(), &mut Noted::default());
        assert!(matches!(result, Err(FetchError::OutOfReach { .. })), "{result:?}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "an empty file helps nobody");
    }
}
