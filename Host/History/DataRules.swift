import RialtoValues

/// Why a row cannot be true on any market.
package enum Impossible: String, CaseIterable, Sendable {
    case priceNotPositive = "price not above zero"
    case priceNegative = "price below zero"
    case highTooLow = "high below open or close"
    case lowTooHigh = "low above open or close"
    case quantityNegative = "quantity below zero"
    case quantityZero = "traded quantity not above zero"
    case crossed = "bid above ask"
    case levelOfNoSide = "a level without a side"
    case flagsUnknown = "flags that mean nothing together"
    case sequenceNegative = "sequence below zero"
    case streamUnknown = "a stream that can have no such gaps"
}

/// What every row of a series obeys by itself, and each row after the one before it.
///
/// Prices are above zero; a bar's high and low enclose its open and close; volumes and quoted
/// quantities are 0 or more, traded ones above 0; a bid is at or below its ask. Times never fall;
/// bars are at least their interval apart. A level of a book has a side, a price above zero and a
/// quantity of 0 or more; a row without a side is a whole book that is empty. Mark prices are above
/// zero, an index price and open interest 0 or more.
package struct DataRules: Sendable {
    package let kind: SeriesKind
    package let interval_ns: Int64

    package init(kind: SeriesKind, interval_ns: Int64) {
        self.kind = kind
        self.interval_ns = interval_ns
    }

    /// What is wrong with a row by itself, and the field's place in ``SeriesKind/fields``.
    @inline(__always)
    package func fault(_ row: Row) -> (what: Impossible, field: Int)? {
        switch kind {
        case .bars: barFault(row)
        case .trades: tradeFault(row)
        case .quotes: quoteFault(row)
        case .book: bookFault(row)
        default: rareFault(row)
        }
    }

    /// What comes seldom is kept out of the way of what comes in millions.
    @inline(never)
    private func rareFault(_ row: Row) -> (what: Impossible, field: Int)? {
        switch kind {
        case .marks: markFault(row)
        case .openInterest: row[2] < 0 ? (.quantityNegative, 2) : nil
        case .liquidations: liquidationFault(row)
        case .gaps: gapFault(row)
        case .bars, .trades, .quotes, .book: nil
        }
    }

    @inline(__always)
    private func barFault(_ row: Row) -> (what: Impossible, field: Int)? {
        let (open, high, low, close) = (row[1], row[2], row[3], row[4])
        if open > 0, low > 0, close > 0, high >= open, high >= close, low <= open, low <= close,
            row[5] >= 0
        {
            return nil
        }
        for field in 1...4 where row[field] <= 0 { return (.priceNotPositive, field) }
        if high < max(open, close) { return (.highTooLow, 2) }
        if low > min(open, close) { return (.lowTooHigh, 3) }
        return (.quantityNegative, 5)
    }

    @inline(__always)
    private func tradeFault(_ row: Row) -> (what: Impossible, field: Int)? {
        if row[2] <= 0 { return (.priceNotPositive, 2) }
        return row[3] <= 0 ? (.quantityZero, 3) : nil
    }

    @inline(__always)
    private func quoteFault(_ row: Row) -> (what: Impossible, field: Int)? {
        for field in [2, 4] where row[field] <= 0 { return (.priceNotPositive, field) }
        for field in [3, 5] where row[field] < 0 { return (.quantityNegative, field) }
        return row[2] > row[4] ? (.crossed, 2) : nil
    }

    @inline(__always)
    private func bookFault(_ row: Row) -> (what: Impossible, field: Int)? {
        let flags = row[3]
        if flags & ~7 != 0 || flags & 6 == 4 { return (.flagsUnknown, 3) }
        if row[6] < 0 { return (.sequenceNegative, 6) }
        if row[2] == 0 {
            if row[4] != 0 || row[5] != 0 { return (.levelOfNoSide, 2) }
            return flags & 3 == 3 ? nil : (.flagsUnknown, 3)
        }
        if row[2] != 1 && row[2] != 2 { return (.levelOfNoSide, 2) }
        if row[4] <= 0 { return (.priceNotPositive, 4) }
        return row[5] < 0 ? (.quantityNegative, 5) : nil
    }

    private func markFault(_ row: Row) -> (what: Impossible, field: Int)? {
        if row[2] <= 0 { return (.priceNotPositive, 2) }
        return row[3] < 0 ? (.priceNegative, 3) : nil
    }

    private func gapFault(_ row: Row) -> (what: Impossible, field: Int)? {
        let isStream = row[2] == 0 || Self.streams.contains { Int64($0.rawValue) == row[2] }
        if !isStream { return (.streamUnknown, 2) }
        return row[3] < 0 ? (.sequenceNegative, 3) : nil
    }

    /// Series of which messages can be missing without that standing in them.
    package static let streams: [SeriesKind] = [
        .trades, .quotes, .marks, .openInterest, .liquidations,
    ]

    private func liquidationFault(_ row: Row) -> (what: Impossible, field: Int)? {
        if row[3] <= 0 { return (.priceNotPositive, 3) }
        return row[4] <= 0 ? (.quantityZero, 4) : nil
    }

    /// The name of a stream of which messages are missing; empty of any.
    package static func streamName(_ stream: Int64) -> String {
        streams.first { Int64($0.rawValue) == stream }?.name ?? ""
    }

    /// What a fault allows instead, for messages; `row` is the faulty one.
    package func allowed(_ fault: Impossible, _ row: Row, _ instrument: Instrument) -> String {
        func price(_ units: Int64) -> String {
            ExactDecimal.shortText(Int128(units), decimals: instrument.priceDecimals)
        }
        return switch fault {
        case .priceNotPositive: "above 0"
        case .priceNegative: "0 or more; 0 when not stated"
        case .highTooLow: price(max(row[1], row[4])) + " or more"
        case .lowTooHigh: price(min(row[1], row[4])) + " or less"
        case .quantityNegative: "0 or more"
        case .quantityZero: "above 0"
        case .crossed: price(row[4]) + " or less, the ask"
        case .levelOfNoSide: "bid or ask; no side only with price 0 and quantity 0"
        case .flagsUnknown: "0, 1, 2, 3, 6 or 7; 3 or 7 in a row without a side"
        case .sequenceNegative: "0 or more"
        case .streamUnknown: Self.streams.map(\.name).joined(separator: ", ") + ", or none"
        }
    }

    /// One field of a row as people read it.
    package func text(_ row: Row, field: Int, _ instrument: Instrument) -> String {
        switch kind.fields[field].role {
        case .time, .venueTime: UnixTime.text(row[field])
        case .price, .valuation:
            ExactDecimal.shortText(Int128(row[field]), decimals: instrument.priceDecimals)
        case .quantity:
            ExactDecimal.shortText(Int128(row[field]), decimals: instrument.quantityDecimals)
        case .takerSide: row[field] == 1 ? "buy" : row[field] == 2 ? "sell" : "unknown"
        case .bookSide: row[field] == 1 ? "bid" : row[field] == 2 ? "ask" : "none"
        case .stream: Self.streamName(row[field])
        case .flags, .sequence: String(row[field])
        }
    }
}
