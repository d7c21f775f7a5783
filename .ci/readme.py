"""Runs every command and every Python program of a README in its order, as a reader would.

usage: readme.py README.md

A command that serves goes on in the background until the end; the others must succeed, and print something or write a file
into target/.
"""
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading

text = open(sys.argv[1], encoding="utf8").read()
blocks = re.findall(r"^```(sh|python)\n(.*?)^```$", text, re.M | re.S)
assert blocks, "there are no commands"
servers = []


def serve(command):
    server = subprocess.Popen(command, shell=True, stderr=subprocess.PIPE, text=True, start_new_session=True)
    servers.append(server)
    for line in server.stderr:
        print("   ", line, end="")
        if "serving gRPC" in line:
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return
    sys.exit(f"ended before it served: {command}")


def run(command):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], capture_output=True, text=True)
    print("   ", (done.stdout + done.stderr).strip()[:400].replace("\n", "\n    "))
    written = re.search(r"(?:>|-o) (target/\S+)", command)
    told = os.path.getsize(written[1]) if written else (done.stdout + done.stderr).strip()
    if done.returncode or not told:
        sys.exit(f"ended with {done.returncode}: {command}\n{done.stderr}")


os.environ["ALINEA_DATA"] = tempfile.mkdtemp()
try:
    for language, block in blocks:
        if language == "python":
            print("$ python")
            with tempfile.NamedTemporaryFile("w", suffix=".py") as program:
                program.write(block)
                program.flush()
                run(f"python {program.name}")
            continue
        for command in re.sub(r"\\\n\s*", "", block).strip().splitlines():
            print("$", command)
            if command == "cargo test":
                continue  # .ci/run has just run it
            serve(command) if " serve " in command else run(command)
finally:
    for server in servers:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
