"""Builds a program outside of the workspace against the packages of alinea-proto and alinea-client, as its users do.

usage: packages.py

Fails where they compile more crates than they should, or a code generator; says how long a clean build takes.
"""
import os
import pathlib
import shutil
import subprocess
import tarfile
import tempfile
import time

MOST = {"": 80, "gzip": 80, "zstd": 80, "tls-ring": 100, "tls-aws-lc": 100}
SECONDS = 60
GENERATORS = {"prost-build", "protox", "tonic-build", "tonic-prost-build"}
MANIFEST = """
[package]
name = "hello"
edition = "2024"

[dependencies]
alinea-client = {{ version = "*", features = [{features}] }}
tokio = {{ version = "1", features = ["macros", "rt-multi-thread"] }}

[patch.crates-io]
alinea-client = {{ path = "{packages}/alinea-client" }}
alinea-proto = {{ path = "{packages}/alinea-proto" }}
"""


def cargo(*arguments, **options):
    return subprocess.run(["cargo", *arguments], check=True, text=True, **options)


def unpack(folder):
    """The packages, as they would be published."""
    cargo("package", "--quiet", "--locked", "--no-verify", "--allow-dirty", "--package=alinea-proto",
          "--package=alinea-client", f"--target-dir={folder}/packaged", stderr=subprocess.DEVNULL)
    for path in (folder / "packaged/package").glob("*.crate"):
        with tarfile.open(path) as package:
            package.extractall(folder, filter="data")
        path = folder / path.stem
        path.rename(folder / path.name.rsplit("-", 1)[0])


def crates(program):
    """What is compiled for a program besides itself, for whatever machine."""
    tree = cargo("tree", "--offline", "--edges=normal,build", "--prefix=none", "--format={p}", cwd=program,
                 stdout=subprocess.PIPE).stdout
    found = {tuple(line.split()[:2]) for line in tree.splitlines()}
    return sorted(name for name, _ in found if name != "hello")


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    unpack(folder)
    program = folder / "hello"
    (program / "src").mkdir(parents=True)
    shutil.copy("client/examples/first_stream.rs", program / "src/main.rs")
    for feature, most in MOST.items():
        features = f'"{feature}"' if feature else ""
        (program / "Cargo.toml").write_text(MANIFEST.format(features=features, packages=folder))
        shutil.copy("Cargo.lock", program)
        found = crates(program)
        print(f"{feature or 'no TLS'}: a user compiles {len(found)} crates, {most} at most")
        assert len(found) <= most, found
        assert not GENERATORS & set(found), GENERATORS & set(found)
    (program / "Cargo.toml").write_text(MANIFEST.format(features="", packages=folder))
    begun = time.monotonic()
    cargo("build", "--quiet", "--offline", cwd=program, env=os.environ | {"CARGO_TARGET_DIR": str(folder / "target")})
    took = time.monotonic() - begun
    busy = "" if took < SECONDS else f": more than {SECONDS}, unless the machine has something else to do"
    print(f"a clean build took {took:.0f} s on {os.cpu_count()} cores{busy}")
