#!/usr/bin/env python3
"""Adds up the lines of `rialto simulate --json`.

usage: simulation.py RESULTS.jsonl
"""
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    rows = [row for row in rows if "seed" in row]
    names = [name for name in rows[0] if name not in ("seed", "digest")]
    print("| what | over all seeds |")
    print("|---|---:|")
    print(f"| worlds | {len(rows)} |")
    for name in names:
        print(f"| {name} | {sum(row[name] for row in rows)} |")


if __name__ == "__main__":
    main()
