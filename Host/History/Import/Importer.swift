import RialtoValues

/// Reads market data of one definition from files, into memory.
package struct Importer: Sendable {
    package let kind: SeriesKind
    /// Nanoseconds; 0 unless bars.
    package let interval_ns: Int64
    /// What a bar's time in the file stands for; of no meaning unless bars.
    package let barTime: BarTime
    package let rules: ImportRules
    /// What the report counts as a gap between trades or quotes, in nanoseconds.
    package let gap_ns: Int64

    private init(
        kind: SeriesKind, interval_ns: Int64, barTime: BarTime, rules: ImportRules, gap_ns: Int64
    ) {
        self.kind = kind
        self.interval_ns = interval_ns
        self.barTime = barTime
        self.rules = rules
        self.gap_ns = gap_ns
    }

    package static func bars(interval_ns: Int64, time: BarTime, rules: ImportRules) -> Importer {
        Importer(kind: .bars, interval_ns: interval_ns, barTime: time, rules: rules, gap_ns: .max)
    }

    /// - Parameter gap_ns: Silence above which the report counts a gap.
    package static func trades(rules: ImportRules, gap_ns: Int64 = .max) -> Importer {
        Importer(kind: .trades, interval_ns: 0, barTime: .close, rules: rules, gap_ns: gap_ns)
    }

    /// - Parameter gap_ns: Silence above which the report counts a gap.
    package static func quotes(rules: ImportRules, gap_ns: Int64 = .max) -> Importer {
        Importer(kind: .quotes, interval_ns: 0, barTime: .close, rules: rules, gap_ns: gap_ns)
    }

    /// - Parameter gap_ns: Silence above which the report counts a gap.
    package static func book(rules: ImportRules, gap_ns: Int64 = .max) -> Importer {
        Importer(kind: .book, interval_ns: 0, barTime: .close, rules: rules, gap_ns: gap_ns)
    }

    /// Rows of a kind other than bars.
    ///
    /// - Parameter gap_ns: Silence above which the report counts a gap.
    package static func rows(
        of kind: SeriesKind, rules: ImportRules, gap_ns: Int64 = .max
    ) -> Importer {
        precondition(kind != .bars, "bars have an interval: see bars(interval_ns:time:rules:)")
        return Importer(
            kind: kind, interval_ns: 0, barTime: .close, rules: rules, gap_ns: gap_ns)
    }

    package func definition(_ instrument: Instrument) -> SeriesDefinition {
        SeriesDefinition(instrument: instrument, kind: kind, interval_ns: interval_ns)
    }

    /// How often an import tells its progress: after so many rows.
    static let rowsPerStep = 65_536

    /// Adds the interval where the file gives opening times.
    @inline(__always)
    func closed(_ time_ns: Int64) throws(FieldFault) -> Int64 {
        guard kind == .bars, barTime == .open else { return time_ns }
        let (sum, over) = time_ns.addingReportingOverflow(interval_ns)
        if over { throw .outOfRange }
        return sum
    }
}
