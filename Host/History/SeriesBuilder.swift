import RialtoValues

/// Makes a series row by row; what is not in order or not possible is refused.
package struct SeriesBuilder: ~Copyable {
    package let definition: SeriesDefinition
    private let rules: DataRules
    private let columns: Columns
    private var last_ns: Int64?

    /// - Throws: ``HistoryError`` of kind `option` when `definition` cannot be stored.
    package init(_ definition: SeriesDefinition, capacity: Int = 0) throws(HistoryError) {
        try definition.check()
        let columns = try Columns(definition.kind, capacity: capacity)
        self.definition = definition
        self.columns = columns
        rules = DataRules(kind: definition.kind, interval_ns: definition.interval_ns)
    }

    package var count: Int { columns.count }

    /// Adds a row, its fields in the order of ``SeriesKind/fields``.
    ///
    /// - Throws: ``HistoryError`` of kind `impossible` or `order`; the builder is unchanged.
    package mutating func append(_ row: Row) throws(HistoryError) {
        if let fault = rules.fault(row) { throw refusal(row, fault.what, field: fault.field) }
        if let last_ns {
            let least = definition.kind == .bars ? definition.interval_ns : 0
            let (next_ns, over) = last_ns.addingReportingOverflow(least)
            guard !over, row[0] >= next_ns else { throw early(row, least: next_ns) }
        }
        last_ns = row[0]
        try columns.append(row)
    }

    package consuming func finish() -> Series { Series(definition, owning: columns) }

    private func refusal(_ row: Row, _ what: Impossible, field: Int) -> HistoryError {
        HistoryError(
            .impossible, "row refused: " + what.rawValue, row: count,
            field: definition.kind.fields[field].name,
            found: rules.text(row, field: field, definition.instrument),
            allowed: rules.allowed(what, row, definition.instrument))
    }

    private func early(_ row: Row, least: Int64) -> HistoryError {
        HistoryError(
            .order, "row refused: its time is too early", row: count, field: "time",
            found: UnixTime.text(row[0]), allowed: UnixTime.text(least) + " or later")
    }
}

extension SeriesBuilder {
    /// Adds a bar; `time_ns` is when it closed, the rest is in the instrument's units.
    package mutating func append(
        bar time_ns: Int64, open: Int64, high: Int64, low: Int64, close: Int64, volume: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .bars)
        try append([time_ns, open, high, low, close, volume, 0])
    }

    /// Adds a trade; `takerSide` is 0 unknown, 1 buy, 2 sell.
    package mutating func append(
        trade time_ns: Int64, venue_time_ns: Int64, price: Int64, quantity: Int64, takerSide: UInt8
    ) throws(HistoryError) {
        precondition(definition.kind == .trades)
        try append([time_ns, venue_time_ns, price, quantity, Int64(takerSide), 0, 0])
    }

    /// Adds a best bid and ask.
    package mutating func append(
        quote time_ns: Int64, venue_time_ns: Int64, bidPrice: Int64, bidQuantity: Int64,
        askPrice: Int64, askQuantity: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .quotes)
        try append([time_ns, venue_time_ns, bidPrice, bidQuantity, askPrice, askQuantity, 0])
    }

    /// Adds a change of one level of a book; `side` is 1 for a bid, 2 for an ask, 0 for none.
    package mutating func append(
        level time_ns: Int64, venue_time_ns: Int64, side: UInt8, flags: BookFlags, price: Int64,
        quantity: Int64, sequence: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .book)
        try append([
            time_ns, venue_time_ns, Int64(side), Int64(flags.rawValue), price, quantity, sequence,
        ])
    }

    /// Adds a mark price, with the index price or 0.
    package mutating func append(
        mark time_ns: Int64, venue_time_ns: Int64, markPrice: Int64, indexPrice: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .marks)
        try append([time_ns, venue_time_ns, markPrice, indexPrice, 0, 0, 0])
    }

    /// Adds how much is open.
    package mutating func append(
        openInterest time_ns: Int64, venue_time_ns: Int64, quantity: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .openInterest)
        try append([time_ns, venue_time_ns, quantity, 0, 0, 0, 0])
    }

    /// Adds a position closed by force, by an order of `side`: 0 unknown, 1 buy, 2 sell.
    package mutating func append(
        liquidation time_ns: Int64, venue_time_ns: Int64, side: UInt8, price: Int64,
        quantity: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .liquidations)
        try append([time_ns, venue_time_ns, Int64(side), price, quantity, 0, 0])
    }

    /// Adds a place at which messages were missed.
    ///
    /// - Parameters:
    ///   - stream: Of which series; nil of any.
    ///   - missed: How many; 0 when that is not known.
    package mutating func append(
        gap time_ns: Int64, venue_time_ns: Int64, in stream: SeriesKind?, missed: Int64
    ) throws(HistoryError) {
        precondition(definition.kind == .gaps)
        try append([time_ns, venue_time_ns, Int64(stream?.rawValue ?? 0), missed, 0, 0, 0])
    }
}
