import RialtoValues

/// How a series is written as text.
package struct CSVExport: Equatable, Sendable {
    package enum Times: Sendable {
        /// `2019-01-01T00:00:00Z`.
        case iso
        /// Unix nanoseconds.
        case nanoseconds
    }

    package let times: Times
    /// What the time of a bar stands for.
    package let barTime: BarTime

    /// Bytes that are handed over at once, roughly.
    private static let chunk = 1 << 18

    package init(times: Times, barTime: BarTime) {
        self.times = times
        self.barTime = barTime
    }

    /// Writes a header and rows, prices and quantities with all of the instrument's decimals.
    ///
    /// What is written reads back as the same series: see ``Importer/csv(_:_:format:progress:)``.
    ///
    /// - Parameters:
    ///   - rows: The rows to write, inside 0..<count; nil for all.
    ///   - output: Takes the next bytes, valid during the call.
    ///   - progress: Rows written so far, called after each chunk.
    /// - Throws: What `output` throws; ``HistoryError`` of kind `value` for a time outside 64 bits.
    package func write(
        _ series: Series, rows: Range<Int>? = nil,
        to output: (UnsafeRawBufferPointer) throws(HistoryError) -> Void,
        progress: (Int) -> Void = { _ in }
    ) throws(HistoryError) {
        let fields = series.kind.fields
        let shift = series.kind == .bars && barTime == .open ? series.interval_ns : 0
        var text = TextBuffer(capacity: Self.chunk + 1024)
        text.append(fields.map(\.name).joined(separator: ",") + "\n")
        let rows = rows ?? 0..<series.count
        for index in rows {
            let row = series.row(index)
            for (slot, field) in fields.enumerated() {
                if slot > 0 { text.append(byte: 0x2C) }
                let value = slot == 0 ? try shifted(row[0], shift, index) : row[slot]
                append(value, field.role, series.instrument, &text)
            }
            text.append(byte: 0x0A)
            guard text.count >= Self.chunk else { continue }
            try output(text.bytes)
            text.clear()
            progress(index + 1 - rows.lowerBound)
        }
        try output(text.bytes)
        progress(rows.count)
    }

    /// Writes a file, which appears whole or not at all.
    package func write(
        _ series: Series, rows: Range<Int>? = nil, toFile path: String, disk: Disk = .posix,
        progress: (Int) -> Void = { _ in }
    ) throws(HistoryError) {
        var file = try AtomicFile(path, disk: disk)
        try write(
            series, rows: rows, to: { (bytes) throws(HistoryError) in try file.write(bytes) },
            progress: progress)
        try file.commit()
    }

    private func append(
        _ value: Int64, _ role: SeriesField.Role, _ instrument: Instrument, _ text: inout TextBuffer
    ) {
        switch role {
        case .time, .venueTime:
            if times == .iso {
                text.append(UnixTime.text(value))
            } else {
                text.append(value, decimals: 0)
            }
        case .price: text.append(value, decimals: instrument.priceDecimals)
        case .valuation:
            if value != 0 { text.append(value, decimals: instrument.priceDecimals) }
        case .quantity: text.append(value, decimals: instrument.quantityDecimals)
        case .takerSide: text.append(value == 1 ? "buy" : value == 2 ? "sell" : "")
        case .bookSide: text.append(value == 1 ? "bid" : value == 2 ? "ask" : "")
        case .stream: text.append(DataRules.streamName(value))
        case .flags, .sequence: text.append(value, decimals: 0)
        }
    }

    private func shifted(_ time_ns: Int64, _ shift: Int64, _ row: Int) throws(HistoryError) -> Int64
    {
        let (time, over) = time_ns.subtractingReportingOverflow(shift)
        guard !over else {
            throw HistoryError(
                .value, "export stopped: a bar opened outside the years 1678 to 2262", row: row,
                field: "time", found: UnixTime.text(time_ns))
        }
        return time
    }
}

/// Text that grows in one block of memory.
private struct TextBuffer: ~Copyable {
    private let block: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        block = .allocate(capacity: capacity)
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: block, count: count) }

    mutating func clear() { count = 0 }

    @inline(__always)
    mutating func append(byte: UInt8) {
        precondition(count < capacity)
        block[count] = byte
        count += 1
    }

    mutating func append(_ text: String) {
        for byte in text.utf8 { append(byte: byte) }
    }

    /// Appends `units` of 10^-`decimals` with all decimals, 0...18.
    mutating func append(_ units: Int64, decimals: Int) {
        if units < 0 { append(byte: 0x2D) }
        var rest = units.magnitude, length = 0
        var digits: [20 of UInt8] = .init(repeating: 0x30)
        while rest > 0 || length <= decimals {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            digits[length] = 0x30 + UInt8(digit)
            rest = quotient
            length += 1
        }
        for place in stride(from: length - 1, through: 0, by: -1) {
            append(byte: digits[place])
            if place == decimals, decimals > 0 { append(byte: 0x2E) }
        }
    }

    deinit { block.deallocate() }
}
