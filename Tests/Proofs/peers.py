#!/usr/bin/env python3
"""Turns the lines of `scripts/prove peers` into a table of medians and ratios.

usage: peers.py RESULTS.jsonl SOURCE_DIGEST
"""
import json
import statistics
import sys


def rates(lines):
    """Events a second by (work, who)."""
    found = {}
    for line in lines:
        row = json.loads(line)
        work = row["work"].lower()
        if "peer" in row:
            key, rate = (work, row["peer"]), row.get("bars_per_s") or row["ticks_per_s"]
        else:
            key, rate = (work, "rialto, " + row["language"] + " plugin"), row["rate"]
        found.setdefault(key, []).append(float(rate))
    return found


def main():
    path, digest = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        found = rates(file)
    print("# Speed beside the peers\n")
    print("Same work, same data, one core of the same machine, interleaved; medians of "
          f"{min(map(len, found.values()))} or more runs.")
    print(f"Sources: `Host` tree {digest}.\n")
    print("| work | who | million events a second | ratio to the peer |")
    print("|---|---|---:|---:|")
    for (work, who), values in sorted(found.items()):
        peers = [v for (w, p), v in found.items() if w == work and not p.startswith("rialto")]
        ratio = statistics.median(values) / statistics.median(peers[0])
        print(f"| {work} | {who} | {statistics.median(values) / 1e6:.2f} | {ratio:.1f} |")


if __name__ == "__main__":
    main()
