//! A client asks a server over HTTP, one query after the other, and takes the time of each whole request.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::mix::Asked;

/// What some queries took, with their classes.
#[derive(Default)]
pub(crate) struct Times {
    all: Vec<(Duration, &'static str, String)>,
    wall: Duration,
}

/// Asks queries by several clients at once, each taking the next, until all are answered or it was `enough`: the mix is
/// shuffled, so that its shares hold for any part.
pub(crate) fn ask(
    address: &str,
    queries: &[Asked],
    clients: usize,
    enough: Duration,
    path: &(dyn Fn(&Asked) -> String + Sync),
) -> Times {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let began = Instant::now();
    let client = || {
        let mut connection = BufReader::new(TcpStream::connect(address).expect("a server"));
        connection.get_ref().set_nodelay(true).expect("an option");
        let mut times = Vec::new();
        while let Some(asked) = queries.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            if began.elapsed() > enough {
                break;
            }
            let path = path(asked);
            let began = Instant::now();
            get(&mut connection, &path);
            times.push((began.elapsed(), asked.class, asked.ours()));
        }
        times
    };
    let all = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        clients.into_iter().flat_map(|client| client.join().expect("a client")).collect()
    });
    Times { all, wall: began.elapsed() }
}

/// Asks for a path on a connection that stays; returns the body.
pub(crate) fn get(connection: &mut BufReader<TcpStream>, path: &str) -> Vec<u8> {
    send(connection, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"), path)
}

/// Sends a body of JSON to a path by a method; returns what comes back.
pub(crate) fn put(connection: &mut BufReader<TcpStream>, method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json");
    send(connection, &format!("{head}\r\nContent-Length: {length}\r\n\r\n{body}"), path)
}

fn send(connection: &mut BufReader<TcpStream>, request: &str, path: &str) -> Vec<u8> {
    // In one piece: the other side would begin to read half of it.
    connection.get_mut().write_all(request.as_bytes()).expect("sent");
    let (mut line, mut length, mut status) = (String::new(), 0, String::new());
    loop {
        line.clear();
        connection.read_line(&mut line).expect("a line");
        if line.trim().is_empty() {
            break;
        }
        if status.is_empty() {
            status.clone_from(&line);
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).expect("a body");
    assert!(status.contains(" 200 "), "{path}: {status} {}", String::from_utf8_lossy(&body));
    body
}

impl Times {
    /// Returns what the given part of the queries took at most, in milliseconds.
    pub(crate) fn percentile(&self, part: f64) -> f64 {
        percentile(self.all.iter().map(|(time, ..)| *time).collect(), part)
    }

    /// Returns how many queries were answered.
    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    /// Returns how many queries were answered in a second.
    pub(crate) fn rate(&self) -> f64 {
        self.all.len() as f64 / self.wall.as_secs_f64()
    }

    /// Returns those of other classes.
    pub(crate) fn without(&self, class: &str) -> Self {
        Self { all: self.all.iter().filter(|(_, it, _)| *it != class).cloned().collect(), wall: self.wall }
    }

    /// Returns the times of each class.
    pub(crate) fn by_class(&self) -> BTreeMap<&'static str, Vec<Duration>> {
        let mut classes: BTreeMap<&'static str, Vec<Duration>> = BTreeMap::new();
        for (time, class, _) in &self.all {
            classes.entry(class).or_default().push(*time);
        }
        classes
    }

    /// Returns the query that took longest.
    pub(crate) fn slowest(&self) -> (f64, &str) {
        let slowest = self.all.iter().max_by_key(|(time, ..)| *time);
        slowest.map_or((0.0, ""), |(time, _, query)| (milliseconds(*time), query))
    }
}

pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

pub(crate) fn percentile(mut times: Vec<Duration>, part: f64) -> f64 {
    times.sort_unstable();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
    let place = (times.len() as f64 * part).ceil() as usize;
    times.get(place.saturating_sub(1)).map_or(f64::NAN, |time| milliseconds(*time))
}
