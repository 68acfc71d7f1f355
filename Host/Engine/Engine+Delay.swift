import RialtoMatching
import RialtoValues

/// What messages take where that is told by the market data: `latency.recorded`.
///
/// When an event was received, less when the venue says it was, is its delay and what the host's
/// clock is ahead of the venue's. Clocks that differ, or drift, would so become latency, or a
/// negative one; ``ClockOffset`` says what is taken for their difference. Only what has happened
/// counts, so that no run knows more than it could have.
struct RecordedDelays {
    private let offset: ClockOffset
    /// Least difference of each instrument's events so far; 0 or less, or of any sign, as the
    /// offset asks.
    private var least: [Int64]
    /// Entries of the feed that have been looked at.
    private var seen = 0
    private var latest: Int64 = 0

    init(_ offset: ClockOffset, instruments: Int) {
        self.offset = offset
        least = Array(repeating: offset == .least ? .max : 0, count: instruments)
    }

    /// What the last event before entry `end` of the market took, in nanoseconds, 0 or more; 0
    /// before any. `end` never falls.
    ///
    /// - Complexity: O(entries since the last call).
    mutating func delay_ns(_ market: MarketColumns, before end: Int) -> Int64 {
        while seen < end {
            if let (instrument, difference) = market.difference(seen) {
                take(difference, instrument)
            }
            seen += 1
        }
        return latest
    }

    private mutating func take(_ difference: Int64, _ instrument: Int) {
        if case .stated(let stated) = offset {
            latest = max(0, difference - stated)
            return
        }
        least[instrument] = min(least[instrument], difference)
        let (delay, over) = difference.subtractingReportingOverflow(least[instrument])
        latest = over ? 0 : delay
    }
}

extension MarketColumns {
    /// When an entry was received less when the venue says it was, and of which instrument; nil of
    /// a kind whose data do not hold both.
    fileprivate func difference(_ entry: Int) -> (instrument: Int, difference: Int64)? {
        let (kind, row) = place(entry)
        let found: (instrument: Int, venueTime: Int64)? =
            switch EventKind(rawValue: kind) {
            case .trades: (trade(row), tradeVenueTime[row])
            case .quotes: (quote(row), quoteVenueTime[row])
            case .bookDeltas: (delta(row), deltaVenueTime[row])
            default: nil
            }
        guard let found else { return nil }
        let (difference, over) = times[entry].subtractingReportingOverflow(found.venueTime)
        return over ? nil : (found.instrument, difference)
    }
}

extension Engine {
    /// When a message of an account that leaves now reaches the venue.
    mutating func orderArrival_ns(_ account: Int) -> Int64 {
        let recorded = recordedDelay_ns()
        return accounts[account].connection.orderArrives(leaving: now_ns, recorded: recorded)
    }

    /// When a report to an account that leaves the venue now reaches the host.
    mutating func reportArrival_ns(_ account: Int) -> Int64 {
        let recorded = recordedDelay_ns()
        return accounts[account].connection.reportArrives(leaving: now_ns, recorded: recorded)
    }

    /// What the last market event before now took from the venue to the host, in nanoseconds, 0 or
    /// more; 0 where nothing recorded is used.
    private mutating func recordedDelay_ns() -> Int64 {
        guard setup.latency.isRecorded else { return 0 }
        return delays.delay_ns(market, before: position)
    }
}
