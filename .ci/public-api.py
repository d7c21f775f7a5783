"""Fails where the public API of alinea-client names a type or trait of another crate, besides those allowed, or has a type, trait or
function without an example.

usage: public-api.py

What users see is read from rustdoc's JSON, with all features. They are broken by a new version of whatever stands there, so it
is the standard library, and what has been stable for years.
"""
import json
import os
import subprocess

CRATE = "alinea-client"
# Of its own, since other crates are compiled anew when the compiler is told so.
TARGET = "target/ci/public-api"
# Traits that streams and messages implement, each at a version that nobody expects to change.
ALLOWED = {"std", "core", "alloc", "futures_core", "serde", "serde_core"}


def features():
    """All features; of the two that choose the cryptography, which nobody sees, one."""
    metadata = json.loads(subprocess.check_output(["cargo", "metadata", "--no-deps", "--format-version=1", "--locked"]))
    found = next(package["features"] for package in metadata["packages"] if package["name"] == CRATE)
    return sorted(found.keys() - {"default", "tls-aws-lc"})


def described():
    """What rustdoc knows of the crate. The format is not stable, so the compiler has to be told that we know."""
    subprocess.run(
        ["cargo", "rustdoc", "--quiet", "--locked", "--lib", f"--package={CRATE}", f"--features={','.join(features())}",
         f"--target-dir={TARGET}", "--", "-Zunstable-options", "--output-format=json"],
        check=True, env=os.environ | {"RUSTC_BOOTSTRAP": "1"})
    with open(f"{TARGET}/doc/{CRATE.replace('-', '_')}.json", encoding="utf8") as file:
        return json.load(file)


def mentioned(node):
    """The ids of all types and traits that a part of the description names."""
    if isinstance(node, dict):
        if isinstance(node.get("id"), int) and "path" in node:
            yield node["id"]
        for key, value in node.items():
            if key not in {"links", "docs", "attrs"}:
                yield from mentioned(value)
    elif isinstance(node, list):
        for value in node:
            yield from mentioned(value)


def is_ours(item):
    """Whether we wrote it: no implementation that the compiler or another crate's blanket adds."""
    implementation = item["inner"].get("impl")
    return item["crate_id"] == 0 and not (
        implementation and (implementation["is_synthetic"] or implementation["blanket_impl"] is not None))


def without_example(items):
    """Where there is a type, a trait or a function of our own that has no example. What implements a trait is said at the trait."""
    kinds = {"struct", "enum", "trait", "function", "type_alias"}
    implemented = {
        item for found in items
        if "impl" in found["inner"] and found["inner"]["impl"]["trait"] is not None
        for item in found["inner"]["impl"]["items"]
    }
    for item in items:
        if kinds & item["inner"].keys() and item["id"] not in implemented and "```" not in (item["docs"] or ""):
            yield f"{item['span']['filename']}:{item['span']['begin'][0]}: {item['name']} has no example"


crate = described()
foreign = {}
items = [item for item in crate["index"].values() if is_ours(item)]
for item in items:
    for found in mentioned(item["inner"]):
        path = crate["paths"].get(str(found))
        if path is None or path["crate_id"] == 0:
            continue
        name = crate["external_crates"][str(path["crate_id"])]["name"]
        if name not in ALLOWED:
            span = item["span"] or {"filename": "?", "begin": [0]}
            where = f"{span['filename']}:{span['begin'][0]}"
            foreign.setdefault("::".join(path["path"]), set()).add(where)
for name, places in sorted(foreign.items()):
    print(f"{name} is in the public API: {', '.join(sorted(places))}")
bare = sorted(without_example(items))
for place in bare:
    print(place)
assert len(items) > 500, f"{len(items)} items are too few to be the public API"
assert not foreign and not bare
print(f"{len(items)} public items name no type of another crate but {', '.join(sorted(ALLOWED))}, and have examples")
