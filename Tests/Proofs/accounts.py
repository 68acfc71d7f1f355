"""Summary of `scripts/prove accounts`: one core and two, in pairs of runs."""
import json
import statistics
import sys

log, tree = sys.argv[1:3]
rows = [json.loads(line) for line in open(log)]
print("# Accounts of one run on two cores\n")
print(f"Sources: `Host` tree {tree}.\n")
print("`rialto bench w8`: an SMA cross in each account, all on the same bars, every record kept.")
print("A pair is a run on one core and one on two, back to back; medians of the pairs. The load is")
print("the machine's before a pair: its two cores are shared with other work.\n")
columns = ["accounts", "bars of each", "pairs", "one core, s", "two cores, s", "ratio", "lowest"]
print("| " + " | ".join(columns + ["highest", "load"]) + " |")
print("|" + "---:|" * (len(columns) + 2))
for accounts in sorted({row["accounts"] for row in rows}):
    mine = [row for row in rows if row["accounts"] == accounts]
    one = [row for row in mine if row["cores"] == 1]
    two = [row for row in mine if row["cores"] == 2]
    assert len({row["checksum"] for row in mine}) == 1, "one core and two gave different digests"
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(one, two)]
    print(
        f"| {accounts} | {one[0]['events'] // accounts:,} | {len(ratios)} "
        f"| {statistics.median(row['seconds'] for row in one):.3f} "
        f"| {statistics.median(row['seconds'] for row in two):.3f} "
        f"| {statistics.median(ratios):.2f} | {min(ratios):.2f} | {max(ratios):.2f} "
        f"| {statistics.median(row['load'] for row in one):.1f} |"
    )
print("\nThe digests of each account count are the same on one core and on two.")
