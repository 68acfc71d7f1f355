/// Where a series is silent for longer than it should be.
package struct Gaps: Equatable, Sendable {
    /// Places where the next row is later than expected.
    package var count = 0
    /// From one row to the next at the widest gap, in nanoseconds; 0 when there is none.
    package var longest_ns: Int64 = 0
    /// Time of the last row before the widest gap, Unix nanoseconds UTC.
    package var longestAfter_ns: Int64?
    /// Bars that would fill all gaps; 0 unless bars.
    package var missingBars = 0

    package init() {}

    /// Finds the gaps of a series.
    ///
    /// - Parameter longerThan_ns: What counts as a gap between trades or quotes, in nanoseconds.
    ///   For bars it is their interval, whatever is given.
    /// - Complexity: O(rows).
    package init(of series: Series, longerThan_ns: Int64) {
        let times = series.time_ns
        let limit = series.kind == .bars ? series.interval_ns : longerThan_ns
        for index in stride(from: 1, to: series.count, by: 1) {
            let (step, over) = times[index].subtractingReportingOverflow(times[index - 1])
            guard over || step > limit else { continue }
            note(over ? .max : step, after_ns: times[index - 1])
            if series.kind == .bars { missingBars += Int((over ? .max : step - 1) / limit) }
        }
    }

    /// Finds the gaps of a series in the hours in which its market is open: nights, weekends and
    /// holidays are none. Bars longer than a day are taken as above.
    ///
    /// - Throws: ``HistoryError`` of kind `system` when the calendar's time zone is unknown.
    /// - Complexity: O(rows * log(days)).
    package init(
        of series: Series, longerThan_ns: Int64, calendar: TradingCalendar
    ) throws(HistoryError) {
        guard calendar != .always, series.interval_ns <= CivilDay.length_ns else {
            self.init(of: series, longerThan_ns: longerThan_ns)
            return
        }
        self.init()
        let index = try SessionIndex(calendar, of: series)
        let times = series.time_ns, isBars = series.kind == .bars
        let limit = isBars ? series.interval_ns : longerThan_ns
        for row in stride(from: 1, to: series.count, by: 1) {
            let (step, over) = times[row].subtractingReportingOverflow(times[row - 1])
            guard over || step > limit else { continue }
            let end_ns = isBars ? times[row] - limit : times[row]
            let open_ns = index.open_ns(from: times[row - 1], to: end_ns)
            guard open_ns > (isBars ? 0 : limit) else { continue }
            note(step, after_ns: times[row - 1])
            if isBars { missingBars += index.bars(of: limit, from: times[row - 1], to: end_ns) }
        }
    }

    private mutating func note(_ step: Int64, after_ns: Int64) {
        count += 1
        guard step > longest_ns else { return }
        longest_ns = step
        longestAfter_ns = after_ns
    }
}
