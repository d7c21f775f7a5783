//! Requests to the admin port of a server, as HTTP/1.0: an answer ends with its connection.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an admin port answered.
#[derive(Debug)]
pub(super) struct Answer(String);

/// Asks for a path, such as `/metrics`.
pub(super) fn get(address: SocketAddr, path: &str) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(Answer(answer))
}

impl Answer {
    /// The number of its status, such as `200`; none when it is no answer of HTTP.
    pub(super) fn status(&self) -> Option<&str> {
        self.first_line().strip_prefix("HTTP/")?.split(' ').nth(1)
    }

    /// The line with its status.
    pub(super) fn first_line(&self) -> &str {
        self.0.lines().next().unwrap_or_default()
    }

    /// What comes after the headers.
    pub(super) fn body(&self) -> &str {
        self.0.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }
}
