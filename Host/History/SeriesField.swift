/// One row of any kind, its fields in the order of ``SeriesKind/fields``; unused places are 0.
package typealias Row = [6 of Int64]

/// One column of a series.
package struct SeriesField: Equatable, Sendable {
    package enum Role: Sendable {
        /// Unix nanoseconds UTC at which the host could know the row; never falls.
        case time
        /// Unix nanoseconds UTC as the venue states them; may fall.
        case venueTime
        /// Units of 10^-priceDecimals, above 0.
        case price
        /// Units of 10^-quantityDecimals, 0 or more.
        case quantity
        /// 0 unknown, 1 the taker bought, 2 the taker sold.
        case takerSide
    }

    /// Name in files and in column maps.
    package let name: String
    package let role: Role
    /// Whether an imported file must hold it.
    package let isRequired: Bool

    /// Bytes of one value: 8, or 1 for the taker's side.
    package var width: Int { role == .takerSide ? 1 : 8 }
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
        }
    }
}
