import RialtoValues

/// What becomes of the last bar when the data end before it does.
package enum PartialBar: Sendable {
    case drop
    case keep
}

extension Series {
    /// Returns bars of `interval_ns` made of trades or of shorter bars.
    ///
    /// Bars begin at multiples of the interval since 1970-01-01T00:00:00Z. A trade belongs to the
    /// bar that begins at or before its `time_ns` and has not ended. An interval without a row has
    /// no bar. The first bar is kept even when the data begin inside it. Trades never show that
    /// their last bar has ended, so it counts as partial.
    ///
    /// - Parameters:
    ///   - interval_ns: Above 0; for bars, a multiple of their own interval.
    ///   - partialLast: What to do with a last bar that the data may not fill.
    /// - Throws: ``HistoryError`` of kind `option` for quotes and books, an interval that does not
    ///   fit or bars that lie across two of the new ones; `value` when a volume exceeds 64 bits.
    /// - Complexity: O(rows).
    package func resampled(
        to interval_ns: Int64, partialLast: PartialBar
    ) throws(HistoryError)
        -> Series
    {
        try checkInterval(interval_ns)
        let target = SeriesDefinition(instrument: instrument, kind: .bars, interval_ns: interval_ns)
        var builder = try SeriesBuilder(target)
        var bar: OpenBar?
        for index in 0..<count {
            let part = try part(index, interval_ns)
            if let open = bar, open.open_ns == part.open_ns {
                bar = try open.joined(with: part, at: index)
            } else {
                if let bar { try builder.append(bar.row(interval_ns)) }
                bar = part
            }
        }
        if let row = try bar?.row(interval_ns), partialLast == .keep || isComplete(row) {
            try builder.append(row)
        }
        return builder.finish()
    }

    /// Returns one bar for each session of a calendar, made of trades or of shorter bars.
    ///
    /// A row belongs to the session that it lies in, of a bar the first one that it reaches into.
    /// Rows outside of sessions are left out. A day's bar ends at ``Session/dayEnd_ns``.
    ///
    /// - Parameter partialLast: What to do with a last session that the data may not fill; trades
    ///   never show that they do.
    /// - Returns: The bars, with how many rows were left out.
    /// - Throws: As ``resampled(to:partialLast:)``.
    /// - Complexity: O(rows * log(days)).
    package func days(
        of calendar: TradingCalendar, partialLast: PartialBar
    ) throws(HistoryError) -> (bars: Series, outside: Int) {
        try checkInterval(CivilDay.length_ns)
        let target = SeriesDefinition(
            instrument: instrument, kind: .bars, interval_ns: CivilDay.length_ns)
        let index = try SessionIndex(calendar, of: self)
        var builder = try SeriesBuilder(target), outside = 0, bar: OpenBar?, last: Session?
        for row in 0..<count {
            let values = self.row(row)
            let (start, over) = values[0].subtractingReportingOverflow(interval_ns)
            guard !over else { throw OpenBar.tooFar(values[0]) }
            guard
                let session = index.session(from: start, to: kind == .bars ? values[0] : start + 1)
            else {
                outside += 1
                continue
            }
            let open_ns = session.dayEnd_ns - CivilDay.length_ns
            let part = OpenBar(values, kind, open_ns: open_ns)
            if let open = bar, open.open_ns == open_ns {
                bar = try open.joined(with: part, at: row)
            } else {
                if let bar { try builder.append(bar.row(CivilDay.length_ns)) }
                bar = part
            }
            last = session
        }
        if let bar, let last {
            let isFull = kind == .bars && (lastTime_ns ?? .min) >= last.close_ns
            if isFull || partialLast == .keep {
                try builder.append(bar.row(CivilDay.length_ns))
            }
        }
        return (builder.finish(), outside)
    }

    private func checkInterval(_ interval_ns: Int64) throws(HistoryError) {
        let isMultiple = kind != .bars || (interval_ns > 0 && interval_ns % self.interval_ns == 0)
        guard kind == .bars || kind == .trades, interval_ns > 0, isMultiple else {
            let own = kind == .bars ? Interval.text(self.interval_ns) : ""
            throw HistoryError(
                .option, "bars of this interval cannot be made of these rows", field: "interval",
                found: kind.name + (kind == .bars ? " of " + own : "") + " to "
                    + Interval.text(interval_ns),
                allowed: kind != .bars && kind != .trades
                    ? "trades or bars" : kind == .bars ? "multiples of " + own : "above 0")
        }
    }

    /// One row as a bar of the new interval.
    private func part(_ index: Int, _ interval_ns: Int64) throws(HistoryError) -> OpenBar {
        let row = row(index)
        if kind == .trades {
            return OpenBar(row, kind, open_ns: try Self.start(row[0], interval_ns))
        }
        let (own_ns, over) = row[0].subtractingReportingOverflow(self.interval_ns)
        guard !over else { throw OpenBar.tooFar(row[0]) }
        let open_ns = try Self.start(own_ns, interval_ns)
        guard row[0] - open_ns <= interval_ns else {
            throw HistoryError(
                .option, "bars of this interval cannot be made: a bar lies across two of them",
                row: index,
                found: "a bar of " + Interval.text(self.interval_ns) + " from "
                    + UnixTime.text(own_ns),
                allowed: "bars inside one of " + Interval.text(interval_ns))
        }
        return OpenBar(row, kind, open_ns: open_ns)
    }

    /// Whether the data reach the end of the last new bar.
    private func isComplete(_ row: Row) -> Bool { kind == .bars && lastTime_ns == row[0] }

    /// The multiple of `interval_ns` at or below `time_ns`.
    private static func start(_ time_ns: Int64, _ interval_ns: Int64) throws(HistoryError) -> Int64
    {
        let rest = time_ns % interval_ns
        let (start, over) = time_ns.subtractingReportingOverflow(
            rest < 0 ? rest + interval_ns : rest)
        guard !over else { throw OpenBar.tooFar(time_ns) }
        return start
    }
}

/// A bar that is being made.
private struct OpenBar {
    let open_ns: Int64
    let open: Int64
    let high: Int64
    let low: Int64
    let close: Int64
    let volume: Int64

    /// A row of bars or trades as a bar.
    init(_ row: Row, _ kind: SeriesKind, open_ns: Int64) {
        let isTrade = kind == .trades
        self.init(
            open_ns: open_ns, open: row[isTrade ? 2 : 1], high: row[2],
            low: row[isTrade ? 2 : 3], close: row[isTrade ? 2 : 4], volume: row[isTrade ? 3 : 5])
    }

    init(open_ns: Int64, open: Int64, high: Int64, low: Int64, close: Int64, volume: Int64) {
        self.open_ns = open_ns
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.volume = volume
    }

    func joined(with next: OpenBar, at index: Int) throws(HistoryError) -> OpenBar {
        let (sum, over) = volume.addingReportingOverflow(next.volume)
        guard !over else {
            throw HistoryError(
                .value, "the volume of a bar is too large", row: index, field: "volume",
                allowed: "what 64 bits hold in the instrument's units")
        }
        return OpenBar(
            open_ns: open_ns, open: open, high: max(high, next.high), low: min(low, next.low),
            close: next.close, volume: sum)
    }

    /// The finished bar, its time that of the close.
    func row(_ interval_ns: Int64) throws(HistoryError) -> Row {
        let (close_ns, over) = open_ns.addingReportingOverflow(interval_ns)
        guard !over else { throw Self.tooFar(open_ns) }
        return [close_ns, open, high, low, close, volume, 0]
    }

    static func tooFar(_ time_ns: Int64) -> HistoryError {
        HistoryError(
            .value, "a bar would begin or end outside the years 1678 to 2262", field: "time",
            found: UnixTime.text(time_ns))
    }
}
