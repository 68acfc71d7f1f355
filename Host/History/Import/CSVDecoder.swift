import RialtoValues

/// Turns the fields of a line into a row.
struct CSVDecoder {
    enum Decoded {
        /// With the number of quantities that were rounded.
        case row(Row, rounded: Int)
        case fault(FieldFault, BoundColumn?)
    }

    private let importer: Importer
    private let instrument: Instrument
    private let hasVenueTime: Bool
    /// The readers of the time and the venue's time, made at the first text of each.
    private var times: (TimeText?, TimeText?) = (nil, nil)

    init(_ importer: Importer, _ instrument: Instrument, _ columns: [BoundColumn]) {
        self.importer = importer
        self.instrument = instrument
        hasVenueTime = columns.contains { $0.role == .venueTime }
    }

    /// Reads the current line of `rows`.
    mutating func decode(_ rows: CSVRows) -> Decoded {
        do throws(FieldFault) { try rows.split() } catch { return .fault(error, nil) }
        var row = Row(repeating: 0)
        var rounded = 0
        for column in rows.columns {
            do throws(FieldFault) {
                row[column.slot] = try value(column, rows.text(column), rows, row[0], &rounded)
            } catch { return .fault(error, column) }
        }
        if importer.kind != .bars, !hasVenueTime { row[1] = row[0] }
        return .row(row, rounded: rounded)
    }

    @inline(__always)
    private mutating func value(
        _ column: BoundColumn, _ text: UnsafeBufferPointer<UInt8>, _ rows: CSVRows,
        _ time_ns: Int64,
        _ rounded: inout Int
    ) throws(FieldFault) -> Int64 {
        if text.isEmpty {
            if column.isRequired, column.role != .bookSide { throw .missing }
            return column.role == .venueTime ? time_ns : 0
        }
        switch column.role {
        case .price: return try FieldText.price(text, decimals: instrument.priceDecimals)
        case .valuation:
            let (units, isRounded) = try FieldText.quantity(
                text, decimals: instrument.priceDecimals)
            rounded += isRounded ? 1 : 0
            return units
        case .quantity:
            let (units, isRounded) = try FieldText.quantity(
                text, decimals: instrument.quantityDecimals)
            rounded += isRounded ? 1 : 0
            return units
        case .time:
            if times.0 == nil { times.0 = rows.timeText(column, first: text) }
            guard let time = try times.0?.time_ns(text) else { throw .notATime }
            return try importer.closed(time)
        case .venueTime:
            if times.1 == nil { times.1 = rows.timeText(column, first: text) }
            guard let time = try times.1?.time_ns(text) else { throw .notATime }
            return time
        case .takerSide:
            return try column.isReversed ? FieldText.sideOfBuyerIsMaker(text) : FieldText.side(text)
        case .bookSide: return try FieldText.bookSide(text)
        case .stream: return try FieldText.stream(text)
        case .flags, .sequence: return try FieldText.price(text, decimals: 0)
        }
    }
}

extension Importer {
    /// Reads a text file, plain or gzip.
    ///
    /// Memory is that of the columns and a few buffers, whatever the file's length; sorting needs
    /// it twice.
    ///
    /// - Parameters:
    ///   - instrument: What the rows are of; its decimals are the units of prices and quantities.
    ///   - progress: Called every few thousand rows and at the end, on the caller's thread.
    /// - Throws: ``HistoryError``, which names the file, line and field.
    /// - Complexity: O(bytes); O(n log n) rows when they are to be sorted and are not.
    package func csv(
        _ input: ByteInput, _ instrument: Instrument, format: CSVFormat,
        progress: (ImportProgress) -> Void = { _ in }
    ) throws(HistoryError) -> Imported {
        let intake = try RowIntake(
            definition(instrument), rules: rules, name: input.name, isText: true)
        let rows = try CSVRows(input, kind, format)
        var decoder = CSVDecoder(self, instrument, rows.columns)
        while try rows.advance() {
            switch decoder.decode(rows) {
            case .row(let row, let rounded): try intake.take(row, at: rows.line, rounded: rounded)
            case .fault(let fault, let column):
                let error = rows.error(fault, in: column, decimals: instrument.priceDecimals)
                if case .tooManyDecimals = fault { throw error }
                try intake.takeUnreadable(error)
            }
            if intake.rows % Self.rowsPerStep == 0 { progress(input.progress(rows: intake.rows)) }
        }
        progress(input.progress(rows: intake.rows))
        return try intake.finish(gap_ns: gap_ns)
    }
}

extension ByteInput {
    func progress(rows: Int) -> ImportProgress {
        ImportProgress(bytesRead: bytesRead, bytesTotal: bytesTotal, rows: rows)
    }
}
