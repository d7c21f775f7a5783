//! Whatever a request says, it is answered or refused: no panic, and no error that blames the server. A few seconds of random
//! requests unless `ALINEA_FUZZ_SECONDS` says how many.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use guarded::{Server, raw::Raw};
use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, MethodDescriptor, Value,
};
use tonic::{Code, Request, Status, client::Grpc, transport::Channel};

mod guarded;

/// How many answers of a stream are read, and how long one is waited for.
const ANSWERS: usize = 20;
const PATIENCE: Duration = Duration::from_millis(50);
const DEADLINE: Duration = Duration::from_millis(500);
/// How many calls of each method are made at least.
const LEAST: usize = 20;

/// Words that mean something to the server, at least in some fields, and some that never should.
const WORDS: &[&str] = &[
    "",
    "a",
    "a",
    "documents/a",
    "documents/-",
    "documents/a/paragraphs/p1",
    "documents/a/paragraphs/nothing",
    "documents/a/sections/s1",
    "documents/none",
    "documents/",
    "themes/terrorism",
    "themes/energy",
    "themes/none",
    "schemes/default",
    "builtin",
    "terrorism",
    "en",
    "fr-CH",
    "xx-nothing",
    "text/plain",
    "text/html",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "2006-06-17",
    "2006-13-45",
    "1",
    "2",
    "18446744073709551615",
    "-1",
    "*",
    "title",
    "title,language_code",
    "nothing.at.all",
    "\u{0}",
    "\u{202e}\u{feff}é",
    "\"armes légères\" -x OR (",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
];
const BYTES: &[&[u8]] = &[
    b"",
    b"1. The Parties condemn terrorism.\n\n2. Energy is discussed.\n",
    b"<html><body><p>1. Terrorism</p></body></html>",
    b"%PDF-1.7\n1 0 obj\n<<>>\nendobj",
    b"PK\x03\x04",
    b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <a> a skos:Concept ; skos:prefLabel \"x\"@en .",
    &[0xff; 300],
];

struct Random(fastrand::Rng);

impl Random {
    fn of<'a, T: ?Sized>(&mut self, some: &[&'a T]) -> &'a T {
        some[self.0.usize(..some.len())]
    }

    fn number(&mut self) -> i64 {
        match self.0.usize(..8) {
            0 => 0,
            1 => -1,
            2 => i64::from(i32::MAX),
            3 => i64::from(i32::MIN),
            4 => i64::MAX,
            5 => i64::MIN,
            6 => self.0.i64(..),
            _ => self.0.i64(0..20),
        }
    }

    fn message(&mut self, of: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(of.clone());
        for field in of.fields() {
            // What lies deep is rarely there, so that messages end.
            if self.0.usize(..3 + depth) < 2 {
                let value = self.field(&field, depth);
                message.set_field(&field, value);
            }
        }
        message
    }

    fn field(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        let many = self.0.usize(..4);
        if field.is_map() {
            let Kind::Message(entry) = field.kind() else { panic!("a map without entries") };
            let value = entry.map_entry_value_field();
            let pair = |random: &mut Self| {
                (MapKey::String(random.of(WORDS).to_owned()), random.value(&value.kind(), depth))
            };
            return Value::Map((0..many).map(|_| pair(self)).collect());
        }
        if field.is_list() {
            return Value::List((0..many).map(|_| self.value(&field.kind(), depth)).collect());
        }
        self.value(&field.kind(), depth)
    }

    fn value(&mut self, kind: &Kind, depth: usize) -> Value {
        match kind {
            Kind::String => Value::String(self.of(WORDS).to_owned()),
            Kind::Bytes => Value::Bytes(self.of(BYTES).to_vec().into()),
            Kind::Bool => Value::Bool(self.0.bool()),
            Kind::Enum(_) => Value::EnumNumber(self.number().clamp(-2, 40) as i32),
            Kind::Float => Value::F32([0.0, 0.5, -1.0, 2.0, f32::NAN, f32::INFINITY][self.0.usize(..6)]),
            Kind::Double => Value::F64([0.0, 0.5, -1.0, f64::NAN][self.0.usize(..4)]),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32(self.number() as i32),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64(self.number()),
            Kind::Uint32 | Kind::Fixed32 => Value::U32(self.number() as u32),
            Kind::Uint64 | Kind::Fixed64 => Value::U64(self.number() as u64),
            Kind::Message(of) => Value::Message(self.message(of, depth + 1)),
        }
    }

    /// The bytes of a message, now and then with some that are wrong.
    fn bytes(&mut self, of: &MessageDescriptor) -> Vec<u8> {
        let mut bytes = self.message(of, 0).encode_to_vec();
        if self.0.usize(..8) == 0 && !bytes.is_empty() {
            for _ in 0..self.0.usize(1..4) {
                let at = self.0.usize(..bytes.len());
                bytes[at] = self.0.u8(..);
            }
            bytes.truncate(self.0.usize(..=bytes.len()));
        }
        bytes
    }
}

/// Calls a method, and reads some of its answers.
async fn call(channel: Channel, path: &str, messages: Vec<Vec<u8>>) -> Result<(), Status> {
    let mut grpc = Grpc::new(channel);
    grpc.ready().await.unwrap();
    let mut request = Request::new(futures_util::stream::iter(messages));
    // Some ask for a revision that never comes.
    request.set_timeout(DEADLINE);
    let mut answers = grpc.streaming(request, path.parse().unwrap(), Raw).await?.into_inner();
    for _ in 0..ANSWERS {
        let Ok(answer) = tokio::time::timeout(PATIENCE, answers.message()).await else {
            // A watch that has nothing to say.
            break;
        };
        if answer?.is_none() {
            break;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_request_says_it_is_answered_or_refused() {
    static PANICS: AtomicUsize = AtomicUsize::new(0);
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        before(panic);
    }));
    let seconds = std::env::var("ALINEA_FUZZ_SECONDS").map_or(4, |seconds| seconds.parse().unwrap());
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = Random(fastrand::Rng::with_seed(seed));
    let server = Server::start(|_| Default::default()).await;
    let channel = server.channel().await;
    let pool = DescriptorPool::decode(alinea_proto::DESCRIPTORS).unwrap();
    let methods: Vec<MethodDescriptor> =
        pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let (begun, mut calls) = (Instant::now(), 0);
    while calls < methods.len() * LEAST || begun.elapsed() < Duration::from_secs(seconds) {
        let method = &methods[calls % methods.len()];
        calls += 1;
        // Something to be found.
        if calls % 97 == 1 {
            server.take_in("a", "w", "1. The Parties condemn terrorism.\n\n2. Energy is discussed.\n");
        }
        let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
        let count = if method.is_client_streaming() { random.0.usize(..4) } else { 1 };
        let messages: Vec<Vec<u8>> = (0..count).map(|_| random.bytes(&method.input())).collect();
        let outcome = call(channel.clone(), &path, messages.clone()).await;
        let code = outcome.as_ref().err().map_or(Code::Ok, Status::code);
        let told = || format!("{path} {outcome:?} with {messages:?} (seed {seed})");
        assert!(
            !matches!(code, Code::Internal | Code::Unknown | Code::DataLoss | Code::Unavailable),
            "{}",
            told()
        );
        assert_eq!(PANICS.load(Ordering::Relaxed), 0, "{}", told());
        *outcomes.entry(format!("{code:?}")).or_default() += 1;
    }
    println!("{calls} calls of {} methods: {outcomes:?}", methods.len());
    assert!(outcomes.len() > 3, "all is answered alike: {outcomes:?}");
    server.stop().await;
}
