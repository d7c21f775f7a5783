"""Checks what holds of whole collections: the Universal Declaration in six languages, and resolutions of the Security Council.

usage: corpora.py PROGRAM UDHR_FOLDER RESOLUTIONS_FOLDER

Of the Declaration each language has 30 articles, with the same ids in all for the articles and what is in them, and its
recitals. Of the resolutions none fails and none loses a byte; how many have their numbers without a gap is printed.
"""
import json
import pathlib
import subprocess
import sys

program, udhr, resolutions = sys.argv[1:]


def blocks(path):
    """The blocks of a document."""
    printed = subprocess.run([program, "parse", "--format", "jsonl", path], check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in printed.splitlines()]


def lost(path, found):
    """How many bytes that are no white space lie in no span, or in two."""
    raw = path.read_bytes()
    times = bytearray(len(raw))
    for block in found:
        for start, end in block["spans"]:
            for at in range(start, end):
                times[at] += 1
    return sum(1 for at, count in enumerate(times) if count > 1 or (count == 0 and not raw[at : at + 1].isspace()))


def complete(found):
    """Whether the numbered paragraphs of the body go from 1 on without a gap; None where there are none."""
    numbers = [
        int(block["number"])
        for block in found
        if block["kind"] == "paragraph" and block["number"].isdigit() and block["id"].startswith("para_")
    ]
    return numbers == list(range(1, len(numbers) + 1)) if numbers else None


ids, recitals = {}, {}
for path in sorted(pathlib.Path(udhr).glob("*.txt")):
    found = blocks(path)
    articles = [block["id"] for block in found if block["kind"] == "heading" and block["id"].startswith("art_")]
    assert articles == [f"art_{at}" for at in range(1, 31)], f"{path.name}: {articles}"
    ids[path.name] = {block["id"] for block in found if block["id"].startswith("art_")}
    recitals[path.name] = sum(block["kind"] == "recital" for block in found)
    assert recitals[path.name] >= 6 and lost(path, found) == 0, path.name
common = set.intersection(*ids.values())
print(f"Universal Declaration: {len(ids)} languages, 30 articles in each, recitals {sorted(recitals.values())}")
print(f"    ids within articles: {len(common)} in all languages, of {[len(each) for each in ids.values()]}")

counts = dict.fromkeys(["documents", "footnotes", "linked", "joined", "furniture", "numbered", "complete"], 0)
for path in sorted(pathlib.Path(resolutions).glob("*.txt")):
    found = blocks(path)
    assert lost(path, found) == 0, f"{path.name} loses bytes"
    report = subprocess.run([program, "parse", path], check=True, stdout=subprocess.PIPE, text=True).stdout
    footnotes = sum(block["kind"] == "footnote" for block in found)
    counts["documents"] += 1
    counts["footnotes"] += footnotes
    counts["linked"] += footnotes - report.count("footnote_without_reference")
    counts["joined"] += report.count("page_break_joined")
    counts["furniture"] += report.count("furniture_removed")
    whole = complete(found)
    counts["numbered"] += whole is not None
    counts["complete"] += whole is True
print("Security Council: {documents} resolutions, none fails, none loses a byte".format(**counts))
print("    {footnotes} footnotes, {linked} with their mark; {joined} cut paragraphs joined, {furniture} lines of furniture".format(**counts))
print("    numbered {numbered}, of which {complete} without a gap ({share:.1%})".format(
    share=counts["complete"] / max(counts["numbered"], 1), **counts))
