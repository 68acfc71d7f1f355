import RialtoEngine
import RialtoValues

/// One bar of a market that a test draws.
package struct SketchBar: Equatable, Sendable {
    package var time_ns: Int64
    package var openTime_ns: Int64
    package var instrument: UInt32
    package var open: Int64
    package var high: Int64
    package var low: Int64
    package var close: Int64
    package var volume: Int64

    package init(
        time_ns: Int64, openTime_ns: Int64, instrument: UInt32, open: Int64, high: Int64,
        low: Int64, close: Int64, volume: Int64 = 100
    ) {
        self.volume = volume
        self.time_ns = time_ns
        self.openTime_ns = openTime_ns
        self.instrument = instrument
        self.open = open
        self.high = high
        self.low = low
        self.close = close
    }
}

/// One print of a market that a test draws.
package struct SketchTrade: Equatable, Sendable {
    package var time_ns: Int64
    package var instrument: UInt32
    package var price: Int64
    package var quantity: Int64
    /// 0 unknown, 1 the taker bought, 2 the taker sold.
    package var taker: UInt8

    package init(
        time_ns: Int64, instrument: UInt32, price: Int64, quantity: Int64 = 10, taker: UInt8 = 1
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.price = price
        self.quantity = quantity
        self.taker = taker
    }
}

/// Best bid and ask of a market that a test draws.
package struct SketchQuote: Equatable, Sendable {
    package var time_ns: Int64
    package var instrument: UInt32
    package var bid: Int64
    package var bidQuantity: Int64
    package var ask: Int64
    package var askQuantity: Int64

    package init(
        time_ns: Int64, instrument: UInt32 = 0, bid: Int64, _ bidQuantity: Int64, ask: Int64,
        _ askQuantity: Int64
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.bid = bid
        self.bidQuantity = bidQuantity
        self.ask = ask
        self.askQuantity = askQuantity
    }
}

/// One change of an order book of a market that a test draws.
package struct SketchDelta: Equatable, Sendable {
    package var time_ns: Int64
    package var instrument: UInt32
    package var side: Side
    package var price: Int64
    /// 0 takes the level away.
    package var quantity: Int64
    /// Whether its venue message ends here.
    package var isLast: Bool

    package init(
        time_ns: Int64, instrument: UInt32 = 0, _ side: Side, _ price: Int64, _ quantity: Int64,
        isLast: Bool = true
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.side = side
        self.price = price
        self.quantity = quantity
        self.isLast = isLast
    }
}

/// What is told of an instrument beside its market, that a test draws.
package struct SketchNotice: Equatable, Sendable {
    package enum What: Equatable, Sendable {
        case status(MarketStatus)
        case funding(rate_e9: Int64)
    }

    package var time_ns: Int64
    package var instrument: UInt32
    package var what: What

    package init(time_ns: Int64, instrument: UInt32 = 0, _ what: What) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.what = what
    }

    /// Which of the two kinds of events it is.
    var kind: EventKind {
        switch what {
        case .status: .status
        case .funding: .funding
        }
    }
}

/// A market in memory. Keep it while an engine reads its feed.
package final class MarketSketch {
    package let bars: [SketchBar]
    package let trades: [SketchTrade]
    package let quotes: [SketchQuote]
    package let deltas: [SketchDelta]
    package let notices: [SketchNotice]
    private var owned: [UnsafeMutableRawPointer] = []
    private var order: [(time: Int64, kind: UInt8, instrument: UInt32, row: UInt32)] = []

    package init(
        bars: [SketchBar], trades: [SketchTrade] = [], quotes: [SketchQuote] = [],
        deltas: [SketchDelta] = [], notices: [SketchNotice] = []
    ) {
        self.notices = notices.enumerated().sorted {
            ($0.element.time_ns, $0.element.instrument, $0.offset)
                < ($1.element.time_ns, $1.element.instrument, $1.offset)
        }.map(\.element)
        // Changes of one message keep their order.
        self.deltas = deltas.enumerated().sorted {
            ($0.element.time_ns, $0.element.instrument, $0.offset)
                < ($1.element.time_ns, $1.element.instrument, $1.offset)
        }.map(\.element)
        self.quotes = quotes.sorted { ($0.time_ns, $0.instrument) < ($1.time_ns, $1.instrument) }
        self.bars = bars.sorted { ($0.time_ns, $0.instrument) < ($1.time_ns, $1.instrument) }
        self.trades = trades.sorted { ($0.time_ns, $0.instrument) < ($1.time_ns, $1.instrument) }
        for (row, bar) in self.bars.enumerated() {
            order.append((bar.time_ns, EventKind.bars.rawValue, bar.instrument, UInt32(row)))
        }
        for (row, trade) in self.trades.enumerated() {
            order.append((trade.time_ns, EventKind.trades.rawValue, trade.instrument, UInt32(row)))
        }
        for (row, quote) in self.quotes.enumerated() {
            order.append((quote.time_ns, EventKind.quotes.rawValue, quote.instrument, UInt32(row)))
        }
        for (row, delta) in self.deltas.enumerated() {
            order.append(
                (delta.time_ns, EventKind.bookDeltas.rawValue, delta.instrument, UInt32(row)))
        }
        for kind in [EventKind.status, .funding] {
            for (row, notice) in self.notices.filter({ $0.kind == kind }).enumerated() {
                order.append((notice.time_ns, kind.rawValue, notice.instrument, UInt32(row)))
            }
        }
        order.sort {
            ($0.time, $0.kind, $0.instrument, $0.row) < ($1.time, $1.kind, $1.instrument, $1.row)
        }
    }

    deinit {
        for pointer in owned { pointer.deallocate() }
    }

    /// The feed of every row, with an order column only where it takes one.
    package private(set) lazy var feed: Feed = {
        if trades.isEmpty, quotes.isEmpty, deltas.isEmpty, notices.isEmpty {
            return Feed(bars: barColumns, oneInstrument: nil, barLength_ns: 0)
        }
        if bars.isEmpty, quotes.isEmpty, deltas.isEmpty, notices.isEmpty {
            return Feed(trades: tradeColumns, oneInstrument: nil)
        }
        return Feed(
            count: order.count, time_ns: column(order) { $0.time }, kind: column(order) { $0.kind },
            row: column(order) { $0.row }, singleKind: nil, bars: barColumns, trades: tradeColumns,
            quotes: quoteColumns, bookDeltas: deltaColumns, status: statusColumns,
            funding: fundingColumns, oneInstrument: nil, barLength_ns: 0)
    }()

    /// The market of one instrument alone.
    package func only(_ instrument: UInt32) -> MarketSketch {
        MarketSketch(
            bars: bars.filter { $0.instrument == instrument },
            trades: trades.filter { $0.instrument == instrument },
            quotes: quotes.filter { $0.instrument == instrument },
            deltas: deltas.filter { $0.instrument == instrument },
            notices: notices.filter { $0.instrument == instrument })
    }

    /// Moves every price and volume after `time` somewhere else, in the columns themselves.
    package func distort(after time: Int64) {
        let feed = feed
        for entry in 0..<feed.count where feed.time_ns[entry] > time {
            let row = feed.row.map { Int($0[entry]) } ?? entry
            let kind = feed.kind?[entry] ?? feed.singleKind?.rawValue
            if let bars = feed.bars, kind == EventKind.bars.rawValue {
                for prices in [bars.open, bars.high, bars.low, bars.close, bars.volume] {
                    UnsafeMutablePointer(mutating: prices)[row] = prices[row] * 2 + 77
                }
            } else if let quotes = feed.quotes, kind == EventKind.quotes.rawValue {
                for prices in [quotes.bidPrice, quotes.askPrice] {
                    UnsafeMutablePointer(mutating: prices)[row] = prices[row] * 2 + 77
                }
            } else if let deltas = feed.bookDeltas, kind == EventKind.bookDeltas.rawValue {
                UnsafeMutablePointer(mutating: deltas.price)[row] = deltas.price[row] * 2 + 77
            } else if let trades = feed.trades, kind == EventKind.trades.rawValue {
                for values in [trades.price, trades.quantity] {
                    UnsafeMutablePointer(mutating: values)[row] = values[row] * 2 + 77
                }
            }
        }
    }

    private var barColumns: BarEvents {
        BarEvents(
            count: bars.count, time_ns: column(bars) { $0.time_ns },
            openTime_ns: column(bars) { $0.openTime_ns }, closeTime_ns: column(bars) { $0.time_ns },
            instrument: column(bars) { $0.instrument },
            interval_ns: column(bars) { $0.time_ns - $0.openTime_ns },
            open: column(bars) { $0.open },
            high: column(bars) { $0.high }, low: column(bars) { $0.low },
            close: column(bars) { $0.close }, volume: column(bars) { $0.volume })
    }

    private var tradeColumns: TradeEvents {
        TradeEvents(
            count: trades.count, time_ns: column(trades) { $0.time_ns },
            venueTime_ns: column(trades) { $0.time_ns },
            instrument: column(trades) { $0.instrument },
            price: column(trades) { $0.price }, quantity: column(trades) { $0.quantity },
            takerSide: column(trades) { $0.taker })
    }

    private var deltaColumns: BookDeltaEvents {
        BookDeltaEvents(
            count: deltas.count, time_ns: column(deltas) { $0.time_ns },
            venueTime_ns: column(deltas) { $0.time_ns - 2_000_000 },
            instrument: column(deltas) { $0.instrument },
            side: column(deltas) { $0.side.rawValue }, last: column(deltas) { $0.isLast ? 1 : 0 },
            price: column(deltas) { $0.price }, quantity: column(deltas) { $0.quantity },
            sequence: column(deltas) { _ in UInt64(0) })
    }

    private var statusColumns: StatusEvents {
        let rows: [(SketchNotice, MarketStatus)] = notices.compactMap { notice in
            if case .status(let status) = notice.what { (notice, status) } else { nil }
        }
        return StatusEvents(
            count: rows.count, time_ns: column(rows) { $0.0.time_ns },
            venueTime_ns: column(rows) { $0.0.time_ns },
            instrument: column(rows) { $0.0.instrument },
            status: column(rows) { $0.1.rawValue })
    }

    private var fundingColumns: FundingEvents {
        let rows: [(SketchNotice, Int64)] = notices.compactMap { notice in
            if case .funding(let rate) = notice.what { (notice, rate) } else { nil }
        }
        return FundingEvents(
            count: rows.count, time_ns: column(rows) { $0.0.time_ns },
            venueTime_ns: column(rows) { $0.0.time_ns },
            instrument: column(rows) { $0.0.instrument }, rate_e9: column(rows) { $0.1 },
            nextFunding_ns: column(rows) { _ in 0 })
    }

    private var quoteColumns: QuoteEvents {
        QuoteEvents(
            count: quotes.count, time_ns: column(quotes) { $0.time_ns },
            venueTime_ns: column(quotes) { $0.time_ns - 3_000_000 },
            instrument: column(quotes) { $0.instrument }, bidPrice: column(quotes) { $0.bid },
            bidQuantity: column(quotes) { $0.bidQuantity }, askPrice: column(quotes) { $0.ask },
            askQuantity: column(quotes) { $0.askQuantity })
    }

    private func column<Row, T: BitwiseCopyable>(
        _ rows: [Row], _ value: (Row) -> T
    )
        -> UnsafePointer<T>
    {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(1, rows.count))
        for (index, row) in rows.enumerated() { (pointer + index).initialize(to: value(row)) }
        owned.append(UnsafeMutableRawPointer(pointer))
        return UnsafePointer(pointer)
    }
}

extension MarketSketch {
    /// One minute, in nanoseconds.
    package static let minute: Int64 = 60_000_000_000
    /// When sketched markets start, Unix nanoseconds.
    package static let start: Int64 = 1_546_300_800_000_000_000

    /// Bars of one instrument, a minute each, from (open, high, low, close).
    package convenience init(_ prices: [(Int64, Int64, Int64, Int64)], instrument: UInt32 = 0) {
        self.init(
            bars: prices.enumerated().map { index, p in
                let open = Self.start + Int64(index) * Self.minute
                return SketchBar(
                    time_ns: open + Self.minute, openTime_ns: open, instrument: instrument,
                    open: p.0,
                    high: p.1, low: p.2, close: p.3)
            })
    }

    /// A random walk with gaps in price and in time.
    package static func randomBars(
        _ count: Int, instrument: UInt32, offset_ns: Int64, using random: inout SeededGenerator
    ) -> [SketchBar] {
        var price: Int64 = 1000, bars: [SketchBar] = []
        for index in 0..<count where Int.random(in: 0..<12, using: &random) != 0 {
            let gap = Int64.random(in: -6...6, using: &random)
            let open = max(10, price + gap)
            let close = max(10, open + Int64.random(in: -12...12, using: &random))
            let opened = start + Int64(index) * minute + offset_ns
            bars.append(
                SketchBar(
                    time_ns: opened + minute, openTime_ns: opened, instrument: instrument,
                    open: open,
                    high: max(open, close) + Int64.random(in: 0...8, using: &random),
                    low: max(1, min(open, close) - Int64.random(in: 0...8, using: &random)),
                    close: close, volume: .random(in: 0...200, using: &random)))
            price = close
        }
        return bars
    }

    /// Changes of an order book that is never crossed, and prints at its best prices.
    package static func randomBook(
        _ count: Int, instrument: UInt32, using random: inout SeededGenerator
    ) -> (deltas: [SketchDelta], trades: [SketchTrade]) {
        var bids: [Int64: Int64] = [:], asks: [Int64: Int64] = [:], middle: Int64 = 1000
        var time = start, deltas: [SketchDelta] = [], trades: [SketchTrade] = []
        for _ in 0..<count {
            time += Int64.random(in: 0...3, using: &random) * 10_000_000_000
            if let bid = bids.keys.max(), let ask = asks.keys.min(),
                Int.random(in: 0..<3, using: &random) == 0
            {
                let isBuy = Bool.random(using: &random)
                trades.append(
                    SketchTrade(
                        time_ns: time, instrument: instrument, price: isBuy ? ask : bid,
                        quantity: .random(in: 1...12, using: &random), taker: isBuy ? 1 : 2))
                continue
            }
            middle = max(20, middle + Int64.random(in: -3...3, using: &random))
            var message: [SketchDelta] = []
            func change(_ side: Side, _ price: Int64, _ quantity: Int64) {
                message.append(
                    SketchDelta(
                        time_ns: time, instrument: instrument, side, price, quantity, isLast: false)
                )
            }
            for price in bids.keys.sorted() where price > middle { change(.buy, price, 0) }
            for price in asks.keys.sorted() where price <= middle { change(.sell, price, 0) }
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let depth = Int64.random(in: 0...6, using: &random)
                let quantity = max(0, Int64.random(in: -2...8, using: &random))
                if Bool.random(using: &random) {
                    change(.buy, middle - depth, quantity)
                } else {
                    change(.sell, middle + 1 + depth, quantity)
                }
            }
            for delta in message {
                let level = delta.quantity == 0 ? nil : delta.quantity
                if delta.side == .buy {
                    bids[delta.price] = level
                } else {
                    asks[delta.price] = level
                }
            }
            message[message.count - 1].isLast = true
            deltas += message
        }
        return (deltas, trades)
    }

    /// Quotes and prints of one instrument, moving together.
    package static func randomQuotes(
        _ count: Int, instrument: UInt32, using random: inout SeededGenerator
    ) -> (quotes: [SketchQuote], trades: [SketchTrade]) {
        var bid: Int64 = 1000, spread: Int64 = 2, time = start
        var quotes: [SketchQuote] = [], trades: [SketchTrade] = []
        for _ in 0..<count {
            time += Int64.random(in: 0...3, using: &random) * 10_000_000_000
            if Int.random(in: 0..<3, using: &random) == 0 {
                let isBuy = Bool.random(using: &random)
                trades.append(
                    SketchTrade(
                        time_ns: time, instrument: instrument, price: isBuy ? bid + spread : bid,
                        quantity: .random(in: 1...12, using: &random),
                        taker: Int.random(in: 0..<6, using: &random) == 0 ? 0 : isBuy ? 1 : 2))
                continue
            }
            bid = max(10, bid + Int64.random(in: -4...4, using: &random))
            spread = Int64.random(in: 1...4, using: &random)
            quotes.append(
                SketchQuote(
                    time_ns: time, instrument: instrument, bid: bid,
                    .random(in: 0...6, using: &random), ask: bid + spread,
                    .random(in: 0...6, using: &random)))
        }
        return (quotes, trades)
    }

    /// Prints at irregular times, some of them equal.
    package static func randomTrades(
        _ count: Int, instrument: UInt32, using random: inout SeededGenerator
    ) -> [SketchTrade] {
        var price: Int64 = 1000, time = start, trades: [SketchTrade] = []
        for _ in 0..<count {
            time += Int64.random(in: 0...3, using: &random) * 10_000_000_000
            price = max(10, price + Int64.random(in: -9...9, using: &random))
            trades.append(SketchTrade(time_ns: time, instrument: instrument, price: price))
        }
        return trades
    }
}
