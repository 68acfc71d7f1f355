import RialtoValues

/// Mark prices of the venue: at what it values positions on margin, where the run has them.
///
/// Margins of an instrument are looked at when its mark changes and not when it trades: a print far
/// from the market liquidates nobody. What is closed then goes at the last price, as the market
/// would take it. Before its first mark, and without any, an instrument's last price counts.
extension Engine {
    /// Whether a mark price of an instrument is known.
    @inline(__always)
    func isMarked(_ instrument: Int) -> Bool { hasVenueMarks && venueMarks[instrument] > 0 }

    /// At what margins value an instrument.
    @inline(__always)
    func marginPrice(_ instrument: Int) -> Int64 {
        isMarked(instrument) ? venueMarks[instrument] : marks[instrument]
    }

    /// A book's equity where what is marked counts at its mark.
    func marginEquity(_ equity: Int128, _ account: Int, _ quantity: (Int) -> Int64) -> Int128? {
        guard hasVenueMarks else { return equity }
        var equity = equity
        for instrument in valuations.indices where isMarked(instrument) {
            let held = quantity(instrument)
            guard held != 0 else { continue }
            guard let marked = worth(held, instrument, venueMarks[instrument], account),
                let last = worth(held, instrument, marks[instrument], account)
            else { return nil }
            equity += marked - last
        }
        return equity
    }

    /// Takes note of a mark price of the venue's feed.
    mutating func noteVenueMark(_ row: Int) {
        venueMarks[market.mark(row)] = market.markPrice[row]
    }

    /// Looks at margins after a mark price has come. The first one of an instrument changes what
    /// all that is held of it is worth.
    mutating func takeVenueMark(_ row: Int) throws(EngineError) {
        let instrument = market.mark(row), isFirst = !isMarked(instrument)
        noteVenueMark(row)
        guard venue.watchCount > 0 else { return }
        guard isFirst else { return try checkMargin(instrument) }
        for account in accounts.indices where !accounts[account].watch.isEmpty {
            accounts[account].isShort = true
        }
        try closeShort()
    }

    /// Whether a mark price may close something.
    func mayLiquidate(markOf row: Int) -> Bool {
        let instrument = market.mark(row), price = market.markPrice[row]
        guard isMarked(instrument) else { return venue.watchCount > 0 }
        return venue.isWatched(instrument, low: price, high: price)
    }
}
