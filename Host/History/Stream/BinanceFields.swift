/// The members of one message of Binance.
///
/// - Source: Binance Spot API, "WebSocket Streams" and "How to manage a local order book
///   correctly"; Binance USD-M futures, the pages of the same names.
struct BinanceFields {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// Which part of Binance sends such a message; nil when both do.
    private(set) var venue: VenueStream?
    /// Whether a message with a whole book answers a request; those that are pushed hold but the
    /// best few levels.
    private(set) var isWholeSnapshot = true

    private var event: Bytes?
    private var eventTime: Bytes?
    private var time: Bytes?
    private var symbol: Bytes?
    private var first: Bytes?
    private var last: Bytes?
    private var previous: Bytes?
    private var snapshotLast: Bytes?
    private var id: Bytes?
    private var price: Bytes?
    private var quantity: Bytes?
    private var isBuyerMaker: Bytes?
    private var executed: Bytes?
    private var bidPrice: Bytes?
    private var bidQuantity: Bytes?
    private var askPrice: Bytes?
    private var askQuantity: Bytes?
    private var indexPrice: Bytes?
    private var openInterest: Bytes?
    private var requestTime: Bytes?
    private var forced: ForcedOrder?
    private var hasBids = false
    private var hasAsks = false
    private var isPartial = false

    /// Reads a message into `message`.
    ///
    /// - Parameter stream: What was subscribed to, such as `btcusdt@depth@100ms`.
    init(_ bytes: Bytes, stream: Bytes?, _ message: inout StreamMessage) throws(StreamFault) {
        var scanner = JSONScanner(bytes)
        try scanner.object { (key, scanner) throws(StreamFault) in
            try take(key, &scanner, &message)
        }
        try scanner.end()
        isPartial = stream.map(Self.isPartial) ?? false
        isWholeSnapshot = stream == nil
        try fill(&message)
    }

    /// Whether a stream is one of the best few levels: `@depth20`, not `@depth@100ms`.
    private static func isPartial(_ stream: Bytes) -> Bool {
        let name = Array("@depth".utf8)
        guard stream.count > name.count else { return false }
        for start in 0..<stream.count - name.count
        where stream[start..<start + name.count].elementsEqual(name) {
            return stream[start + name.count] &- 0x30 <= 9
        }
        return false
    }

    private mutating func take(
        _ key: Bytes, _ scanner: inout JSONScanner, _ message: inout StreamMessage
    ) throws(StreamFault) {
        guard key.count == 1 else { return try takeNamed(key, &scanner, &message) }
        switch key[0] {
        case UInt8(ascii: "e"): try Self.set(&event, "e", &scanner)
        case UInt8(ascii: "E"): try Self.set(&eventTime, "E", &scanner)
        case UInt8(ascii: "T"): try Self.set(&time, "T", &scanner)
        case UInt8(ascii: "s"): try Self.set(&symbol, "s", &scanner)
        case UInt8(ascii: "U"): try Self.set(&first, "U", &scanner)
        case UInt8(ascii: "u"): try Self.set(&last, "u", &scanner)
        case UInt8(ascii: "t"): try Self.set(&id, "t", &scanner)
        case UInt8(ascii: "p"): try Self.set(&price, "p", &scanner)
        case UInt8(ascii: "q"): try Self.set(&quantity, "q", &scanner)
        case UInt8(ascii: "m"): try Self.set(&isBuyerMaker, "m", &scanner)
        case UInt8(ascii: "X"): try Self.set(&executed, "X", &scanner)
        case UInt8(ascii: "B"): try Self.set(&bidQuantity, "B", &scanner)
        case UInt8(ascii: "A"): try Self.set(&askQuantity, "A", &scanner)
        case UInt8(ascii: "i"): try Self.set(&indexPrice, "i", &scanner)
        case UInt8(ascii: "o"):
            guard scanner.isAtObject() else { _ = try scanner.value(); return }
            if forced != nil { throw .twice("o") }
            forced = try ForcedOrder(&scanner)
        case UInt8(ascii: "b"):
            guard scanner.isAtArray() else { return try Self.set(&bidPrice, "b", &scanner) }
            try Self.levels(1, &hasBids, "b", &scanner, &message)
        case UInt8(ascii: "a"):
            guard scanner.isAtArray() else { return try Self.set(&askPrice, "a", &scanner) }
            try Self.levels(2, &hasAsks, "a", &scanner, &message)
        default: _ = try scanner.value()
        }
    }

    private mutating func takeNamed(
        _ key: Bytes, _ scanner: inout JSONScanner, _ message: inout StreamMessage
    ) throws(StreamFault) {
        if key.equals("pu") {
            try Self.set(&previous, "pu", &scanner)
        } else if key.equals("lastUpdateId") {
            try Self.set(&snapshotLast, "lastUpdateId", &scanner)
        } else if key.equals("openInterest") {
            try Self.set(&openInterest, "openInterest", &scanner)
        } else if key.equals("symbol") {
            try Self.set(&symbol, "symbol", &scanner)
        } else if key.equals("time") {
            try Self.set(&requestTime, "time", &scanner)
        } else if key.equals("bids"), scanner.isAtArray() {
            try Self.levels(1, &hasBids, "bids", &scanner, &message)
        } else if key.equals("asks"), scanner.isAtArray() {
            try Self.levels(2, &hasAsks, "asks", &scanner, &message)
        } else {
            _ = try scanner.value()
        }
    }

    private static func set(
        _ field: inout Bytes?, _ name: String, _ scanner: inout JSONScanner
    ) throws(StreamFault) {
        guard field == nil else { throw .twice(name) }
        field = JSONScanner.inner(try scanner.value())
    }

    /// Reads levels such as `["2681.62","16.969"]`.
    private static func levels(
        _ side: UInt8, _ isRead: inout Bool, _ name: String, _ scanner: inout JSONScanner,
        _ message: inout StreamMessage
    ) throws(StreamFault) {
        guard !isRead else { throw .twice(name) }
        isRead = true
        try scanner.array { (scanner) throws(StreamFault) in
            var price: Bytes?, quantity: Bytes?
            guard scanner.isAtArray() else { throw .unusable(name, .notANumber) }
            try scanner.array { (scanner) throws(StreamFault) in
                let text = try scanner.text()
                if price == nil { price = text } else if quantity == nil { quantity = text }
            }
            guard let price, let quantity else { throw .unusable(name, .missing) }
            message.levels.append(.init(side: side, price: price, quantity: quantity))
        }
    }

    private mutating func fill(_ message: inout StreamMessage) throws(StreamFault) {
        if let symbol { message.symbol = symbol }
        if let event, event.equals("markPriceUpdate") { return try fillMark(&message) }
        if let event, event.equals("forceOrder") { return try fillForced(&message) }
        if event == nil, openInterest != nil { return try fillOpenInterest(&message) }
        if let stamp = time ?? eventTime {
            message.venueTime_ms = try JSONScanner.count(stamp, time == nil ? "E" : "T")
        }
        if let event {
            if event.equals("depthUpdate"), !isPartial { return try fillDepth(&message) }
            if event.equals("trade") { return try fillTrade(&message) }
            if event.equals("bookTicker") {
                venue = .binanceUsdm
                return try fillQuote(&message)
            }
        } else if snapshotLast != nil {
            return try fillSnapshot(&message)
        } else if bidPrice != nil, bidQuantity != nil, last != nil {
            venue = .binanceSpot
            return try fillQuote(&message)
        }
        message.name = event ?? StreamMessage.none
    }

    private mutating func fillDepth(_ message: inout StreamMessage) throws(StreamFault) {
        message.kind = .depth
        let from = try JSONScanner.count(try Self.need(first, "U"), "U")
        let upTo = try JSONScanner.count(try Self.need(last, "u"), "u")
        guard hasBids else { throw .missing("b") }
        guard hasAsks else { throw .missing("a") }
        guard from <= upTo else { throw .unusable("U", .outOfRange) }
        venue = previous == nil ? .binanceSpot : .binanceUsdm
        message.previous =
            try previous.map { (text) throws(StreamFault) in
                try JSONScanner.count(text, "pu")
            } ?? from - 1
        message.last = upTo
    }

    private mutating func fillSnapshot(_ message: inout StreamMessage) throws(StreamFault) {
        message.kind = .snapshot
        let text = try Self.need(snapshotLast, "lastUpdateId")
        message.last = try JSONScanner.count(text, "lastUpdateId")
        guard hasBids else { throw .missing("bids") }
        guard hasAsks else { throw .missing("asks") }
    }

    private mutating func fillTrade(_ message: inout StreamMessage) throws(StreamFault) {
        message.kind = .trade
        if let executed {
            venue = .binanceUsdm
            message.isMarketTrade = executed.equals("MARKET")
        }
        let maker = try Self.need(isBuyerMaker, "m")
        guard maker.equals("true") || maker.equals("false") else {
            throw .unusable("m", .notASide)
        }
        message.prints.append(
            StreamMessage.Print(
                price: try Self.need(price, "p"), quantity: try Self.need(quantity, "q"),
                takerSide: maker.equals("true") ? 2 : 1, venueTime_ms: message.venueTime_ms,
                id: try JSONScanner.count(try Self.need(id, "t"), "t")))
    }

    private func fillQuote(_ message: inout StreamMessage) throws(StreamFault) {
        message.kind = .quote
        message.last = try JSONScanner.count(try Self.need(last, "u"), "u")
        message.bidPrice = try Self.need(bidPrice, "b")
        message.bidQuantity = try Self.need(bidQuantity, "B")
        message.askPrice = try Self.need(askPrice, "a")
        message.askQuantity = try Self.need(askQuantity, "A")
    }

    /// `T` of a mark price is the next funding: `E` is its own time.
    private mutating func fillMark(_ message: inout StreamMessage) throws(StreamFault) {
        venue = .binanceUsdm
        message.kind = .mark
        message.venueTime_ms = try JSONScanner.count(try Self.need(eventTime, "E"), "E")
        message.markPrice = try Self.need(price, "p")
        message.indexPrice = indexPrice ?? StreamMessage.none
    }

    private mutating func fillForced(_ message: inout StreamMessage) throws(StreamFault) {
        guard let forced else { throw .missing("o") }
        venue = .binanceUsdm
        message.kind = .liquidation
        message.symbol = forced.symbol
        message.venueTime_ms = try (eventTime ?? forced.time).map { (text) throws(StreamFault) in
            try JSONScanner.count(text, "E")
        }
        message.prints.append(forced.print)
    }

    /// The answer to a request, which pollers write among the messages.
    private mutating func fillOpenInterest(_ message: inout StreamMessage) throws(StreamFault) {
        venue = .binanceUsdm
        message.kind = .openInterest
        message.openInterest = try Self.need(openInterest, "openInterest")
        message.venueTime_ms = try requestTime.map { (text) throws(StreamFault) in
            try JSONScanner.count(text, "time")
        }
    }

    static func need(_ field: Bytes?, _ name: String) throws(StreamFault) -> Bytes {
        guard let field else { throw .missing(name) }
        return field
    }
}
