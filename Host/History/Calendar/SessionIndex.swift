/// The sessions of a span, for questions about many times in it.
package struct SessionIndex: Sendable {
    package let sessions: [Session]
    /// Open nanoseconds before each session of the list.
    private let before: [Int64]

    /// - Parameters:
    ///   - start_ns: Unix nanoseconds UTC.
    ///   - end_ns: Unix nanoseconds UTC, first instant after the span.
    package init(
        _ calendar: TradingCalendar, from start_ns: Int64, to end_ns: Int64
    ) throws(HistoryError) {
        sessions = try calendar.sessions(from: start_ns, to: end_ns)
        var sum: Int64 = 0
        before = sessions.map { session in
            defer { sum += session.close_ns - session.open_ns }
            return sum
        }
    }

    /// The sessions that the rows of a series can lie in.
    package init(_ calendar: TradingCalendar, of series: Series) throws(HistoryError) {
        let first = series.firstTime_ns ?? 0, last = series.lastTime_ns ?? 0
        let margin = 14 * CivilDay.length_ns + series.interval_ns
        let start = first.subtractingReportingOverflow(margin)
        let end = last.addingReportingOverflow(margin)
        try self.init(
            calendar, from: start.overflow ? .min : start.partialValue,
            to: end.overflow ? .max : end.partialValue)
    }

    /// The session in which an instant lies.
    package func session(at time_ns: Int64) -> Session? {
        session(from: time_ns, to: time_ns + 1)
    }

    /// The first session that reaches into `start_ns..<end_ns`.
    package func session(from start_ns: Int64, to end_ns: Int64) -> Session? {
        let index = firstClosing(after: start_ns)
        guard index < sessions.count, sessions[index].open_ns < end_ns else { return nil }
        return sessions[index]
    }

    /// Whether some instant of `start_ns..<end_ns` lies in a session.
    package func isOpen(from start_ns: Int64, to end_ns: Int64) -> Bool {
        session(from: start_ns, to: end_ns) != nil
    }

    /// Open nanoseconds in `start_ns..<end_ns`, 0 where that is empty.
    package func open_ns(from start_ns: Int64, to end_ns: Int64) -> Int64 {
        end_ns > start_ns ? opened(until: end_ns) - opened(until: start_ns) : 0
    }

    /// Bars of `interval_ns` that the open time in `start_ns..<end_ns` has room for, a session's
    /// last one maybe shorter.
    package func bars(of interval_ns: Int64, from start_ns: Int64, to end_ns: Int64) -> Int {
        var count = 0, index = firstClosing(after: start_ns)
        while index < sessions.count, sessions[index].open_ns < end_ns {
            let session = sessions[index]
            let length = min(session.close_ns, end_ns) - max(session.open_ns, start_ns)
            count += Int((length - 1) / interval_ns) + 1
            index += 1
        }
        return count
    }

    /// The first instant at which `length_ns` of open time have passed since `start_ns`; nil when
    /// the sessions of the index end before.
    package func instant(after length_ns: Int64, from start_ns: Int64) -> Int64? {
        var left = length_ns, index = firstClosing(after: start_ns)
        while index < sessions.count {
            let from = max(start_ns, sessions[index].open_ns)
            let room = sessions[index].close_ns - from
            if left <= room { return from + left }
            left -= room
            index += 1
        }
        return nil
    }

    private func opened(until time_ns: Int64) -> Int64 {
        let index = firstClosing(after: time_ns)
        guard index < sessions.count else {
            guard let last = sessions.last, let sum = before.last else { return 0 }
            return sum + last.close_ns - last.open_ns
        }
        return before[index] + max(0, time_ns - sessions[index].open_ns)
    }

    /// Index of the first session that has not ended at `time_ns`.
    private func firstClosing(after time_ns: Int64) -> Int {
        var low = 0, high = sessions.count
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].close_ns <= time_ns { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
