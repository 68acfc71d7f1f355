/// One row of any kind, its fields in the order of ``SeriesKind/fields``; unused places are 0.
package typealias Row = [7 of Int64]

/// One column of a series.
package struct SeriesField: Equatable, Sendable {
    package enum Role: Sendable {
        /// Unix nanoseconds UTC at which the host could know the row; never falls.
        case time
        /// Unix nanoseconds UTC as the venue states them; may fall.
        case venueTime
        /// Units of 10^-priceDecimals, above 0.
        case price
        /// As a price, but nobody trades at it: rounded where it has more decimals; 0 when not
        /// stated.
        case valuation
        /// Units of 10^-quantityDecimals, 0 or more.
        case quantity
        /// 0 unknown, 1 the taker bought, 2 the taker sold; of a liquidation, its order did.
        case takerSide
        /// 1 a bid, 2 an ask, 0 no level at all.
        case bookSide
        /// Of which series messages are missing, as ``SeriesKind`` counts; 0 of any.
        case stream
        /// See ``BookFlags``.
        case flags
        /// As the venue counts messages; 0 when it does not.
        case sequence
    }

    /// Name in files and in column maps.
    package let name: String
    package let role: Role
    /// Whether an imported file must hold it.
    package let isRequired: Bool

    /// Bytes of one value: 8, or 1 for sides and flags.
    package var width: Int {
        switch role {
        case .takerSide, .bookSide, .stream, .flags: 1
        default: 8
        }
    }
}

extension SeriesKind {
    /// The columns of this kind, time first.
    package var fields: [SeriesField] {
        func field(_ name: String, _ role: SeriesField.Role, optional: Bool = false) -> SeriesField
        {
            SeriesField(name: name, role: role, isRequired: !optional)
        }
        switch self {
        case .bars:
            return [
                field("time", .time), field("open", .price), field("high", .price),
                field("low", .price), field("close", .price),
                field("volume", .quantity, optional: true),
            ]
        case .trades:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("price", .price), field("quantity", .quantity),
                field("side", .takerSide, optional: true),
            ]
        case .quotes:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("bid", .price), field("bid_quantity", .quantity, optional: true),
                field("ask", .price), field("ask_quantity", .quantity, optional: true),
            ]
        case .book:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("side", .bookSide), field("flags", .flags), field("price", .price),
                field("quantity", .quantity), field("sequence", .sequence, optional: true),
            ]
        case .marks:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("mark_price", .valuation), field("index_price", .valuation, optional: true),
            ]
        case .openInterest:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("open_interest", .quantity),
            ]
        case .liquidations:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("side", .takerSide, optional: true), field("price", .valuation),
                field("quantity", .quantity),
            ]
        case .gaps:
            return [
                field("time", .time), field("venue_time", .venueTime, optional: true),
                field("stream", .stream, optional: true),
                field("missed", .sequence, optional: true),
            ]
        }
    }
}

/// What a row of a book says beside its level.
package struct BookFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It is the last row of one venue message: the book is whole again.
    package static let last = BookFlags(rawValue: 1)
    /// It is the first row of a whole book: all that was known before is gone.
    package static let clears = BookFlags(rawValue: 2)
    /// Messages were missed before it; always together with `clears`.
    package static let gap = BookFlags(rawValue: 4)

    /// All of them.
    package static let all: BookFlags = [.last, .clears, .gap]
}
