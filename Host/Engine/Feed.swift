import RialtoValues

/// Market events in one total order: by time, then kind, then instrument, then arrival.
///
/// The memory belongs to whoever made the feed, who keeps it while an engine reads it.
package struct Feed {
    /// Entries of the order, over all kinds.
    package let count: Int
    /// Time of each entry, Unix nanoseconds UTC; never falls.
    package let time_ns: UnsafePointer<Int64>
    /// Kind of each entry; nil when all are of `singleKind`.
    package let kind: UnsafePointer<UInt8>?
    /// Row of each entry in the columns of its kind; nil when entry i is row i.
    package let row: UnsafePointer<UInt32>?
    package let singleKind: EventKind?
    package let bars: BarEvents?
    package let trades: TradeEvents?
    package let quotes: QuoteEvents?
    /// Whole order books. A row without levels says that the book is unknown from there on.
    package let books: BookEvents?
    /// Changes since the last whole book of the same instrument.
    package let bookDeltas: BookDeltaEvents?
    /// What trading, or what is heard of it, has come to.
    package let status: StatusEvents?
    /// Funding, when it is exchanged.
    package let funding: FundingEvents?
    /// Marks, open interest and liquidations; nil where there are none of them.
    package let contracts: UnsafePointer<ContractEvents>?
    /// News and posts; nil where there are none of them.
    package let texts: UnsafePointer<TextColumns>?
    /// With one instrument, its index: the `instrument` and `interval_ns` columns then hold only
    /// `EventBatch.limit` equal rows, and row 0 speaks for all.
    package let oneInstrument: UInt32?
    /// What every bar's delivery is later than its open, in nanoseconds; 0 where the open times
    /// have to be read from their column.
    package let barLength_ns: Int64

    /// A feed whose entries are all bars.
    ///
    /// - Parameter barLength_ns: As the property.
    package init(bars: BarEvents, oneInstrument: UInt32?, barLength_ns: Int64) {
        self.init(
            count: bars.count, time_ns: bars.time_ns, kind: nil, row: nil, singleKind: .bars,
            bars: bars, trades: nil, quotes: nil, oneInstrument: oneInstrument,
            barLength_ns: barLength_ns)
    }

    /// A feed whose entries are all trades.
    package init(trades: TradeEvents, oneInstrument: UInt32?) {
        self.init(
            count: trades.count, time_ns: trades.time_ns, kind: nil, row: nil, singleKind: .trades,
            bars: nil, trades: trades, quotes: nil, oneInstrument: oneInstrument,
            barLength_ns: 0)
    }

    package init(
        count: Int, time_ns: UnsafePointer<Int64>, kind: UnsafePointer<UInt8>?,
        row: UnsafePointer<UInt32>?, singleKind: EventKind?, bars: BarEvents?, trades: TradeEvents?,
        quotes: QuoteEvents?, books: BookEvents? = nil, bookDeltas: BookDeltaEvents? = nil,
        status: StatusEvents? = nil, funding: FundingEvents? = nil,
        contracts: UnsafePointer<ContractEvents>? = nil,
        texts: UnsafePointer<TextColumns>? = nil,
        oneInstrument: UInt32?, barLength_ns: Int64
    ) {
        precondition(
            (kind == nil) == (singleKind != nil), "a feed of several kinds has an order column")
        precondition(
            kind == nil || oneInstrument == nil, "only a feed of one kind shares one instrument")
        self.count = count
        self.time_ns = time_ns
        self.kind = kind
        self.row = row
        self.singleKind = singleKind
        self.bars = bars
        self.trades = trades
        self.quotes = quotes
        self.books = books
        self.bookDeltas = bookDeltas
        self.status = status
        self.funding = funding
        self.contracts = contracts
        self.texts = texts
        self.oneInstrument = oneInstrument
        self.barLength_ns = barLength_ns
    }

    /// The first entry at or after `from` whose time is at or after `time`.
    package func firstEntry(from: Int, notBefore time: Int64) -> Int {
        Feed.firstRow(time_ns, count, from: from, notBefore: time)
    }

    /// The first of `count` times that never fall, from row `from` on, at or after `time`; looks
    /// only at rows near to both.
    @inline(__always)
    package static func firstRow(
        _ time_ns: UnsafePointer<Int64>, _ count: Int, from: Int, notBefore time: Int64
    ) -> Int {
        // Most times are near: the next entry, or a few further on.
        guard from < count, time_ns[from] < time else { return from }
        var low = from + 1, step = 16
        while low + step < count, time_ns[low + step] < time {
            low += step
            step *= 2
        }
        var high = min(count, low + step)
        while low < high {
            let middle = (low + high) / 2
            if time_ns[middle] < time { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The end of the time group that entry `entry` is in.
    package func groupEnd(_ entry: Int) -> Int { Feed.groupEnd(time_ns, count, entry) }

    /// As `groupEnd`, of `count` times.
    @inline(__always)
    static func groupEnd(_ time_ns: UnsafePointer<Int64>, _ count: Int, _ entry: Int) -> Int {
        let time = time_ns[entry]
        var end = entry + 1
        while end < count, time_ns[end] == time { end += 1 }
        return end
    }

    /// Instrument of an entry.
    package func instrument(_ entry: Int) -> Int {
        if let oneInstrument { return Int(oneInstrument) }
        let (kind, row) = place(entry)
        let column: UnsafePointer<UInt32>? =
            switch EventKind(rawValue: kind) {
            case .bars: bars?.instrument
            case .trades: trades?.instrument
            case .quotes: quotes?.instrument
            case .books: books?.instrument
            case .bookDeltas: bookDeltas?.instrument
            case .status: status?.instrument
            case .funding: funding?.instrument
            case let other?: contracts?.pointee.instruments(of: other)
            case nil: nil
            }
        return column.map { Int($0[row]) } ?? 0
    }

    /// The last price that an entry states: a bar's close, a trade's price; in a feed without
    /// either a quote's or whole book's best bid. nil when it states none.
    package func price(_ entry: Int) -> Int64? {
        let (kind, row) = place(entry)
        if kind == EventKind.bars.rawValue { return bars?.close[row] }
        if kind == EventKind.trades.rawValue { return trades?.price[row] }
        guard bars == nil, trades == nil else { return nil }
        if kind == EventKind.quotes.rawValue, let quotes, quotes.bidPrice[row] > 0 {
            return quotes.bidPrice[row]
        }
        if kind == EventKind.books.rawValue, let books, books.bidCount[row] > 0 {
            return books.levelPrice[Int(books.firstLevel[row])]
        }
        return nil
    }

    /// Points a batch at the entries `start` to `end` of a feed of one kind. What the batch says of
    /// other kinds stays as it is.
    ///
    /// - Parameter feed: By its address, so that it is not copied.
    static func point(
        _ batch: inout EventBatch, at feed: UnsafePointer<Feed>, from start: Int, to end: Int
    ) {
        let length = end - start, fixed = feed.pointee.oneInstrument != nil
        batch.count = length
        batch.singleKind = feed.pointee.singleKind?.rawValue ?? 0
        switch feed.pointee.singleKind {
        case .bars:
            batch.bars = feed.pointee.bars?.advanced(by: start, count: length, fixed: fixed)
        case .trades:
            batch.trades = feed.pointee.trades?.advanced(by: start, count: length, fixed: fixed)
        case .quotes:
            batch.quotes = feed.pointee.quotes?.advanced(by: start, count: length, fixed: fixed)
        case .books:
            batch.books = feed.pointee.books?.advanced(by: start, count: length, fixed: fixed)
        case .bookDeltas:
            batch.bookDeltas = feed.pointee.bookDeltas?
                .advanced(by: start, count: length, fixed: fixed)
        case .status:
            batch.status = feed.pointee.status?.advanced(by: start, count: length, fixed: fixed)
        case .funding:
            batch.funding = feed.pointee.funding?.advanced(by: start, count: length, fixed: fixed)
        case .marks, .openInterest, .liquidations:
            batch.contracts = feed.pointee.contracts?.pointee
                .rows(fixed: fixed) { _ in (start, length) }
        case .texts:
            batch.texts = feed.pointee.texts.map {
                TextEvents(count: length, first: start, columns: $0)
            }
        default: break
        }
    }

    /// Whether an entry is no row of the market that is asked for as history: in a feed of several
    /// kinds, what trading has come to, funding, or what is said of contracts; a text, which may be
    /// about no instrument, in any.
    func isBeside(_ entry: Int) -> Bool {
        if singleKind == .texts { return true }
        guard let kind, let kind = EventKind(rawValue: kind[entry]) else { return false }
        switch kind {
        case .status, .funding, .marks, .openInterest, .liquidations, .texts: return true
        default: return false
        }
    }

    /// Kind and row of an entry.
    @inline(__always)
    func place(_ entry: Int) -> (kind: UInt8, row: Int) {
        if let kind, let row { return (kind[entry], Int(row[entry])) }
        return (singleKind?.rawValue ?? 0, entry)
    }
}

extension BarEvents {
    /// The rows from `start` on; columns that hold one instrument's value are not moved.
    func advanced(by start: Int, count: Int, fixed: Bool) -> BarEvents {
        let shared = fixed ? 0 : start
        return BarEvents(
            count: count, time_ns: time_ns + start, openTime_ns: openTime_ns + start,
            closeTime_ns: closeTime_ns + start, instrument: instrument + shared,
            interval_ns: interval_ns + shared, open: open + start, high: high + start,
            low: low + start, close: close + start, volume: volume + start)
    }
}

extension TradeEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> TradeEvents {
        TradeEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), price: price + start,
            quantity: quantity + start, takerSide: takerSide + start)
    }
}

extension QuoteEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> QuoteEvents {
        QuoteEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), bidPrice: bidPrice + start,
            bidQuantity: bidQuantity + start, askPrice: askPrice + start,
            askQuantity: askQuantity + start)
    }
}

extension BookEvents {
    /// The rows from `start` on; their levels stay where they are.
    func advanced(by start: Int, count: Int, fixed: Bool) -> BookEvents {
        BookEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), firstLevel: firstLevel + start,
            bidCount: bidCount + start, askCount: askCount + start, levelPrice: levelPrice,
            levelQuantity: levelQuantity)
    }
}

extension BookDeltaEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> BookDeltaEvents {
        BookDeltaEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), side: side + start, last: last + start,
            price: price + start, quantity: quantity + start, sequence: sequence + start)
    }
}

extension StatusEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> StatusEvents {
        StatusEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), status: status + start)
    }
}

extension FundingEvents {
    /// The rows from `start` on.
    func advanced(by start: Int, count: Int, fixed: Bool) -> FundingEvents {
        FundingEvents(
            count: count, time_ns: time_ns + start, venueTime_ns: venueTime_ns + start,
            instrument: instrument + (fixed ? 0 : start), rate_e9: rate_e9 + start,
            nextFunding_ns: nextFunding_ns + start)
    }
}

extension Feed {
    /// The first entry such that each of `wanted` instruments has at least `rows` rows before
    /// `start`, and no time group is cut.
    ///
    /// - Parameter instruments: How many there are in the run.
    package func warmUpStart(
        before start: Int, rows: Int, of wanted: Int, instruments: Int
    ) -> Int {
        var missing = Array(repeating: rows, count: instruments)
        var open = wanted, entry = start
        while entry > 0, open > 0 {
            entry -= 1
            if isBeside(entry) { continue }
            let instrument = instrument(entry)
            missing[instrument] -= 1
            if missing[instrument] == 0 { open -= 1 }
        }
        while entry > 0, time_ns[entry - 1] == time_ns[entry] { entry -= 1 }
        return entry
    }
}
