import RialtoValues

/// Turns the bytes of one row of a NumPy array into a row.
struct NumpyDecoder {
    /// One field: where it is and how it is read.
    struct Step {
        let column: BoundColumn
        let offset: Int
        let number: NumpyNumber
        /// Units in 1 for prices and quantities; nanoseconds in 1 for times.
        let scale: Int64
    }

    let steps: [Step]
    private let importer: Importer
    private let hasVenueTime: Bool

    /// - Parameter first: The first row, from which units of time are guessed; nil without rows.
    /// - Throws: ``HistoryError`` of kind `missingColumn` or `format`.
    init(
        _ importer: Importer, _ instrument: Instrument, _ header: NumpyHeader,
        _ format: NumpyFormat,
        first: UnsafeRawBufferPointer?
    ) throws(HistoryError) {
        self.importer = importer
        let names = header.fields.map(\.name)
        var steps: [Step] = []
        for column in try ColumnMap.names(format.fields).bound(importer.kind, header: names) {
            let field = header.fields[column.column]
            guard let number = NumpyNumber(type: field.type) else { throw Self.unreadable(field) }
            let scale: Int64
            switch column.role {
            case .price, .valuation: scale = Self.power(instrument.priceDecimals)
            case .quantity: scale = Self.power(instrument.quantityDecimals)
            case .takerSide, .bookSide, .stream, .flags, .sequence: scale = 1
            case .time: scale = try Self.unit(field, number, format.timeUnit, first).length_ns
            case .venueTime:
                scale = try Self.unit(field, number, format.venueTimeUnit, first).length_ns
            }
            steps.append(Step(column: column, offset: field.offset, number: number, scale: scale))
        }
        self.steps = steps
        hasVenueTime = steps.contains { $0.column.role == .venueTime }
    }

    func fieldName(_ column: BoundColumn) -> String { importer.kind.fields[column.slot].name }

    /// Reads one row.
    @inline(__always)
    func decode(_ bytes: UnsafeRawPointer) -> CSVDecoder.Decoded {
        var row = Row(repeating: 0)
        var rounded = 0
        for index in steps.indices {
            let step = steps[index]
            do throws(FieldFault) {
                row[step.column.slot] = try value(step, bytes + step.offset, &rounded)
            } catch { return .fault(error, step.column) }
        }
        if importer.kind != .bars, !hasVenueTime { row[1] = row[0] }
        return .row(row, rounded: rounded)
    }

    @inline(__always)
    private func value(
        _ step: Step, _ bytes: UnsafeRawPointer, _ rounded: inout Int
    )
        throws(FieldFault) -> Int64
    {
        switch step.column.role {
        case .price:
            let (units, isOff) = try step.number.units(bytes, scale: Double(step.scale))
            if isOff { throw .tooManyDecimals(0) }
            return units
        case .valuation, .quantity:
            let (units, isOff) = try step.number.units(bytes, scale: Double(step.scale))
            rounded += isOff ? 1 : 0
            return units
        case .time: return try importer.closed(time_ns(step, bytes))
        case .venueTime: return try time_ns(step, bytes)
        case .takerSide, .bookSide: return try side(step, bytes)
        case .stream, .flags, .sequence: return try step.number.integer(bytes)
        }
    }

    private func time_ns(_ step: Step, _ bytes: UnsafeRawPointer) throws(FieldFault) -> Int64 {
        let count = try step.number.integer(bytes)
        let (time, over) = count.multipliedReportingOverflow(by: step.scale)
        if over { throw .outOfRange }
        return time
    }

    private func side(_ step: Step, _ bytes: UnsafeRawPointer) throws(FieldFault) -> Int64 {
        let value =
            step.number.isInteger
            ? try step.number.integer(bytes) : try step.number.units(bytes, scale: 1).0
        if step.column.role == .bookSide, value == 2 { return 2 }
        switch (value, step.column.isReversed) {
        case (1, false), (0, true): return 1
        case (-1, false), (1, true): return 2
        case (0, false): return 0
        default: throw .notASide
        }
    }

    /// The unit of a time field: what its type says, what was given, or a guess.
    private static func unit(
        _ field: NumpyHeader.Field, _ number: NumpyNumber, _ given: TimeUnit?,
        _ first: UnsafeRawBufferPointer?
    ) throws(HistoryError) -> TimeUnit {
        if case .date(let unit) = number { return unit }
        guard number.isInteger else { throw unreadable(field) }
        if let given, given != .iso { return given }
        var text = "0"
        if let base = first?.baseAddress {
            do throws(FieldFault) {
                text = String(try number.integer(base + field.offset))
            } catch { throw unreadable(field) }
        }
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
        defer { bytes.deallocate() }
        _ = bytes.initialize(from: text.utf8)
        let unit = TimeUnit.guessed(column: field.name, text: UnsafeBufferPointer(bytes))
        return unit == .iso ? .nanoseconds : unit
    }

    private static func unreadable(_ field: NumpyHeader.Field) -> HistoryError {
        HistoryError(
            .format, "import refused: a field has a type that cannot be read here",
            field: field.name,
            found: field.type,
            allowed: "little-endian i1 to i8, u1 to u8, f4, f8; integers or M8[ns] for times")
    }

    private static func power(_ decimals: Int) -> Int64 {
        (0..<decimals).reduce(Int64(1)) { power, _ in power * 10 }
    }
}
