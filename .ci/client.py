"""Calls the program from Python, with nothing but grpcio and the server's own reflection.

usage: client.py PROGRAM
"""
import os
import re
import subprocess
import sys
import tempfile
import time

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.rpc import error_details_pb2, status_pb2
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

program = os.path.abspath(sys.argv[1])


def start(folder):
    """A server on a free port, with the samples, and its address."""
    server = subprocess.Popen(
        [program, "serve", "--listen", "127.0.0.1:0", "--data", folder, "samples/"], stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        found = re.search(r"serving gRPC on (\S+);", line)
        if found:
            return server, found[1]
    sys.exit("the server ended before it served")


def compare_batches(address, stream, Request, copies=200, turns=5):
    """Prints how fast Python reads what the server puts together, beside one paragraph a message."""
    text = open("samples/cica-almaty-2006.fr.md", encoding="utf8").read()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(copies):
            with open(os.path.join(folder, f"copy-{number}.fr.md"), "w", encoding="utf8") as copy:
                copy.write(text)
        subprocess.run([program, "import", "--server", f"http://{address}", folder], check=True, capture_output=True)

    def rate(size):
        begun = time.perf_counter()
        count = sum(len(response.paragraphs) for response in stream(Request(batch_size=size)))
        return count / (time.perf_counter() - begun)

    rates = [(rate(0), rate(1)) for _ in range(turns)]
    batched, single = (sorted(rate)[turns // 2] for rate in zip(*rates))
    print(f"Python reads {batched:,.0f} paragraphs/s; {single:,.0f} one a message: {batched / single:.1f} times")


def info(error):
    """The google.rpc.ErrorInfo of a failed call."""
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    found = error_details_pb2.ErrorInfo()
    assert status_pb2.Status.FromString(details).details[0].Unpack(found)
    return found


def main(address):
    channel = grpc.insecure_channel(address)
    reflection = ProtoReflectionDescriptorDatabase(channel)
    services = list(reflection.get_services())
    print("services:", *services)
    assert {"alinea.v1.DocumentService", "alinea.v1.ParagraphService", "alinea.v1.ThemeService",
            "grpc.health.v1.Health"} <= set(services)

    pool = descriptor_pool.DescriptorPool(reflection)
    service = pool.FindServiceByName("alinea.v1.ParagraphService")
    method = service.methods_by_name["StreamParagraphs"]
    Request = message_factory.GetMessageClass(method.input_type)
    Response = message_factory.GetMessageClass(method.output_type)
    stream = channel.unary_stream(
        f"/{service.full_name}/{method.name}", Request.SerializeToString, Response.FromString)

    everything = [p for r in stream(Request(batch_size=7), timeout=10) for p in r.paragraphs]
    about = lambda p: any(t.theme == "themes/terrorism" and t.score >= 0.5 for t in p.tags)
    expected = [p.name for p in everything if about(p)]
    filtered = Request(filter={"themes": {"any_of": ["themes/terrorism"]}}, batch_size=2)
    responses = list(stream(filtered, timeout=10))
    names = [p.name for r in responses for p in r.paragraphs]
    print("about terrorism:", len(names), "of", len(everything), "paragraphs")
    assert names == expected and names

    for position, response in enumerate(responses):
        filtered.cursor = response.cursor
        rest = [p.name for r in stream(filtered, timeout=10) for p in r.paragraphs]
        had = [p.name for r in responses[:position + 1] for p in r.paragraphs]
        assert had + rest == names, "a stream goes on from each of its cursors"
    print("resumed from", len(responses), "cursors")

    compressed = [p.name for r in stream(filtered.__class__(), timeout=10, compression=grpc.Compression.Gzip)
                  for p in r.paragraphs]
    assert compressed == [p.name for p in everything]

    for wrong in ("nonsense", responses[0].cursor):
        try:
            # A cursor of a stream with another filter is as wrong as one that is none.
            list(stream(Request(cursor=wrong), timeout=10))
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
            assert info(error).reason == "CURSOR_INVALID", error
            print("a wrong cursor:", error.details())
        else:
            sys.exit("a wrong cursor was taken")

    compare_batches(address, stream, Request)


with tempfile.TemporaryDirectory() as folder:
    server, address = start(folder)
    try:
        main(address)
    finally:
        server.terminate()
        assert server.wait(timeout=20) == 0, "a server that is told to stop ends with 0"
