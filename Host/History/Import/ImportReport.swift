import RialtoValues

/// Why a row was left out.
package enum DropReason: Hashable, Sendable {
    /// A field is missing, is no number or time, or does not fit.
    case unreadable
    case impossible(Impossible)
    /// The same bar as the one before.
    case duplicate
    /// Another bar of the same time.
    case conflict
    /// A bar that begins before the one before it has ended.
    case overlap

    package var text: String {
        switch self {
        case .unreadable: "unreadable"
        case .impossible(let what): what.rawValue
        case .duplicate: "duplicate"
        case .conflict: "another bar of the same time"
        case .overlap: "begins before the bar before has ended"
        }
    }
}

/// What an import read, kept and left out. `rows` is always `kept` and all of `dropped` together.
package struct ImportReport: Sendable {
    /// How many dropped rows are kept in words.
    package static let examplesMax = 10

    /// Rows of data in the source.
    package internal(set) var rows = 0
    package internal(set) var kept = 0
    package private(set) var dropped: [DropReason: Int] = [:]
    /// The first dropped rows, each as the error it would have been.
    package private(set) var examples: [HistoryError] = []
    /// Volumes and quantities that had more decimals than the instrument, in kept rows.
    package internal(set) var quantitiesRounded = 0
    /// Rows that were earlier than a row before them; above 0 only when they were sorted.
    package internal(set) var outOfOrder = 0
    package internal(set) var gaps = Gaps()
    /// Unix nanoseconds UTC; nil when no row was kept.
    package internal(set) var firstTime_ns: Int64?
    package internal(set) var lastTime_ns: Int64?

    init() {}

    package var droppedCount: Int { dropped.values.reduce(0, +) }

    /// The report as names and values, in the order in which it is shown.
    package var facts: [(name: String, value: String)] {
        var facts = [("rows read", String(rows)), ("rows kept", String(kept))]
        for (reason, count) in dropped.sorted(by: {
            ($1.value, $0.key.text) < ($0.value, $1.key.text)
        }) {
            facts.append(("dropped, " + reason.text, String(count)))
        }
        facts += [
            ("out of order, sorted", String(outOfOrder)),
            ("quantities rounded", String(quantitiesRounded)),
            ("first time", firstTime_ns.map(UnixTime.text) ?? "-"),
            ("last time", lastTime_ns.map(UnixTime.text) ?? "-"), ("gaps", String(gaps.count)),
        ]
        if gaps.missingBars > 0 { facts.append(("missing bars", String(gaps.missingBars))) }
        if let after_ns = gaps.longestAfter_ns {
            let longest = Interval.text(gaps.longest_ns) + " after " + UnixTime.text(after_ns)
            facts.append(("longest gap", longest))
        }
        return facts
    }

    /// Adds what another file's report counted.
    mutating func add(_ other: ImportReport) {
        rows += other.rows
        dropped.merge(other.dropped, uniquingKeysWith: +)
        examples += other.examples.prefix(Self.examplesMax - examples.count)
        quantitiesRounded += other.quantitiesRounded
        outOfOrder += other.outOfOrder
    }

    /// Takes what is known from the whole series.
    mutating func finish(_ series: Series, gap_ns: Int64) {
        kept = series.count
        gaps = Gaps(of: series, longerThan_ns: gap_ns)
        firstTime_ns = series.firstTime_ns
        lastTime_ns = series.lastTime_ns
    }

    mutating func drop(_ reason: DropReason, _ error: HistoryError) {
        dropped[reason, default: 0] += 1
        if examples.count < Self.examplesMax { examples.append(error) }
    }
}
