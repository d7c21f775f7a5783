//! The clients: each reads and says how long it took.

use std::sync::Arc;
use std::time::Instant;

use alinea_client::{Client, Error, Paragraph, ParagraphQuery};
use alinea_proto::v1::{self, paragraph_service_client::ParagraphServiceClient};
use tonic::transport::Channel;

use super::seen;

/// What a client read.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) count: usize,
    /// The bytes of the texts and names.
    pub(crate) bytes: usize,
    /// Is the same for those who read the same.
    pub(crate) check: usize,
    pub(crate) seconds: f64,
    /// How long a call took, in µs.
    pub(crate) p50: f64,
    /// The time that the client computed, in seconds.
    pub(crate) own_cpu: f64,
    /// The time that the server computed, in seconds.
    pub(crate) cpu: f64,
    /// The most memory that the server had, in MB.
    pub(crate) memory: f64,
}

impl Answer {
    pub(crate) fn parse(line: &str) -> Self {
        let words: Vec<f64> = line.split_whitespace().map(|word| word.parse().unwrap()).collect();
        let whole = |at: usize| words[at] as usize;
        let (seconds, p50, own_cpu) = (words[3], words[4], words[5]);
        Self { count: whole(0), bytes: whole(1), check: whole(2), seconds, p50, own_cpu, ..Self::default() }
    }

    fn print(&self) {
        let Self { count, bytes, check, seconds, p50, own_cpu, .. } = self;
        println!("{count} {bytes} {check} {seconds} {p50} {own_cpu}");
    }

    fn take(&mut self, name: &str, text: &str, tags: usize, kind: usize) {
        self.count += 1;
        self.bytes += name.len() + text.len();
        self.check += name.len() + text.len() * 3 + tags * 7 + kind;
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
        self.check += other.check;
    }
}

pub(crate) async fn read(part: &[&str]) {
    let (url, part) = part.split_first().unwrap();
    let mut answer = Answer::default();
    let started;
    match *part {
        [way, themes, times] => {
            let client = warm(url).await;
            started = Instant::now();
            for _ in 0..times.parse().unwrap() {
                answer.add(ours(way, query(&client, themes), usize::MAX).await.unwrap());
            }
        }
        ["plain", themes, times, count] => {
            let channel = plain_channel(url).await;
            started = Instant::now();
            for _ in 0..times.parse().unwrap() {
                answer.add(plain(channel.clone(), themes, count.parse().unwrap()).await);
            }
        }
        ["many", way, streams, of_each] => {
            let (streams, of_each) = (streams.parse().unwrap(), of_each.parse().unwrap());
            let reading: Vec<_>;
            if way == "plain" {
                let channel = plain_channel(url).await;
                started = Instant::now();
                reading = (0..streams).map(|_| tokio::spawn(plain(channel.clone(), "", of_each))).collect();
            } else {
                let client = warm(url).await;
                started = Instant::now();
                let way = way.to_owned();
                reading = (0..streams)
                    .map(|_| {
                        let (way, query) = (way.clone(), query(&client, ""));
                        tokio::spawn(async move { ours(&way, query, of_each).await.unwrap() })
                    })
                    .collect();
            }
            for one in reading {
                answer.add(one.await.unwrap());
            }
        }
        ["get", side, count, at_once] => {
            let (count, at_once): (usize, usize) = (count.parse().unwrap(), at_once.parse().unwrap());
            let client = warm(url).await;
            let channel = plain_channel(url).await;
            let names = names(&client, side).await;
            started = Instant::now();
            let calls: Vec<_> = (0..at_once)
                .map(|first| {
                    let (client, channel, names) = (client.clone(), channel.clone(), names.clone());
                    let plain = side == "plain";
                    tokio::spawn(async move {
                        let mut took = Vec::new();
                        let mut plain_client = ParagraphServiceClient::new(channel);
                        for at in (first..count).step_by(at_once) {
                            let begun = Instant::now();
                            let name = names[at * 7919 % names.len()].clone();
                            match plain {
                                true => {
                                    let request = v1::GetParagraphRequest { name, ..Default::default() };
                                    plain_client.get_paragraph(request).await.unwrap();
                                }
                                false => drop(client.get_paragraph(name).await.unwrap()),
                            }
                            took.push(begun.elapsed().as_secs_f64() * 1e6);
                        }
                        took
                    })
                })
                .collect();
            let mut took = Vec::new();
            for one in calls {
                took.extend(one.await.unwrap());
            }
            took.sort_by(f64::total_cmp);
            (answer.count, answer.p50) = (took.len(), took[took.len() / 2]);
        }
        _ => return,
    }
    answer.seconds = started.elapsed().as_secs_f64();
    answer.own_cpu = seen::computed(std::process::id());
    answer.print();
}

/// A client whose connection is open.
async fn warm(url: &str) -> Client {
    Client::connect(url).await.unwrap()
}

async fn plain_channel(url: &str) -> Channel {
    Channel::from_shared(url.to_owned()).unwrap().connect().await.unwrap()
}

fn query(client: &Client, themes: &str) -> ParagraphQuery {
    let themes = themes.split(',').filter(|theme| !theme.is_empty());
    themes.fold(client.paragraphs(), |query, theme| query.theme(theme).exact())
}

/// The names of paragraphs to fetch. Plain tonic has them by number.
async fn names(client: &Client, side: &str) -> Arc<[String]> {
    if side == "plain" {
        return (0..100_000).map(|number| number.to_string()).collect();
    }
    let mut names = Vec::new();
    let mut stream = client.paragraphs().stream();
    while let Some(paragraph) = stream.try_next().await.unwrap() {
        names.push(paragraph.name.into());
        if names.len() == 100_000 {
            break;
        }
    }
    names.into()
}

async fn ours(way: &str, query: ParagraphQuery, most: usize) -> Result<Answer, Error> {
    let mut answer = Answer::default();
    if way == "owned" {
        let mut stream = query.stream();
        while answer.count < most
            && let Some(Paragraph { name, text, tags, kind, .. }) = stream.try_next().await?
        {
            answer.take(name.as_str(), &text, tags.len(), as_number(kind));
        }
    } else {
        let mut views = query.views();
        while answer.count < most
            && let Some(batch) = views.try_next().await?
        {
            for one in batch.paragraphs() {
                answer.take(one.name(), one.text(), one.tags().len(), as_number(one.kind()));
            }
        }
    }
    Ok(answer)
}

fn as_number(kind: alinea_client::ParagraphKind) -> usize {
    usize::from(kind == alinea_client::ParagraphKind::Alinea)
}

async fn plain(channel: Channel, themes: &str, count: usize) -> Answer {
    let any_of = themes.split(',').filter(|theme| !theme.is_empty()).map(str::to_owned).collect();
    let themes = Some(v1::ThemeFilter { any_of, exact: true, ..Default::default() });
    let filter = Some(v1::ParagraphFilter { themes, ..Default::default() });
    let request = v1::StreamParagraphsRequest { filter, batch_size: count as i32, ..Default::default() };
    let mut answer = Answer::default();
    let mut stream =
        ParagraphServiceClient::new(channel).stream_paragraphs(request).await.unwrap().into_inner();
    while let Some(response) = stream.message().await.unwrap() {
        for one in response.paragraphs {
            let kind = usize::from(one.kind() == v1::ParagraphKind::Alinea);
            answer.take(&one.name, &one.text, one.tags.len(), kind);
        }
    }
    answer
}
