"""Whether a server keeps to HTTP/2 (RFC 9113) and HPACK (RFC 7541) with those who do not: a case for each rule that
a client can break, over plain connections and over TLS, in frames written by hand. Prints each case that is not as the RFC has
it. PROTOCOL_ERROR will do for every error of the connection: hyper says it of all that it cannot read.

    http2.py PROGRAM
"""

import contextlib, os, re, socket, ssl, subprocess, sys, tempfile

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM = ACK = 1
END_HEADERS, PADDED = 4, 8
PROTOCOL, FLOW, CLOSED, SIZE, REFUSED, CANCEL, COMPRESSION = 1, 3, 5, 6, 7, 8, 9
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
LARGEST = 1 << 14
WATCH, GET = (f"/alinea.v1.ParagraphService/{method}" for method in ("WatchParagraphs", "GetParagraph"))


def frame(kind, flags=0, stream=0, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def number(value):
    return value.to_bytes(4, "big")


def setting(which, value):
    return which.to_bytes(2, "big") + number(value)


def literal(name, value):
    """A header that is written out, and not indexed."""
    name, value = name.encode(), value.encode()
    return bytes([0, len(name)]) + name + bytes([len(value)]) + value


def block(*more, path=GET, leave=(), **change):
    """The headers of a call, with some of them left out or changed, and more behind them."""
    pseudo = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "a"}
    usual = {"content-type": "application/grpc", "te": "trailers"}
    headers = {**pseudo, **usual, **{name.replace("_", "-"): value for name, value in change.items()}}
    kept = [literal(name, value) for name, value in headers.items() if name not in leave]
    return b"".join(kept + [literal(*header) if isinstance(header, tuple) else header for header in more])


def call(stream=1, flags=END_HEADERS, headers=None):
    return frame(HEADERS, flags, stream, block() if headers is None else headers)


WHOLE = END_HEADERS | END_STREAM
# A call that is open, one that has said all and is answered for long, and one that was taken back.
OPEN = call()
WATCHED = call(headers=block(path=WATCH)) + frame(DATA, END_STREAM, 1, bytes(5))
RESET = OPEN + frame(RST_STREAM, 0, 1, number(CANCEL))


class Connection:
    """A connection that has greeted."""

    def __init__(self, address, tls, settings=b""):
        self.socket = socket.create_connection(address, timeout=5)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.read = b""
        self.send(PREFACE + frame(SETTINGS, 0, 0, settings))

    def send(self, frames):
        # One that closes early has said why before.
        with contextlib.suppress(OSError):
            self.socket.sendall(frames)

    def next(self):
        """The next frame as kind, flags, stream and payload; none when the connection is over."""
        while len(self.read) < 9 or len(self.read) < 9 + int.from_bytes(self.read[:3], "big"):
            try:
                more = self.socket.recv(1 << 16)
            except (ConnectionError, ssl.SSLError):
                more = b""
            if not more:
                return None
            self.read += more
        end = 9 + int.from_bytes(self.read[:3], "big")
        head, payload, self.read = self.read[:9], self.read[9:end], self.read[end:]
        return head[3], head[4], int.from_bytes(head[5:9], "big"), payload


def fails(*codes, stream=False):
    """Expects an error of the connection with one of the codes, or, where that is enough, of the stream."""

    def check(connection):
        while (said := connection.next()) is not None:
            kind, _, _, payload = said
            if kind == GOAWAY:
                code = int.from_bytes(payload[4:8], "big")
                return None if code in (PROTOCOL, *codes) else f"GOAWAY with {code}"
            if stream and kind == RST_STREAM:
                code = int.from_bytes(payload[:4], "big")
                return None if code in codes else f"RST_STREAM with {code}"
            if stream and kind == HEADERS:
                # A server may answer a malformed request before it ends the stream (RFC 9113, 8.1.1).
                return None if b"\x8c" in payload[:1] or b"400" in payload else "it is answered"
        return None

    return check


def lives(connection):
    """Expects that the connection goes on as if nothing had been said."""
    mark = b"Is it on"
    connection.send(frame(PING, 0, 0, mark))
    while (said := connection.next()) is not None:
        if said[0] in (GOAWAY, RST_STREAM):
            return f"{'GOAWAY' if said[0] == GOAWAY else 'RST_STREAM'} with {said[3].hex()}"
        if said == (PING, ACK, 0, mark):
            return None
    return "it is closed"


def answers(connection):
    """Expects an answer of call 1."""
    while (said := connection.next()) is not None:
        if said[0] == HEADERS and said[2] == 1:
            return None
        if said[0] in (GOAWAY, RST_STREAM):
            return f"refused with {said[3].hex()}"
    return "it is closed"


def acknowledges(connection):
    while (said := connection.next()) is not None:
        if said[:3] == (SETTINGS, ACK, 0):
            return None
    return "it is closed"


def one_byte(connection):
    """Expects data of one byte, which is all that the window lets through."""
    while (said := connection.next()) is not None:
        if said[0] == DATA:
            return None if len(said[3]) == 1 else f"{len(said[3])} bytes"
    return "it is closed"


def request(**how):
    return call(flags=WHOLE, headers=block(**how))


def with_header(name, value):
    return call(flags=WHOLE, headers=block((name, value)))


MALFORMED = fails(PROTOCOL, stream=True)
LARGE = bytes(LARGEST + 1)
HUFFMAN_X = b"\x00\x01x"
CASES = [
    ("4.1 a frame of an unknown type is ignored", frame(22, 0, 0, bytes(8)), lives),
    ("4.1 unknown flags are ignored", frame(PING, 0x16, 0, bytes(8)), lives),
    ("4.1 the reserved bit is ignored", frame(PING, 0, 1 << 31, bytes(8)), lives),
    ("4.2 a frame of the largest size is taken", OPEN + frame(DATA, 0, 1, bytes(LARGEST)), lives),
    ("4.2 data over it is not", OPEN + frame(DATA, 0, 1, LARGE), fails(SIZE, stream=True)),
    ("4.2 headers over it are not", frame(HEADERS, WHOLE, 1, LARGE), fails(SIZE)),
    ("4.3 headers that are none", frame(HEADERS, WHOLE, 1, b"\x40"), fails(COMPRESSION)),
    ("4.3 a priority between headers", call(flags=END_STREAM) + frame(PRIORITY, 0, 1, bytes(5)), fails(PROTOCOL)),
    ("4.3 another call between headers", call(flags=END_STREAM) + call(3, WHOLE), fails(PROTOCOL)),
    ("5.1 data of an idle stream", frame(DATA, END_STREAM, 1, b"x"), fails(PROTOCOL)),
    ("5.1 a reset of an idle stream", frame(RST_STREAM, 0, 1, number(CANCEL)), fails(PROTOCOL)),
    ("5.1 a window of an idle stream", frame(WINDOW_UPDATE, 0, 1, number(100)), fails(PROTOCOL)),
    ("5.1 a continuation of an idle stream", frame(CONTINUATION, END_HEADERS, 1, block()), fails(PROTOCOL)),
    ("5.1 data after the end", WATCHED + frame(DATA, END_STREAM, 1, b"x"), fails(CLOSED, stream=True)),
    ("5.1 headers after the end", WATCHED + call(1, WHOLE), fails(CLOSED, PROTOCOL, stream=True)),
    ("5.1 a continuation after the end", WATCHED + frame(CONTINUATION, END_HEADERS, 1, block()), fails(CLOSED, PROTOCOL)),
    ("5.1 headers after a reset", RESET + call(1, WHOLE), fails(CLOSED, PROTOCOL, stream=True)),
    ("5.1 a continuation after a reset", RESET + frame(CONTINUATION, END_HEADERS, 1, block()), fails(CLOSED, PROTOCOL)),
    ("5.1 a window after a reset is ignored", RESET + frame(WINDOW_UPDATE, 0, 1, number(9)), lives),
    ("5.1.1 an even stream", call(2, WHOLE), fails(PROTOCOL)),
    ("5.1.1 a stream before the last", call(5, WHOLE) + call(3, WHOLE), fails(PROTOCOL, CLOSED)),
    ("5.1.2 a call too many", b"".join(call(2 * at + 1) for at in range(1025)), fails(REFUSED, stream=True)),
    ("5.5 an unknown frame between headers", call(flags=END_STREAM) + frame(22), fails(PROTOCOL)),
    ("6.1 data of no stream", frame(DATA, 0, 0, b"x"), fails(PROTOCOL)),
    ("6.1 more padding than data", OPEN + frame(DATA, END_STREAM | PADDED, 1, b"\x09x"), fails(PROTOCOL)),
    ("6.2 headers of no stream", call(0, WHOLE), fails(PROTOCOL)),
    ("6.2 more padding than headers", frame(HEADERS, WHOLE | PADDED, 1, b"\xff" + block()), fails(PROTOCOL)),
    ("6.3 a priority of no stream", frame(PRIORITY, 0, 0, bytes(5)), fails(PROTOCOL)),
    ("6.3 a priority of four bytes", OPEN + frame(PRIORITY, 0, 1, bytes(4)), fails(SIZE, stream=True)),
    ("6.4 a reset of no stream", frame(RST_STREAM, 0, 0, number(CANCEL)), fails(PROTOCOL)),
    ("6.4 a reset of three bytes", OPEN + frame(RST_STREAM, 0, 1, bytes(3)), fails(SIZE)),
    ("6.5 settings are acknowledged", frame(SETTINGS), acknowledges),
    ("6.5 an acknowledgement with settings", frame(SETTINGS, ACK, 0, setting(3, 100)), fails(SIZE)),
    ("6.5 settings of a stream", frame(SETTINGS, 0, 1, setting(3, 100)), fails(PROTOCOL)),
    ("6.5 settings of three bytes", frame(SETTINGS, 0, 0, bytes(3)), fails(SIZE)),
    ("6.5.2 a push that is neither on nor off", frame(SETTINGS, 0, 0, setting(2, 2)), fails(PROTOCOL)),
    ("6.5.2 a window over the largest", frame(SETTINGS, 0, 0, setting(4, 1 << 31)), fails(FLOW)),
    ("6.5.2 frames under the smallest", frame(SETTINGS, 0, 0, setting(5, LARGEST - 1)), fails(PROTOCOL)),
    ("6.5.2 frames over the largest", frame(SETTINGS, 0, 0, setting(5, 1 << 24)), fails(PROTOCOL)),
    ("6.5.2 an unknown setting is ignored", frame(SETTINGS, 0, 0, setting(255, 1)), lives),
    ("6.6 a push of a client", OPEN + frame(PUSH_PROMISE, END_HEADERS, 1, number(2) + block()), fails(PROTOCOL)),
    ("6.7 a ping is answered", b"", lives),
    ("6.7 a ping of a stream", frame(PING, 0, 1, bytes(8)), fails(PROTOCOL)),
    ("6.7 a ping of six bytes", frame(PING, 0, 0, bytes(6)), fails(SIZE)),
    ("6.8 a farewell of a stream", frame(GOAWAY, 0, 1, bytes(8)), fails(PROTOCOL)),
    ("6.9 a window of nothing", frame(WINDOW_UPDATE, 0, 0, number(0)), fails(PROTOCOL)),
    ("6.9 a window of nothing for a stream", OPEN + frame(WINDOW_UPDATE, 0, 1, number(0)), MALFORMED),
    ("6.9 a window of three bytes", frame(WINDOW_UPDATE, 0, 0, bytes(3)), fails(SIZE)),
    ("6.9.1 a window that grows too large", frame(WINDOW_UPDATE, 0, 0, number((1 << 31) - 1)) * 2, fails(FLOW)),
    ("6.9.1 one of a stream", OPEN + frame(WINDOW_UPDATE, 0, 1, number((1 << 31) - 1)) * 2, fails(FLOW, stream=True)),
    ("6.9.2 a window of one byte is kept to", frame(SETTINGS, 0, 0, setting(4, 1)) + WATCHED, one_byte),
    ("6.9.2 one that was changed to it too", frame(SETTINGS, 0, 0, setting(4, 9) + setting(4, 1)) + WATCHED, one_byte),
    ("6.10 headers in three frames", call(flags=END_STREAM, headers=block()[:9]) + frame(CONTINUATION, 0, 1, block()[9:20])
     + frame(CONTINUATION, END_HEADERS, 1, block()[20:]), answers),
    ("6.10 a continuation of whole headers", OPEN + frame(CONTINUATION, END_HEADERS, 1, block()), fails(PROTOCOL, CLOSED)),
    ("6.10 a continuation of no stream", call(flags=END_STREAM) + frame(CONTINUATION, END_HEADERS, 0, b""), fails(PROTOCOL)),
    ("6.10 data between headers", call(flags=0) + frame(DATA, END_STREAM, 1, b"x"), fails(PROTOCOL)),
    ("8.1 headers twice before the end", OPEN + call(), MALFORMED),
    ("8.1.1 a length that is not that of the data", call(headers=block(content_length="1")) + frame(DATA, END_STREAM, 1, bytes(5)),
     MALFORMED),
    ("8.1.1 one of data in two frames", call(headers=block(content_length="1")) + frame(DATA, 0, 1, b"x")
     + frame(DATA, END_STREAM, 1, b"x"), MALFORMED),
    ("8.2.1 a name in capitals", with_header("X-Upper", "1"), MALFORMED),
    ("8.2.2 a header of the connection", with_header("connection", "keep-alive"), MALFORMED),
    ("8.2.2 TE that is not trailers", request(te="trailers, deflate"), MALFORMED),
    ("8.3 an unknown pseudo-header", request(**{":test": "1"}), MALFORMED),
    ("8.3 one of answers", request(**{":status": "200"}), MALFORMED),
    ("8.3 one behind other headers", with_header(":authority", "b"), MALFORMED),
    # It is to be refused; hyper leaves it out.
    ("8.3 one in trailers", OPEN + call(flags=WHOLE, headers=literal(":method", "GET")), lives),
    ("8.3.1 no method", request(leave=(":method",)), MALFORMED),
    ("8.3.1 no scheme", request(leave=(":scheme",)), MALFORMED),
    ("8.3.1 no path", request(leave=(":path",)), MALFORMED),
    ("8.3.1 an empty path", request(path=""), MALFORMED),
    ("8.3.1 a method twice", call(flags=WHOLE, headers=literal(":method", "POST") + block()), MALFORMED),
    ("8.3.1 a path twice", call(flags=WHOLE, headers=literal(":path", "/") + block()), MALFORMED),
    ("HPACK 2.3.3 an index that is not there", call(flags=WHOLE, headers=block(b"\xc6")), fails(COMPRESSION)),
    ("HPACK 4.2 a size behind headers", call(flags=WHOLE, headers=block(b"\x20")), fails(COMPRESSION)),
    ("HPACK 5.2 padding of eight bits", call(flags=WHOLE, headers=block(HUFFMAN_X + b"\x82\xf3\xff")), fails(COMPRESSION)),
    ("HPACK 5.2 padding of noughts", call(flags=WHOLE, headers=block(HUFFMAN_X + b"\x81\x00")), fails(COMPRESSION)),
    ("HPACK 5.2 an end inside", call(flags=WHOLE, headers=block(HUFFMAN_X + b"\x84\xff\xff\xff\xff")), fails(COMPRESSION)),
    ("HPACK 6.1 index nought", call(flags=WHOLE, headers=block(b"\x80")), fails(COMPRESSION)),
    ("HPACK 6.3 a table over the largest", call(flags=WHOLE, headers=b"\x3f\xe1\xff\x03" + block()), fails(COMPRESSION)),
]


@contextlib.contextmanager
def server(program, folder, *arguments):
    """A server on a free port, by its address."""
    command = [program, "serve", "--listen", "127.0.0.1:0", "--data", f"{folder}/store", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        told = next(found for line in process.stderr if (found := re.match(r"serving gRPC on ([\d.]+):(\d+)", line)))
        yield told[1], int(told[2])
    finally:
        process.kill()
        process.wait()


def wrong(address, tls):
    """The cases that are not as they should be."""
    for name, said, check in CASES:
        connection = Connection(address, tls)
        connection.send(said)
        try:
            why = check(connection)
        except TimeoutError:
            why = "nothing is said"
        if why:
            yield f"{name}: {why}"
        connection.socket.close()


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        pair = ["-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", *pair, *subject],
                       check=True, capture_output=True)
        tls = ssl.create_default_context(cafile=f"{folder}/cert.pem")
        tls.set_alpn_protocols(["h2"])
        failed = 0
        encrypted = ["--tls-cert", f"{folder}/cert.pem", "--tls-key", f"{folder}/key.pem"]
        for way, context, arguments in [("plain", None, []), ("TLS", tls, encrypted)]:
            with server(program, folder, *arguments) as address:
                found = list(wrong(address, context))
            failed += len(found)
            print(f"{way}: {len(CASES) - len(found)} of {len(CASES)} cases of HTTP/2 are as the RFC has them")
            print("".join(f"  {one}\n" for one in found), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
