/// Messages of Hyperliquid.
///
/// - Source: Hyperliquid API, "WebSocket: Subscriptions" (WsBook, WsTrade, WsLevel).
extension StreamMessage {
    /// Reads the `data` of a message.
    mutating func readHyperliquid(channel: Bytes, _ payload: Bytes) throws(StreamFault) {
        var scanner = JSONScanner(payload)
        if channel.equals("l2Book") {
            try readBook(&scanner)
        } else if channel.equals("trades") {
            try readTrades(&scanner)
        } else {
            name = channel
            _ = try scanner.value()
        }
        try scanner.end()
    }

    /// `levels` holds the bids and the asks, each from the best one on.
    private mutating func readBook(_ scanner: inout JSONScanner) throws(StreamFault) {
        var time: Bytes?, coin: Bytes?, sides: UInt8 = 0
        try scanner.object { (key, scanner) throws(StreamFault) in
            if key.equals("time") {
                time = try scanner.text()
            } else if key.equals("coin") {
                coin = try scanner.text()
            } else if key.equals("levels"), scanner.isAtArray() {
                guard sides == 0 else { throw .twice("levels") }
                try scanner.array { (scanner) throws(StreamFault) in
                    sides += 1
                    guard sides <= 2, scanner.isAtArray() else {
                        throw .unusable("levels", .notASide)
                    }
                    try readLevels(sides, &scanner)
                }
            } else {
                _ = try scanner.value()
            }
        }
        guard let time else { throw .missing("time") }
        guard let coin else { throw .missing("coin") }
        guard sides == 2 else { throw .missing("levels") }
        kind = .snapshot
        symbol = coin
        venueTime_ms = try JSONScanner.count(time, "time")
    }

    private mutating func readLevels(
        _ side: UInt8, _ scanner: inout JSONScanner
    )
        throws(StreamFault)
    {
        try scanner.array { (scanner) throws(StreamFault) in
            var price: Bytes?, quantity: Bytes?
            try scanner.object { (key, scanner) throws(StreamFault) in
                let value = JSONScanner.inner(try scanner.value())
                if key.equals("px") { price = value }
                if key.equals("sz") { quantity = value }
            }
            guard let price else { throw .missing("px") }
            guard let quantity else { throw .missing("sz") }
            levels.append(Level(side: side, price: price, quantity: quantity))
        }
    }

    private mutating func readTrades(_ scanner: inout JSONScanner) throws(StreamFault) {
        kind = .trade
        guard scanner.isAtArray() else { throw .missing("data") }
        try scanner.array { (scanner) throws(StreamFault) in
            var print = Print(), side: Bytes?
            try scanner.object { (key, scanner) throws(StreamFault) in
                let value = JSONScanner.inner(try scanner.value())
                if key.equals("px") { print.price = value }
                if key.equals("sz") { print.quantity = value }
                if key.equals("side") { side = value }
                if key.equals("coin") { symbol = value }
                if key.equals("time") { print.venueTime_ms = try JSONScanner.count(value, "time") }
            }
            guard let side else { throw .missing("side") }
            guard side.equals("B") || side.equals("A") else { throw .unusable("side", .notASide) }
            print.takerSide = side.equals("B") ? 1 : 2
            if print.price.count == 0 { throw .missing("px") }
            if print.quantity.count == 0 { throw .missing("sz") }
            prints.append(print)
        }
    }
}
