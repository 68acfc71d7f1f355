#!/usr/bin/env python3
"""Draws a flame graph of what `perf script -F ip,sym` prints, as an SVG file on standard output.

usage: perf script -i FILE -F ip,sym | flame.py ROOT TITLE
ROOT is a piece of a symbol's name: only stacks that hold it are drawn, from there on.
"""
import html
import subprocess
import sys

WIDTH, ROW, LEAST = 1200, 17, 0.002


def stacks(lines, root):
    """Lists of symbols from the root to the leaf."""
    found, stack = [], []
    for line in lines:
        words = line.split(None, 1)
        if len(words) == 2:
            stack.append(words[1].strip())
        elif stack:
            found.append(stack[::-1])
            stack = []
    if stack:
        found.append(stack[::-1])
    for symbols in found:
        at = next((i for i, symbol in enumerate(symbols) if root in symbol), None)
        if at is not None:
            yield symbols[at:]


def tree(all_stacks):
    root = {"count": 0, "below": {}}
    for symbols in all_stacks:
        node = root
        node["count"] += 1
        for symbol in symbols:
            node = node["below"].setdefault(symbol, {"count": 0, "below": {}})
            node["count"] += 1
    return root


def readable(symbols):
    """Names of Swift symbols as people write them, shortened."""
    names = list(symbols)
    text = "\n".join(name.replace(" (inlined)", "") for name in names)
    done = subprocess.run(["swift", "demangle", "--simplified"], input=text, text=True,
                          capture_output=True, check=False).stdout.splitlines()
    if len(done) != len(names):
        done = names
    short = (line.split("(")[0].removeprefix("specialized ") for line in done)
    return dict(zip(names, short))


def boxes(node, names, whole, left=0.0, depth=0):
    for symbol, child in sorted(node["below"].items(), key=lambda item: -item[1]["count"]):
        share = child["count"] / whole
        if share >= LEAST:
            yield left, depth, share, names[symbol]
            yield from boxes(child, names, whole, left, depth + 1)
        left += share


def symbols_of(node):
    for symbol, child in node["below"].items():
        yield symbol
        yield from symbols_of(child)


def main():
    root = tree(stacks(sys.stdin, sys.argv[1]))
    whole = root["count"]
    if whole == 0:
        sys.exit("error: no stack holds " + sys.argv[1])
    names = readable(set(symbols_of(root)))
    drawn = list(boxes(root, names, whole))
    height = (max(depth for _, depth, _, _ in drawn) + 3) * ROW
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
          'font-family="sans-serif" font-size="11">')
    print(f'<text x="4" y="13">{html.escape(sys.argv[2])} ({whole} samples)</text>')
    for left, depth, share, name in drawn:
        x, y, w = left * WIDTH, (depth + 1.5) * ROW, share * WIDTH
        label = html.escape(name)
        cut = html.escape(name[: int(w / 6.2)]) if w > 30 else ""
        print(f'<g><title>{label}: {share:.1%}</title><rect x="{x:.1f}" y="{y:.1f}" '
              f'width="{w:.1f}" height="{ROW - 1}" fill="hsl({20 + depth * 7 % 40},85%,70%)"/>'
              f'<text x="{x + 2:.1f}" y="{y + 12:.1f}">{cut}</text></g>')
    print("</svg>")


if __name__ == "__main__":
    main()
