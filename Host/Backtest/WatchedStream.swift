import RialtoHistory

/// A series of a run whose silence is told: `stale_after` of the run file.
package struct WatchedStream {
    private let series: Series
    private let staleAfter_ns: Int64

    /// - Parameter staleAfter_ns: Nanoseconds without a row, in open hours, after which it is
    ///   stale; above 0.
    package init(_ series: Series, staleAfter_ns: Int64) {
        precondition(staleAfter_ns > 0, "a stream is not stale at once")
        self.series = series
        self.staleAfter_ns = staleAfter_ns
    }

    /// One time of silence.
    package struct Silence: Equatable {
        /// When nothing had come for too long, Unix nanoseconds UTC.
        package let from_ns: Int64
        /// When the next row came; nil when none did.
        package let until_ns: Int64?
    }

    /// Where the stream was silent for longer than is told.
    ///
    /// - Parameters:
    ///   - calendar: Hours in which rows are expected.
    ///   - start: From when on they are, where the series begins later; nil from its first one.
    /// - Throws: ``HistoryError`` of kind `system` when the calendar's time zone is unknown.
    /// - Complexity: O(rows).
    package func silences(
        calendar: TradingCalendar, from start: Int64?
    ) throws(HistoryError) -> [Silence] {
        let index = calendar == .always ? nil : try SessionIndex(calendar, of: series)
        let times = series.time_ns
        guard series.count > 0 else { return [] }
        var silences: [Silence] = [], last = min(start ?? times[0], times[0])
        for first in Swift.stride(from: 0, to: series.count, by: FeedMerge.chunk) {
            let end = min(series.count, first + FeedMerge.chunk)
            for row in first..<end {
                let (step, over) = times[row].subtractingReportingOverflow(last)
                if over || step > staleAfter_ns, let from = due(after: last, index),
                    from < times[row]
                {
                    silences.append(Silence(from_ns: from, until_ns: times[row]))
                }
                last = times[row]
            }
            series.release(first..<end)
        }
        if let from = due(after: last, index) {
            silences.append(Silence(from_ns: from, until_ns: nil))
        }
        return silences
    }

    /// When a stream is stale of which nothing comes after `last`; nil where that is beyond all
    /// sessions, or all time.
    private func due(after last: Int64, _ index: SessionIndex?) -> Int64? {
        if let index { return index.instant(after: staleAfter_ns, from: last) }
        let (time, over) = last.addingReportingOverflow(staleAfter_ns)
        return over ? nil : time
    }
}
