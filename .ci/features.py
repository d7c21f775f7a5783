"""Checks alinea-client with no feature, with each and with all, and when asked to with each two: as `cargo hack` does, without
building it. And that it compiles with the oldest Rust that it says, and no crate it depends on says a newer one.

usage: features.py [--pairs]
"""
import itertools
import json
import subprocess
import sys

CRATE = "alinea-client"


def metadata(*arguments):
    return json.loads(subprocess.check_output(["cargo", "metadata", "--format-version=1", "--locked", *arguments]))


def version(text):
    return tuple(int(part) for part in (text or "0").split("."))


def check_features(features):
    """Compiles every combination, without warnings."""
    most = 2 if "--pairs" in sys.argv else 1
    combinations = [chosen for count in range(most + 1) for chosen in itertools.combinations(features, count)]
    for chosen in [*combinations, features]:
        subprocess.run(
            ["cargo", "clippy", "--quiet", "--locked", f"--package={CRATE}", "--no-default-features",
             f"--features={','.join(chosen)}", "--", "--deny=warnings"], check=True)
    print(f"{len(combinations) + 1} combinations of {', '.join(features)} compile without a warning")


def check_rust(packages):
    """No crate that users compile needs a newer Rust."""
    own = next(package["rust_version"] for package in packages.values() if package["name"] == CRATE)
    tree = subprocess.check_output(
        ["cargo", "tree", "--locked", f"--package={CRATE}", "--all-features", "--edges=normal,build", "--prefix=none",
         "--format={p}"], text=True)
    used = {tuple(line.split()[:2]) for line in tree.splitlines()}
    newer = [f"{name} {number} needs Rust {packages[name, number]['rust_version']}" for name, number in sorted(used)
             if version(packages[name, number]["rust_version"]) > version(own)]
    assert not newer, f"{CRATE} says Rust {own}, but {'; '.join(newer)}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if subprocess.run(["rustc", f"+{own}", "--version"], **quiet).returncode != 0:
        subprocess.run(["rustup", "toolchain", "install", own, "--profile=minimal", "--no-self-update"], check=True, **quiet)
    subprocess.run(["cargo", f"+{own}", "check", "--quiet", "--locked", f"--package={CRATE}", "--target-dir=target/oldest"],
                   check=True)
    print(f"{len(used)} crates say no newer Rust than {own}, which compiles {CRATE}")


packages = {(package["name"], f"v{package['version']}"): package for package in metadata("--all-features")["packages"]}
check_rust(packages)
found = next(package["features"] for package in packages.values() if package["name"] == CRATE)
check_features(sorted(found.keys() - {"default"}))
