import struct Foundation.Date
import struct Foundation.TimeZone

/// One trading day's hours.
package struct Session: Hashable, Sendable {
    /// The trading day; an evening may belong to the next one.
    package let day: CivilDay
    /// Unix nanoseconds UTC of its first instant.
    package let open_ns: Int64
    /// Unix nanoseconds UTC of the first instant after it.
    package let close_ns: Int64
    /// Where a bar of the whole day ends, at or after `close_ns`: the day's regular closing time.
    ///
    /// It is the same hour of every day, also where the session ends earlier, so that bars of a day
    /// are at least a day apart.
    package let dayEnd_ns: Int64

    /// Whether it ends before its regular time.
    package var isShort: Bool { close_ns < dayEnd_ns }
}

/// When an instrument is traded: weekly hours in a time zone, holidays and early closes, as rules.
///
/// Unscheduled changes of an hour or two (storms, halts of the whole market) are not in it; whole
/// days on which the market did not open are.
package enum TradingCalendar: String, CaseIterable, Sendable {
    /// All of every day of UTC.
    case always = "24x7"
    /// New York's stock exchanges, 09:30 to 16:00, from 1990 on.
    case usEquities = "us-equities"
    /// Foreign exchange, Sunday 17:00 to Friday 17:00 New York. Holidays are thin, not closed.
    case foreignExchange = "fx"
    /// Equity index futures on CME Globex, Sunday 17:00 to Friday 16:00 Chicago with a break of an
    /// hour from 16:00, as since September 2015. Hours of a holiday are a short day of their own,
    /// though the exchange counts them to the next one; the pause at 15:15 that there was until
    /// June 2021 is not in it, nor are the shorter hours before.
    case cmeFutures = "cme-futures"

    /// What people read of it in a list.
    package var summary: String {
        switch self {
        case .always: "every hour of every day; days of UTC"
        case .usEquities: "NYSE and Nasdaq, 09:30-16:00 New York, with holidays and early closes"
        case .foreignExchange: "Sunday 17:00 to Friday 17:00 New York; days end at 17:00"
        case .cmeFutures: "equity index futures: Sunday 17:00 to Friday 16:00 Chicago, break 16-17"
        }
    }

    /// The sessions that overlap a span, in order.
    ///
    /// - Parameters:
    ///   - start_ns: Unix nanoseconds UTC.
    ///   - end_ns: Unix nanoseconds UTC, first instant after the span.
    /// - Throws: ``HistoryError`` of kind `system` when the machine does not know the time zone.
    /// - Complexity: O(days).
    package func sessions(from start_ns: Int64, to end_ns: Int64) throws(HistoryError) -> [Session]
    {
        let clock = try ZoneClock(zone)
        // A trading day may begin on the evening before, and zones differ by up to a day.
        var day = max(CivilDay.all.lowerBound, CivilDay(containing: start_ns) + -2)
        let last = min(CivilDay.all.upperBound, CivilDay(containing: end_ns) + 2)
        var sessions: [Session] = []
        while day <= last {
            if let session = session(on: day, clock), session.close_ns > start_ns,
                session.open_ns < end_ns
            {
                sessions.append(session)
            }
            day = day + 1
        }
        return sessions
    }

    /// The session of a trading day; nil when there is none.
    package func session(on day: CivilDay) throws(HistoryError) -> Session? {
        session(on: day, try ZoneClock(zone))
    }

    /// The first session on `day` or after it, within a fortnight.
    package func session(onOrAfter day: CivilDay) throws(HistoryError) -> Session? {
        let clock = try ZoneClock(zone)
        for ahead in 0..<14 {
            if let found = session(on: day + Int64(ahead), clock) { return found }
        }
        return nil
    }

    /// The trading day in whose session `time_ns` lies, or the next one when it lies in none.
    package func session(atOrAfter time_ns: Int64) throws(HistoryError) -> Session? {
        let end_ns = time_ns.addingReportingOverflow(14 * CivilDay.length_ns)
        return try sessions(from: time_ns, to: end_ns.overflow ? .max : end_ns.partialValue).first
    }

    private var zone: String? {
        switch self {
        case .always: nil
        case .usEquities, .foreignExchange: "America/New_York"
        case .cmeFutures: "America/Chicago"
        }
    }

    private func session(on day: CivilDay, _ clock: ZoneClock) -> Session? {
        guard CivilDay.all.contains(day) else { return nil }
        switch self {
        case .always:
            return clock.session(day, open: 0, close: 24 * 60, end: 24 * 60)
        case .foreignExchange:
            guard (1...5).contains(day.weekday) else { return nil }
            return clock.session(day, open: -7 * 60, close: 17 * 60, end: 17 * 60)
        case .usEquities:
            guard (1...5).contains(day.weekday), !USHolidays.isClosed(day) else { return nil }
            let close = USHolidays.earlyClose(day) ?? 16 * 60
            return clock.session(day, open: 9 * 60 + 30, close: close, end: 16 * 60)
        case .cmeFutures:
            guard (1...5).contains(day.weekday), !CMEHolidays.isClosed(day) else { return nil }
            let close = CMEHolidays.earlyClose(day) ?? CMEHolidays.close
            return clock.session(day, open: -7 * 60, close: close, end: CMEHolidays.close)
        }
    }
}

/// Turns a zone's clock into Unix time, by the time zone database that Foundation reads.
struct ZoneClock {
    private let zone: TimeZone?

    /// - Parameter name: As in the database, such as `America/New_York`; nil for UTC.
    init(_ name: String?) throws(HistoryError) {
        guard let name else {
            zone = nil
            return
        }
        guard let zone = TimeZone(identifier: name) else {
            throw HistoryError(
                .system, "this machine does not know the time zone \(name)",
                help: "install the system's time zone database, mostly the package tzdata")
        }
        self.zone = zone
    }

    /// Unix nanoseconds UTC of so many minutes after a day's midnight in the zone. `day` is one of
    /// ``CivilDay/all``.
    func time_ns(_ day: CivilDay, minutes: Int64) -> Int64 {
        let local = day.number * 86_400 + minutes * 60
        guard let zone else { return local * 1_000_000_000 }
        // The offset at the guess is that at the time, but within hours of a change of clocks.
        var seconds = local
        for _ in 0..<2 {
            let date = Date(timeIntervalSince1970: Double(seconds))
            seconds = local - Int64(zone.secondsFromGMT(for: date))
        }
        return seconds * 1_000_000_000
    }

    /// Minutes count from the day's midnight.
    func session(_ day: CivilDay, open: Int64, close: Int64, end: Int64) -> Session {
        Session(
            day: day, open_ns: time_ns(day, minutes: open), close_ns: time_ns(day, minutes: close),
            dayEnd_ns: time_ns(day, minutes: end))
    }
}
