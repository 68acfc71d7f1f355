"""Summary of `scripts/prove sandbox`: a plugin in process and in a worker, in pairs of runs."""
import json
import statistics
import sys

log, tree, first = sys.argv[1:4]
lines = [json.loads(line) for line in open(log)]
rows = [row for row in lines if row["work"] != "trip"]
trips = [row for row in lines if row["work"] == "trip"]
print("# The sandboxed tier beside in process\n")
print(f"Sources: `Host` tree {tree}. `scripts/prove sandbox`\n")
print("A pair is `rialto bench` of one work in process and in a worker, back to back, each the")
print("fastest of three runs (of one where it sleeps); medians of the pairs.")
print("`spins`: how often a side looks, then sleeps.")
if first != "0":
    print("Both processes run before other work (`chrt -f 1`): the load is what waited meanwhile.")
columns = ["work", "published", "spins", "pairs", "in process, M/s", "sandbox, M/s", "share"]
print("\n| " + " | ".join(columns + ["lowest", "highest", "load"]) + " |")
print("|---|---|" + "---:|" * (len(columns) + 1))


def key(row):
    return (row["work"], row["publish"], -row["spins"])


for work, publish, spins in sorted({key(row) for row in rows}):
    mine = [row for row in rows if key(row) == (work, publish, spins)]
    open_, walled = ([r for r in mine if r["tier"] == t] for t in ("in-process", "sandbox"))
    assert len({row["checksum"] for row in mine}) == 1, "the tiers gave different digests"
    shares = [a["seconds"] / b["seconds"] for a, b in zip(open_, walled)]
    print(
        f"| {work} | {publish} | {-spins:,} | {len(shares)} "
        f"| {statistics.median(row['rate'] for row in open_) / 1e6:.1f} "
        f"| {statistics.median(row['rate'] for row in walled) / 1e6:.1f} "
        f"| {statistics.median(shares):.0%} | {min(shares):.0%} | {max(shares):.0%} "
        f"| {statistics.median(row['load'] for row in mine):.1f} |"
    )
print("\nThe digests of each work are the same in both tiers.")
print("\nOne trade handed over and answered, median of the rounds:\n")
print("| where | spins | middle, ns | one in a hundred is above, ns |")
print("|---|---:|---:|---:|")
for spins in sorted({row["spins"] for row in trips}):
    mine = [row for row in trips if row["spins"] == spins]
    p50, p99 = (statistics.median(row[name] for row in mine) for name in ("p50_ns", "p99_ns"))
    where = "in process | -" if spins < 0 else f"sandbox | {spins:,}"
    print(f"| {where} | {p50:,.0f} | {p99:,.0f} |")
