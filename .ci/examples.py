"""Runs the examples of the client against a server, as their readers would.

usage: examples.py PROGRAM
"""
import collections
import http.server
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

program = os.path.abspath(sys.argv[1])
subprocess.run(["cargo", "build", "--quiet", "--locked", "--package=alinea-client", "--examples"], check=True)
EXAMPLES = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "debug/examples")


class Engine(http.server.BaseHTTPRequestHandler):
    """As much of a search engine as takes documents in bulk."""
    documents = {}

    def do_POST(self):
        lines = self.rfile.read(int(self.headers["content-length"])).decode().splitlines()
        for action, document in zip(lines[::2], lines[1::2], strict=True):
            self.documents[json.loads(action)["index"]["_id"]] = json.loads(document)
        body = b'{"errors": false}'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def start(*arguments, until, stream="stderr"):
    """Starts what goes on until it is killed; what it says is looked through for a pattern."""
    process = subprocess.Popen(arguments, text=True, **{stream: subprocess.PIPE})
    for line in getattr(process, stream):
        found = re.search(until, line)
        if found:
            threading.Thread(target=getattr(process, stream).read, daemon=True).start()
            return process, found
    sys.exit(f"ended before it said '{until}': {arguments}")


def run(example, *arguments, fails=False):
    done = subprocess.run([f"{EXAMPLES}/{example}", *arguments], capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0) == fails, done
    return done.stderr if fails else done.stdout


def main(folder):
    texts = f"{folder}/texts"
    os.mkdir(texts)
    shutil.copy("samples/cica-almaty-2006.fr.md", f"{texts}/cica-almaty-2006-fr.md")
    server, found = start(program, "serve", "--listen", "127.0.0.1:0", "--data", f"{folder}/store",
                          until=r"serving gRPC on (\S+);")
    url = f"http://{found[1]}"
    running = [server]
    try:
        watch, _ = start(f"{EXAMPLES}/watch", url, "terrorism", until=r"all of revision", stream="stdout")
        running.append(watch)
        assert "documents/cica-almaty-2006-fr: 59 paragraphs" in run("import_folder", url, texts)
        names = [line.split(": ")[0] for line in run("first_stream", url, "terrorism").splitlines()]
        assert len(names) > 5, names

        table = f"{folder}/mirror.db"
        mirror, found = start(f"{EXAMPLES}/mirror", url, "terrorism", table, until=r"(\d+) paragraphs at", stream="stdout")
        running.append(mirror)
        rows = [name for name, in sqlite3.connect(table).execute("SELECT name FROM paragraphs")]
        assert collections.Counter(rows) == collections.Counter(names), rows

        engine = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Engine)
        threading.Thread(target=engine.serve_forever, daemon=True).start()
        arguments = url, f"http://127.0.0.1:{engine.server_port}/paragraphs", f"{folder}/feed.cursor"
        said = run("search_engine", *arguments)
        assert said == "fed 59 paragraphs\n", said
        assert len(Engine.documents) == 59, len(Engine.documents)
        assert run("search_engine", *arguments) == "fed 0 paragraphs\n", "it goes on where it was"

        assert "para_15: " in run("errors", url, "cica-almaty-2006-fr/para_15")
        assert "there are" in run("errors", url, "cica-almaty-2006-fr/para_999", fails=True)
        assert "is the server running" in run("errors", "http://127.0.0.1:1", fails=True)
    finally:
        for process in running:
            process.terminate()
            process.wait(timeout=30)
    print("six examples do what they say")


with tempfile.TemporaryDirectory() as folder:
    main(folder)
