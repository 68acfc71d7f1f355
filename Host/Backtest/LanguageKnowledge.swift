import RialtoAnalytics
import RialtoValues

/// How much of a run a language model may have read about while it was trained.
package struct LanguageKnowledge: Equatable, Sendable {
    /// When the training had ended, Unix nanoseconds UTC; nil where nobody said.
    package let until_ns: Int64?
    private let from_ns: Int64
    private let last_ns: Int64

    /// - Parameters:
    ///   - from_ns: First instant of the run.
    ///   - last_ns: Last one, not before the first.
    package init(until_ns: Int64?, from_ns: Int64, last_ns: Int64) {
        self.until_ns = until_ns
        self.from_ns = from_ns
        self.last_ns = max(from_ns, last_ns)
    }

    /// - Parameter tables: Of the run in which the model was asked.
    package init(of entry: LanguageRuns.Entry, in tables: RunTables) {
        self.init(
            until_ns: entry.knowledgeUntil_ns,
            from_ns: tables["run"].integers("first_time_ns").first ?? 0,
            last_ns: tables["run"].integers("last_time_ns").first ?? 0)
    }

    /// Whether the model may have read about some of the run; so it is where nobody knows.
    package var isContaminated: Bool { until_ns.map { $0 > from_ns } ?? true }

    /// Share of the run that it may have read about, 0...1; nil where nobody knows.
    package var share: Double? {
        guard let until_ns else { return nil }
        let span = Double(last_ns - from_ns)
        guard span > 0 else { return until_ns > from_ns ? 1 : 0 }
        return min(1, max(0, Double(until_ns) - Double(from_ns)) / span)
    }

    /// What that means for the results, in a sentence.
    package var sentence: String {
        guard let until_ns else { return "unknown cut-off: whole run may have been read" }
        let date = UnixTime.text(until_ns)
        guard until_ns > from_ns else { return "clean: the model's training ended \(date)" }
        guard until_ns <= last_ns else {
            return "contaminated: the model may have read the whole run; its results prove nothing"
        }
        let (unit_ns, unit) = Self.unit(of: last_ns - from_ns)
        let read = Self.count(until_ns - from_ns, unit_ns),
            all = Self.count(
                last_ns - from_ns, unit_ns)
        return "contaminated: the model may have read the first \(read) of \(all) \(unit); "
            + "results of those \(unit) prove nothing"
    }

    /// The part of a curve that the model cannot have read about; nil where that is less than two
    /// points, or nobody knows.
    package func unread(_ curve: EquityCurve) -> EquityCurve? {
        guard let until_ns else { return nil }
        let first = curve.times.firstIndex { $0 >= until_ns } ?? curve.times.count
        guard curve.times.count - first >= 2 else { return nil }
        return EquityCurve(
            times: Array(curve.times[first...]), values: Array(curve.values[first...]))
    }

    /// What so long a time is told in: two or more of it.
    private static func unit(of span_ns: Int64) -> (Int64, String) {
        let minute_ns = 60 * UnixTime.second
        if span_ns >= 2880 * minute_ns { return (1440 * minute_ns, "days") }
        return span_ns >= 120 * minute_ns ? (60 * minute_ns, "hours") : (minute_ns, "minutes")
    }

    /// How many units have at least begun.
    private static func count(_ span_ns: Int64, _ unit_ns: Int64) -> Int64 {
        max(1, (span_ns + unit_ns - 1) / unit_ns)
    }
}
