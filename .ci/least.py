"""Fails unless each named figure on the first line of a file is at least as large as said.

usage: least.py FILE NAME NUMBER [NAME NUMBER]...
"""
import sys

path, *wanted = sys.argv[1:]
words = open(path, encoding="utf8").readline().split()
for name, least in zip(wanted[::2], wanted[1::2]):
    found = words[words.index(name) + 1] if name in words else "0"
    if float(found) < float(least):
        sys.exit(f"{name} is {found}, less than {least}")
    print(f"{name} is {found}, at least {least}")
