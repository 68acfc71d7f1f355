#!/usr/bin/env python3
"""Lays out the lines of `rialto drill --json`.

usage: kills.py RESULTS.jsonl
"""
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if "batches" in row]
    names = list(rows[0])
    print("| " + " | ".join(names) + " |")
    print("|---|" + "---:|" * (len(names) - 1))
    for row in rows:
        print("| " + " | ".join(str(row[name]) for name in names) + " |")
    print()
    print("Signals: SIGKILL, SIGSEGV and SIGSTOP, a third each, also while a worker is brought")
    print("back; counted are also those that met a worker already dead.")
    print("Times: from the signal until the replacement is where the dead worker had been.")


if __name__ == "__main__":
    main()
