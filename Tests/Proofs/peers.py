#!/usr/bin/env python3
"""Turns the lines of `scripts/prove peers` into tables of medians and ratios.

usage: peers.py RESULTS.jsonl SOURCE_DIGEST
"""
import json
import statistics
import sys

COUNTS = ("orders", "cancels", "fills", "checksum")


def work_of(row):
    work = row["work"].lower()
    return work + (" " + row["indicator"] if "indicator" in row else "")


def who_of(row):
    if "peer" in row:
        return row["peer"]
    options = " " + row["options"] if row.get("options") else ""
    return "rialto" + (", " + row["language"] + " plugin" + options if "language" in row else "")


def rate_of(row):
    """Events a second."""
    if "ns_per_element" in row:
        return 1e9 / float(row["ns_per_element"])
    return float(row.get("rate") or row.get("bars_per_s") or row["ticks_per_s"])


def gather(lines):
    rates, counts = {}, {}
    for line in lines:
        row = json.loads(line)
        key = (work_of(row), who_of(row))
        rates.setdefault(key, []).append(rate_of(row))
        counts[key] = [str(row.get(name, "")) for name in COUNTS]
    return rates, counts


def main():
    path, digest = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        rates, counts = gather(file)
    runs = min(map(len, rates.values()))
    print("# Speed beside the peers\n")
    print(f"Same work, same data, same machine, interleaved; medians of {runs} or more runs. One")
    print("core, but for w3 (two). Each of our runs is the fastest of three.")
    print(f"Sources: `Host` tree {digest}.\n")
    print("| work | who | million events a second | ratio | orders | cancels | fills | checksum |")
    print("|---|---|---:|---:|---:|---:|---:|---|")
    for (work, who), values in sorted(rates.items()):
        peers = [v for (w, p), v in rates.items() if w == work and not p.startswith("rialto")]
        ratio = statistics.median(values) / statistics.median(peers[0])
        cells = " | ".join(counts[(work, who)])
        print(f"| {work} | {who} | {statistics.median(values) / 1e6:.2f} | {ratio:.1f} | {cells} |")


if __name__ == "__main__":
    main()
