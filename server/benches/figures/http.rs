//! HTTP/1.1 over one kept connection, as little of it as the program's answers need, so that visitors cost the
//! machine next to nothing.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// An answer has to come within so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request's header lines.
pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];

/// A request as it goes over the wire.
pub(crate) fn request(method: &str, path: &str, headers: Headers) -> Vec<u8> {
    request_with(method, path, headers, "")
}

/// A form as our own page sends it.
pub(crate) fn form(path: &str, cookie: &str, body: &str) -> Vec<u8> {
    let own =
        [("Cookie", cookie), ("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
    request_with("POST", path, &own, body)
}

fn request_with(method: &str, path: &str, headers: Headers, body: &str) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(body);
    text.into_bytes()
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    /// The body as it came over the wire.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header line of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.split("\r\n").filter_map(|line| line.split_once(':'));
    pairs.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// A connection that stays open.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(address).map_err(words)?;
        stream.set_nodelay(true).map_err(words)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(words)?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024], filled: 0 })
    }

    pub(crate) fn get(&mut self, path: &str, headers: Headers) -> Result<Answer, String> {
        self.ask(&request("GET", path, headers))
    }

    /// Sends a request and keeps the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<Answer, String> {
        let (status, head, length) = self.exchange(request)?;
        let text = String::from_utf8_lossy(&self.buffer[..head]).into_owned();
        let answer = Answer { status, head: text, body: self.buffer[head..head + length].to_vec() };
        Ok(answer)
    }

    /// Sends a request, reads the answer to its end, and keeps its status only.
    pub(crate) fn status(&mut self, request: &[u8]) -> Result<u16, String> {
        Ok(self.exchange(request)?.0)
    }

    /// Status, length of the head, length of the body; both lie in the buffer until the next exchange.
    fn exchange(&mut self, request: &[u8]) -> Result<(u16, usize, usize), String> {
        self.stream.write_all(request).map_err(words)?;
        self.filled = 0;
        let head = loop {
            if let Some(end) = self.buffer[..self.filled].windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                break end + 4;
            }
            self.read_more()?;
        };
        let text = str::from_utf8(&self.buffer[..head]).map_err(words)?;
        let status = text.get(9..12).and_then(|status| status.parse().ok()).ok_or("an answer without a status")?;
        let length = header(text, "content-length").and_then(|length| length.parse().ok());
        let length: usize = length.ok_or("an answer that does not say how long it is")?;
        while self.filled < head + length {
            self.read_more()?;
        }
        Ok((status, head, length))
    }

    fn read_more(&mut self) -> Result<(), String> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).map_err(words)? {
            0 => Err("the server closed the connection".into()),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

fn words(error: impl std::fmt::Display) -> String {
    format!("the server did not answer: {error}")
}
