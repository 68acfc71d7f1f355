import RialtoValues

/// What a message says, in the instrument's units.
enum StreamEvent {
    case change(BookChange)
    case whole(BookChange)
    case trades([StreamTrade])
    /// A row of quotes without its time, and the book's update that it shows.
    case quote(Row, last: Int64)
    /// Rows of those kinds without their time.
    case mark(Row)
    case openInterest(Row)
    case liquidation(Row)
    case other
}

/// One print, in the instrument's units.
struct StreamTrade {
    let venueTime_ns: Int64?
    let price: Int64
    let quantity: Int64
    let takerSide: Int64
    let id: Int64?
}

extension StreamMessage {
    /// Reads the numbers, exactly.
    func event(_ instrument: Instrument, line: Int) throws(StreamFault) -> StreamEvent {
        switch kind {
        case .depth: .change(try change(instrument, line))
        case .snapshot: .whole(try change(instrument, line))
        case .trade: .trades(try trades(instrument))
        case .quote: .quote(try quote(instrument), last: last ?? 0)
        case .mark: .mark(try mark(instrument))
        case .openInterest: .openInterest(try openInterest(instrument))
        case .liquidation: .liquidation(try liquidation(instrument))
        case .other: .other
        }
    }

    private func change(_ instrument: Instrument, _ line: Int) throws(StreamFault) -> BookChange {
        var read: [BookChange.Level] = []
        read.reserveCapacity(levels.count)
        for level in levels {
            let price = try Self.units(level.price, instrument.priceDecimals, "price")
            let quantity = try Self.units(level.quantity, instrument.quantityDecimals, "quantity")
            guard price > 0, quantity >= 0 else { throw .noLevel }
            if kind == .snapshot, quantity == 0 { continue }
            read.append(.init(side: level.side, price: price, quantity: quantity))
        }
        return BookChange(
            line: line, venueTime_ns: try Self.nanoseconds(venueTime_ms), previous: previous ?? 0,
            last: last ?? 0, levels: read)
    }

    private func trades(_ instrument: Instrument) throws(StreamFault) -> [StreamTrade] {
        var read: [StreamTrade] = []
        for print in prints {
            read.append(
                StreamTrade(
                    venueTime_ns: try Self.nanoseconds(print.venueTime_ms),
                    price: try Self.units(print.price, instrument.priceDecimals, "price"),
                    quantity: try Self.units(
                        print.quantity, instrument.quantityDecimals, "quantity"),
                    takerSide: Int64(print.takerSide), id: print.id))
        }
        return read
    }

    private func quote(_ instrument: Instrument) throws(StreamFault) -> Row {
        let venue_ns = try Self.nanoseconds(venueTime_ms)
        let prices = instrument.priceDecimals, quantities = instrument.quantityDecimals
        return [
            0, venue_ns ?? .min, try Self.units(bidPrice, prices, "bid"),
            try Self.units(bidQuantity, quantities, "bid_quantity"),
            try Self.units(askPrice, prices, "ask"),
            try Self.units(askQuantity, quantities, "ask_quantity"), 0,
        ]
    }

    private func mark(_ instrument: Instrument) throws(StreamFault) -> Row {
        let venue_ns = try Self.nanoseconds(venueTime_ms), decimals = instrument.priceDecimals
        let index =
            indexPrice.count > 0 ? try Self.rounded(indexPrice, decimals, "index price") : 0
        return [
            0, venue_ns ?? .min, try Self.rounded(markPrice, decimals, "mark price"), index, 0, 0,
            0,
        ]
    }

    private func openInterest(_ instrument: Instrument) throws(StreamFault) -> Row {
        let decimals = instrument.quantityDecimals
        return [
            0, try Self.nanoseconds(venueTime_ms) ?? .min,
            try Self.rounded(openInterest, decimals, "open interest"), 0, 0, 0, 0,
        ]
    }

    private func liquidation(_ instrument: Instrument) throws(StreamFault) -> Row {
        guard let print = prints.first else { throw .missing("o") }
        return [
            0, try Self.nanoseconds(venueTime_ms) ?? .min, Int64(print.takerSide),
            try Self.rounded(print.price, instrument.priceDecimals, "price"),
            try Self.rounded(print.quantity, instrument.quantityDecimals, "quantity"), 0, 0,
        ]
    }

    /// The nearest units, half to even.
    private static func rounded(
        _ text: Bytes, _ decimals: Int, _ field: String
    ) throws(StreamFault) -> Int64 {
        do throws(FieldFault) {
            if text.count == 0 { throw .missing }
            return try FieldText.quantity(text, decimals: decimals).0
        } catch { throw .unusable(field, error) }
    }

    private static func units(
        _ text: Bytes, _ decimals: Int, _ field: String
    ) throws(StreamFault) -> Int64 {
        do throws(FieldFault) {
            if text.count == 0 { throw .missing }
            return try FieldText.price(text, decimals: decimals)
        } catch { throw .unusable(field, error) }
    }

    private static func nanoseconds(_ time_ms: Int64?) throws(StreamFault) -> Int64? {
        guard let time_ms else { return nil }
        let (time_ns, over) = time_ms.multipliedReportingOverflow(by: 1_000_000)
        guard !over else { throw .unusable("venue time", .outOfRange) }
        return time_ns
    }
}
