"""Checks what `alinea parse --format akn` writes: valid against the schema, and read back the same.

usage: akoma-ntoso.py PROGRAM SCHEMA DOCUMENT…

To the documents come some of elements thrown together, so that what no document has is checked too.

A DOCUMENT is a file, or a folder whose *.txt and *.md are taken, at any depth. The same are: sections and paragraphs with
their ids, kinds, numbers, words, sections and owners, and the order in each section. A section that the text leaves and enters
again is written in one piece, and a footnote where it is referred to.
"""
import collections
import concurrent.futures
import itertools
import json
import pathlib
import random
import subprocess
import sys
import tempfile

from lxml import etree

program, schema, *places = sys.argv[1:]
validator = etree.XMLSchema(etree.parse(schema))


def files(place):
    """The documents of a place."""
    place = pathlib.Path(place)
    return sorted(p for p in place.rglob("*") if p.suffix in {".txt", ".md"}) if place.is_dir() else [place]


def run(*arguments):
    """What the program prints."""
    return subprocess.run([program, "parse", *arguments], check=True, stdout=subprocess.PIPE).stdout


def blocks(path):
    """What stands in each section of a document, in order, and its footnotes by their ids; without places."""
    sections, notes = collections.defaultdict(list), {}
    for line in run("--format", "jsonl", str(path)).splitlines():
        block = json.loads(line)
        del block["spans"]
        last = sections[block["section"]][-1:]
        if block["kind"] == "footnote":
            notes[block["id"]] = [block]
        elif last and block["kind"] == last[0]["kind"] == "heading" and block["id"] == last[0]["id"]:
            # The title of a section can be a block of its own under the number.
            last[0]["text"] = block["text"]
        elif block["kind"] != "artefact":
            sections[block["section"]].append(block)
    return sections, notes


def check(path):
    """What is wrong with the export of a document, if anything."""
    exported = run("--format", "akn", str(path))
    document = etree.fromstring(exported)
    if not validator.validate(document):
        return f"not valid: {validator.error_log.last_error}"
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(exported)
        file.flush()
        before, after = blocks(path), blocks(file.name)
    for what, one, other in zip(("section", "footnote"), before, after):
        for key in [*one, *other]:
            for was, found in itertools.zip_longest(one.get(key, []), other.get(key, [])):
                if was != found:
                    return f"{what} {key} differs:\n  - {was}\n  + {found}"
    return None


NAMES = """section article chapter hcontainer paragraph subparagraph point alinea list intro content wrapUp p block blockList
item tblock table tr td num heading crossHeading authorialNote noteRef quotedStructure b formula recitals recital preamble
conclusions coverPage preface attachments attachment doc mainBody signature unknown""".split()
ATTRIBUTES = ["", ' eId="a"', ' eId="b c"', ' href="#a"', ' marker="1"', *(
    f' {name}="{kind}"' for name in ("class", "name") for kind in (
        "recital", "formula", "quote", "footnote", "signature", "dateline", "table_row", "cover", "preamble", "attachment"))]


def thrown_together(chance, depth=0):
    """Elements in one another at random."""
    if depth > 7 or chance.random() < 0.25:
        return chance.choice(["Decides", "(a)", "4", "&amp; &lt;", ""])
    name, inside = chance.choice(NAMES), (thrown_together(chance, depth + 1) for _ in range(chance.randrange(5)))
    return f"<{name}{chance.choice(ATTRIBUTES)}>{' '.join(inside)}</{name}>"


def odd_documents(folder, count):
    """So many documents of elements thrown together, always the same."""
    chance = random.Random(count)
    for number in range(count):
        path = pathlib.Path(folder, f"odd-{number}.xml")
        parts = [thrown_together(chance) for _ in range(6)]
        path.write_text(f"<akomaNtoso><act><body><p>a</p>{''.join(parts)}</body>{parts[0]}</act></akomaNtoso>", "utf8")
        yield path


odd = tempfile.TemporaryDirectory()
documents = [path for place in places for path in files(place)] + list(odd_documents(odd.name, 300))
with concurrent.futures.ThreadPoolExecutor() as pool:
    found = list(zip(documents, pool.map(check, documents)))
wrong = [(path, what) for path, what in found if what]
for path, what in wrong[:20]:
    print(f"{path}: {what}")
print(f"{len(documents) - len(wrong)} of {len(documents)} documents are valid Akoma Ntoso and read back the same")
sys.exit(1 if wrong or not documents else 0)
