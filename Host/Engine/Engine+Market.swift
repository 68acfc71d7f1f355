import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// What market events do before anybody is told of them: the venue's phase, and the last prices.
extension Engine {
    /// Phase 1: the venue applies the group's market events to the orders that already work there.
    mutating func matchGroup(at time: Int64) throws(EngineError) {
        while position < market.count, market.times[position] == time {
            let (kind, row) = market.place(position)
            if kind == EventKind.bars.rawValue {
                let instrument = market.bar(row)
                if mayWork(in: instrument) { try matchBar(row, instrument, time) }
                noteMark(position)
                if hasRules {
                    try advanceGuards(
                        instrument, high: market.barHigh[row], low: market.barLow[row])
                }
                if venue.watchCount > 0 {
                    try checkMargins(bar: row, instrument, at: time)
                }
            } else if kind == EventKind.trades.rawValue {
                let instrument = market.trade(row)
                if mayWork(in: instrument) { try matchTrade(row, instrument, time) }
                noteMark(position)
                if hasRules {
                    let price = market.tradePrice[row]
                    try advanceGuards(instrument, high: price, low: price)
                }
                try checkMargin(instrument)
            } else if kind == EventKind.quotes.rawValue {
                noteMark(position)
                try matchShown(market.quote(row), market.quoteVenueTime[row], .quotes, at: time)
                try checkMargin(market.quote(row))
            } else if kind == EventKind.books.rawValue {
                noteMark(position)
                try matchShown(market.book(row), market.bookVenueTime[row], .book, at: time)
                try checkMargin(market.book(row))
            } else if kind == EventKind.bookDeltas.rawValue {
                noteMark(position)
                if market.deltaLast[row] != 0 {
                    try matchShown(market.delta(row), market.deltaVenueTime[row], .book, at: time)
                    try checkMargin(market.delta(row))
                }
            } else if kind == EventKind.marks.rawValue {
                try takeVenueMark(row)
            }
            position &+= 1
        }
    }

    /// Whether an order works in the instrument: a group of many asks for each, so what is asked
    /// first is whether any price could fill one.
    @inline(__always)
    private func mayWork(in instrument: Int) -> Bool {
        let low = venue.desks[instrument].low, high = venue.desks[instrument].high
        return (low != .min || high != .max) && venue.works(in: instrument)
    }

    /// Looks at margins after an instrument's price has changed.
    mutating func checkMargin(_ instrument: Int) throws(EngineError) {
        guard venue.watchCount > 0 else { return }
        let mark = marginPrice(instrument)
        try checkMargins(instrument, open: mark, high: mark, low: mark)
    }

    /// Looks at margins on the way of a bar; where the instrument has a mark, at that alone; where
    /// the bar opened before a halt ended, at its close alone.
    private mutating func checkMargins(
        bar row: Int, _ instrument: Int, at time: Int64
    ) throws(EngineError) {
        if isMarked(instrument) { return try checkMargin(instrument) }
        let from_ns = pricedFrom_ns[instrument]
        if from_ns != .min, market.opened(row, deliveredAt: time) < from_ns {
            return try checkMargin(instrument)
        }
        try checkMargins(
            instrument, open: market.barOpen[row], high: market.barHigh[row],
            low: market.barLow[row])
    }

    private mutating func matchBar(
        _ row: Int, _ instrument: Int, _ time: Int64
    )
        throws(EngineError)
    {
        guard !isStanding[instrument] else { return }
        let opened = market.opened(row, deliveredAt: time)
        var walk = Venue.Walk(openTime_ns: opened, open: market.barOpen[row])
        if setup.venue.volumeShare_e9 > 0 {
            walk.limit(volume: market.barVolume[row], share_e9: setup.venue.volumeShare_e9)
        }
        while let fill = venue.nextFill(&walk, instrument: instrument) {
            try book(fill, at: time, protectFrom_ns: opened)
        }
        // Most orders fill at the open: the rest of the bar is not even loaded then.
        guard venue.mayGoOn(walk, instrument: instrument) else { return drainEndings() }
        venue.lead(
            &walk,
            along: Bar(
                openTime_ns: opened, open: market.barOpen[row], high: market.barHigh[row],
                low: market.barLow[row], close: market.barClose[row]))
        while let fill = venue.nextFill(&walk, instrument: instrument) {
            try book(fill, at: time, protectFrom_ns: opened)
        }
        drainEndings()
    }

    private mutating func matchTrade(
        _ row: Int, _ instrument: Int, _ time: Int64
    )
        throws(EngineError)
    {
        let level = venue.level(of: instrument), venueTime = market.tradeVenueTime[row]
        guard level.isStanding else {
            guard case .trades = level else { return }
            while let fill = venue.nextFill(
                tradePrice: market.tradePrice[row], venueTime_ns: venueTime, time_ns: time,
                instrument: instrument)
            {
                try book(fill, at: time, protectFrom_ns: time)
            }
            return drainEndings()
        }
        var print = Venue.Print(
            price: market.tradePrice[row], quantity: market.tradeQuantity[row],
            taker: Side(rawValue: market.tradeTakerSide[row]), venueTime_ns: venueTime,
            time_ns: time)
        while let fill = venue.nextFill(&print, instrument: instrument) {
            try book(fill, at: time, protectFrom_ns: time)
        }
        try matchStanding(instrument, venueTime_ns: venueTime, at: time)
    }

    /// Matches an instrument after what its venue displays has changed, if it is matched on that.
    private mutating func matchShown(
        _ instrument: Int, _ venueTime_ns: Int64, _ level: MatchLevel, at time: Int64
    ) throws(EngineError) {
        guard venue.level(of: instrument) == level, venue.works(in: instrument) else { return }
        try matchStanding(instrument, venueTime_ns: venueTime_ns, at: time)
    }

    /// Lets takers take what is displayed, and fills resting orders that it has come to.
    mutating func matchStanding(
        _ instrument: Int, venueTime_ns: Int64, at time: Int64
    ) throws(EngineError) {
        while let fill = venue.nextStandingFill(
            venueTime_ns: venueTime_ns, time_ns: time, instrument: instrument)
        {
            try book(fill, at: time, protectFrom_ns: time)
        }
        drainEndings()
    }

    /// Takes note of the last prices of all market events before `time`.
    mutating func advanceMarks(before time: Int64) {
        var entry = position
        let times = market.times, count = market.count
        if market.kinds == nil, market.stride == 0, !hasStanding, !hasRules {
            entry = firstEntry(notBefore: time)
            if entry > position { noteMark(entry - 1) }
        } else if market.singleKind == EventKind.bars.rawValue, setup.crossing != .open, !hasRules {
            let instruments = market.barInstrument, closes = market.barClose, marks = marks
            while entry < count, times[entry] < time {
                marks[Int(instruments[entry])] = closes[entry]
                entry &+= 1
            }
        } else {
            while entry < count, times[entry] < time {
                noteMark(entry)
                entry &+= 1
            }
        }
        position = entry
    }

    /// The first entry from `position` on that is not before `time`.
    private func firstEntry(notBefore time: Int64) -> Int {
        let times = market.times, count = market.count
        if guess > position, guess < count, times[guess - 1] < time, times[guess] >= time {
            return guess
        }
        return Feed.firstRow(times, count, from: position, notBefore: time)
    }

    @inline(__always)
    private mutating func noteMark(_ entry: Int) {
        let (kind, row) = market.place(entry)
        if kind == EventKind.bars.rawValue {
            let instrument = market.bar(row)
            marks[instrument] = market.barClose[row]
            if needsOpens { opens[instrument] = market.barOpen[row] }
            guard hasRules else { return }
            for index in meterLengths.indices {
                meters[instrument][index].add(
                    high: market.barHigh[row], low: market.barLow[row], close: market.barClose[row])
            }
        } else if kind == EventKind.trades.rawValue {
            marks[market.trade(row)] = market.tradePrice[row]
            opens[market.trade(row)] = market.tradePrice[row]
        } else if kind == EventKind.quotes.rawValue {
            noteQuote(row)
        } else if kind == EventKind.bookDeltas.rawValue {
            noteDelta(row)
        } else if kind == EventKind.books.rawValue {
            let instrument = market.book(row), market = market
            venue.showBook(instrument) { market.read(book: row, into: &$0) }
            noteMid(instrument)
        } else if kind == EventKind.marks.rawValue {
            noteVenueMark(row)
        }
    }

    private mutating func noteQuote(_ row: Int) {
        let instrument = market.quote(row)
        guard venue.level(of: instrument) == .quotes else { return }
        venue.show(
            bid: BookLevel(
                price: market.quoteBidPrice[row], quantity: market.quoteBidQuantity[row]),
            ask: BookLevel(
                price: market.quoteAskPrice[row], quantity: market.quoteAskQuantity[row]),
            instrument: instrument)
        noteMid(instrument)
    }

    private mutating func noteDelta(_ row: Int) {
        let instrument = market.delta(row)
        venue.show(
            change: market.deltaSide[row] == Side.buy.rawValue ? .buy : .sell,
            price: market.deltaPrice[row], quantity: market.deltaQuantity[row],
            instrument: instrument)
        if market.deltaLast[row] != 0 { noteMid(instrument) }
    }

    /// Where a book stands its middle is the last price.
    private mutating func noteMid(_ instrument: Int) {
        guard let mid = venue.mid(of: instrument) else { return }
        marks[instrument] = mid
        opens[instrument] = mid
    }

    /// Prices known before the run starts are known.
    mutating func seedMarks(_ passed: (Int64) -> Void) {
        for entry in 0..<setup.start {
            noteMark(entry)
            if entry % Self.tellingStep == 0 { passed(market.times[entry]) }
        }
    }

    // MARK: Looking ahead

    /// The first market event before `limit` that may fill a working order.
    mutating func firstMatch_ns(before limit: Int64) -> Int64 {
        guard venue.workingCount > 0 || venue.watchCount > 0 || hasRules else { return .max }
        if market.singleKind == EventKind.trades.rawValue, market.stride == 0, !hasRules {
            return firstPrint_ns(before: limit)
        }
        let times = market.times, count = market.count
        var entry = position
        while entry < count, times[entry] < limit {
            if mayFill(entry) { return times[entry] }
            entry &+= 1
        }
        return .max
    }

    /// As `firstMatch_ns`, where all events are trades in one instrument: a loop over two columns.
    private mutating func firstPrint_ns(before limit: Int64) -> Int64 {
        let times = market.times, prices = market.tradePrice, count = market.count
        let instrument = market.trade(0)
        let (low, high) = venue.reach(of: instrument)
        // Orders that ask for no more than those of the last look need no second look.
        let isKnown = low <= clear.low && high >= clear.high
        var entry = isKnown ? max(position, clear.entry) : position
        defer { clear = (entry, low, high) }
        while entry < count, times[entry] < limit {
            if prices[entry] <= low || prices[entry] >= high { return times[entry] }
            entry &+= 1
        }
        return .max
    }

    /// Whether margins are to be looked at whenever a book changes.
    @inline(__always)
    private func isMet(_ instrument: Int) -> Bool {
        venue.watchCount > 0 && venue.isWatched(instrument)
    }

    @inline(__always)
    private func mayFill(_ entry: Int) -> Bool {
        let (kind, row) = market.place(entry)
        if kind == EventKind.bars.rawValue {
            let instrument = market.bar(row), (low, high) = venue.reach(of: instrument)
            return low == .max || guardedCount[instrument] > 0 || market.barLow[row] <= low
                || market.barHigh[row] >= high
        }
        if kind == EventKind.trades.rawValue {
            let instrument = market.trade(row), price = market.tradePrice[row]
            let (low, high) = venue.reach(of: instrument)
            return guardedCount[instrument] > 0 || price <= low || price >= high
        }
        if kind == EventKind.quotes.rawValue {
            let instrument = market.quote(row)
            guard venue.level(of: instrument) == .quotes else { return false }
            return isMet(instrument)
                || venue.mayFill(
                    bid: market.quoteBidPrice[row], ask: market.quoteAskPrice[row],
                    instrument: instrument)
        }
        if kind == EventKind.bookDeltas.rawValue {
            return isMet(market.delta(row))
                || venue.mayFill(
                    change: Side(rawValue: market.deltaSide[row]) ?? .buy,
                    price: market.deltaPrice[row], quantity: market.deltaQuantity[row],
                    instrument: market.delta(row))
        }
        if kind == EventKind.marks.rawValue { return mayLiquidate(markOf: row) }
        guard kind == EventKind.books.rawValue else { return false }
        return isMet(market.book(row)) || venue.works(in: market.book(row))
    }
}
