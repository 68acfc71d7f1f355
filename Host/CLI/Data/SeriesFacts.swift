import RialtoHistory
import RialtoValues

/// Facts about a series as several commands show them.
enum SeriesFacts {
    typealias Fact = (Table.Column, Cell)

    static func name(_ key: SeriesKey) -> [Fact] {
        [
            (.init("instrument"), .text(key.instrument)), (.init("kind"), .text(key.kind.name)),
            (.init("interval"), interval(key)),
        ]
    }

    static func interval(_ key: SeriesKey) -> Cell {
        key.kind == .bars ? .text(Interval.text(key.interval_ns)) : .none
    }

    /// The first and last time; a bar's is that of its close.
    static func period(_ kind: SeriesKind, _ first_ns: Int64?, _ last_ns: Int64?) -> [Fact] {
        let what = kind == .bars ? "close" : "time"
        return [
            (.init("first", "first \(what) UTC"), first_ns.map { .time($0) } ?? .none),
            (.init("last", "last \(what) UTC"), last_ns.map { .time($0) } ?? .none),
        ]
    }

    static func gaps(_ gaps: Gaps, _ kind: SeriesKind) -> [Fact] {
        var facts: [Fact] = [(.init("gaps"), .count(gaps.count))]
        if kind == .bars {
            facts.append((.init("missing_bars", "missing bars"), .count(gaps.missingBars)))
        }
        guard let after_ns = gaps.longestAfter_ns else { return facts }
        facts += [
            (.init("longest_gap", "longest gap"), .text(length(gaps.longest_ns))),
            (.init("longest_gap_after", "longest gap after"), .time(after_ns)),
        ]
        return facts
    }

    /// What the rows of a book add up to.
    static func book(_ book: BookFacts) -> [Fact] {
        [
            (.init("messages"), .count(book.messages)),
            (.init("whole_books", "whole books"), .count(book.wholeBooks)),
            (.init("sequence_gaps", "sequence gaps"), .count(book.gaps)),
            (.init("crossed_books", "crossed books"), .count(book.crossed)),
        ]
    }

    /// A length of time in its two largest units, for people: `3h 18m`.
    static func length(_ length_ns: Int64) -> String {
        let units: [(String, Int64)] = [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
            ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
        ]
        guard let first = units.firstIndex(where: { $0.1 <= length_ns }) else { return "0s" }
        var parts = ["\(length_ns / units[first].1)\(units[first].0)"]
        let rest = length_ns % units[first].1
        if first + 1 < units.count, rest >= units[first + 1].1 {
            parts.append("\(rest / units[first + 1].1)\(units[first + 1].0)")
        }
        return parts.joined(separator: " ")
    }

    static func units(_ instrument: Instrument) -> [Fact] {
        [
            (.init("price_decimals", "price decimals"), .count(instrument.priceDecimals)),
            (.init("quantity_decimals", "quantity decimals"), .count(instrument.quantityDecimals)),
            (.init("currency"), instrument.currency.isEmpty ? .none : .text(instrument.currency)),
        ]
    }
}

extension Cell {
    static func count(_ value: Int) -> Cell { .integer(Int64(value)) }
}
