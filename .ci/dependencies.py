"""Checks what the workspace depends on: licences that may be used, and no crate in two versions but those named here.

A quick stand-in for `cargo deny check licenses bans sources`, which would have to be built first.
"""
import collections
import json
import re
import subprocess
import sys

ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib",
    "Unicode-3.0", "CC0-1.0", "0BSD", "Unlicense", "BSL-1.0",
}
# Those whose crates nothing else needs.
FEATURES = "alinea-server/otel,alinea-client/gzip,alinea-client/metrics,alinea-client/zstd"
# Crates that stand twice in the tree through others' fault, each with who keeps the older one.
TWICE = json.load(open(".ci/twice.json", encoding="utf8"))


def allowed(expression):
    """Whether an SPDX expression can be satisfied with allowed licences."""
    text = re.sub(r"\s*/\s*", " OR ", expression or "")
    tokens = re.findall(r"\(|\)|[\w.+-]+(?: WITH [\w.+-]+)?", text)
    python = " ".join(
        {"AND": "and", "OR": "or", "(": "(", ")": ")"}.get(token, str(token in ALLOWED)) for token in tokens)
    return bool(tokens) and eval(python, {"__builtins__": {}})  # only `and`, `or`, brackets, True and False


metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--locked"]))
used = set()
for line in subprocess.check_output(
        ["cargo", "tree", "--workspace", f"--features={FEATURES}", "--edges=normal,build", "--prefix=none", "--format={p}",
         "--locked"], text=True).splitlines():
    words = line.split()
    if len(words) > 1:
        used.add((words[0], words[1].lstrip("v")))
wrong = []
versions = collections.defaultdict(set)
for package in metadata["packages"]:
    name, version = package["name"], package["version"]
    if (name, version) not in used:
        continue
    versions[name].add(version)
    if not allowed(package["license"]):
        wrong.append(f"{name} {version}: the licence '{package['license']}' is not among those allowed")
    source = package["source"]
    if source and not source.startswith("registry+"):
        wrong.append(f"{name} {version}: it comes from {source}, not from the registry")
for name, found in sorted(versions.items()):
    if len(found) > 1 and name not in TWICE:
        wrong.append(f"{name} stands in {len(found)} versions: {', '.join(sorted(found))}")
for name in TWICE:
    if len(versions[name]) < 2:
        wrong.append(f"{name} stands once by now: take it out of .ci/twice.json")
if wrong:
    sys.exit("\n".join(wrong))
print(f"{len(used)} crates, all licences allowed, {len(TWICE)} in two versions, each with its reason")
