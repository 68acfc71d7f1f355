import RialtoValues

extension Importer {
    /// Reads a NumPy `.npy` file of a structured array, plain or gzip.
    ///
    /// A floating-point price becomes the nearest multiple of 10^-decimals; it is refused when it
    /// is further from it than 1e-6 of a unit and than its own precision. A quantity is rounded.
    ///
    /// - Parameters:
    ///   - instruments: One for shape (rows); k for shape (k, rows), in the order of axis 0.
    ///   - progress: Called every few thousand rows, on the caller's thread.
    /// - Returns: One series per instrument.
    /// - Throws: ``HistoryError``, which names the file, row and field.
    package func numpy(
        _ input: ByteInput, _ instruments: [Instrument], format: NumpyFormat,
        progress: (ImportProgress) -> Void = { _ in }
    ) throws(HistoryError) -> [Imported] {
        do throws(HistoryError) {
            let header = try NumpyHeader(reading: input)
            let count = header.shape.count == 1 ? 1 : header.shape[0]
            guard count == instruments.count else { throw Self.mismatch(count, instruments.count) }
            var all: [Imported] = []
            let source = NumpyRows(input, header)
            for (index, instrument) in instruments.enumerated() {
                let place = index * source.rowsPerSeries
                all.append(try series(source, instrument, place, header, format, progress))
            }
            try source.requireEnd()
            return all
        } catch { throw error.inFile(input.name) }
    }

    private func series(
        _ source: NumpyRows, _ instrument: Instrument, _ place: Int, _ header: NumpyHeader,
        _ format: NumpyFormat, _ progress: (ImportProgress) -> Void
    ) throws(HistoryError) -> Imported {
        let input = source.input
        let intake = try RowIntake(
            definition(instrument), rules: rules, name: input.name, isText: false,
            capacity: source.capacityHint)
        var decoder: NumpyDecoder?
        var done = 0
        while done < source.rowsPerSeries {
            let block = try source.next(rowsMax: source.rowsPerSeries - done)
            let reader: NumpyDecoder
            if let decoder {
                reader = decoder
            } else {
                reader = try NumpyDecoder(self, instrument, header, format, first: block)
                decoder = reader
            }
            try take(block, reader, intake, header.rowSize, place + done, instrument)
            done += block.count / header.rowSize
            progress(input.progress(rows: place + done))
        }
        return try intake.finish(gap_ns: gap_ns)
    }

    private func take(
        _ block: UnsafeRawBufferPointer, _ decoder: NumpyDecoder, _ intake: RowIntake,
        _ rowSize: Int,
        _ place: Int, _ instrument: Instrument
    ) throws(HistoryError) {
        guard let base = block.baseAddress else { return }
        for index in 0..<block.count / rowSize {
            let bytes = base + index * rowSize
            switch decoder.decode(bytes) {
            case .row(let row, let rounded):
                try intake.take(row, at: place + index, rounded: rounded)
            case .fault(let fault, let column):
                let error = Self.error(fault, column, bytes, decoder, place + index, instrument)
                if case .tooManyDecimals = fault { throw error }
                try intake.takeUnreadable(error)
            }
        }
    }

    private static func error(
        _ fault: FieldFault, _ column: BoundColumn?, _ bytes: UnsafeRawPointer,
        _ decoder: NumpyDecoder, _ place: Int, _ instrument: Instrument
    ) -> HistoryError {
        var error = HistoryError(
            .value, "import stopped: a value cannot be used", row: place,
            field: column.map { decoder.fieldName($0) })
        if let step = decoder.steps.first(where: { $0.column == column }) {
            error.found = step.number.text(bytes + step.offset)
        }
        error.help = "correct the row; with --clean such rows are left out and counted"
        switch fault {
        case .tooManyDecimals:
            error.allowed = "multiples of 10^-\(instrument.priceDecimals), within 1e-6 of one"
            error.help = "raise --price-decimals"
        case .notASide: error.allowed = "1 buy or bid, -1 sell or ask, 0 unknown"
        case .notANumber: error.allowed = "a finite number"
        default: error.allowed = "what 64 bits hold in the instrument's units"
        }
        return error
    }

    private static func mismatch(_ found: Int, _ given: Int) -> HistoryError {
        HistoryError(
            .option, "import refused: the array and the names given differ in number",
            found: "\(found) instruments in the array", allowed: "\(given), as many as were named",
            help: "name one instrument for each entry of the array's first axis")
    }
}

extension NumpyNumber {
    /// The number as people read it.
    func text(_ bytes: UnsafeRawPointer) -> String {
        switch self {
        case .double:
            return
                "\(Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))))"
        case .float:
            return
                "\(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self))))"
        default:
            do throws(FieldFault) { return String(try integer(bytes)) } catch {
                return "above 2^63"
            }
        }
    }
}

/// The rows of a NumPy array, block by block.
final class NumpyRows {
    let input: ByteInput
    let rowsPerSeries: Int
    private let rowSize: Int
    private let block: UnsafeMutableRawBufferPointer

    init(_ input: ByteInput, _ header: NumpyHeader) {
        self.input = input
        rowSize = header.rowSize
        rowsPerSeries = header.shape[header.shape.count - 1]
        let rows = max(1, min(rowsPerSeries, (1 << 20) / rowSize))
        block = .allocate(byteCount: rows * rowSize, alignment: 64)
    }

    /// Rows to make room for: no more than the bytes of the source can hold, whatever it claims.
    var capacityHint: Int {
        guard let total = input.bytesTotal, !input.isPacked else { return 0 }
        return min(rowsPerSeries, total / rowSize)
    }

    /// Returns the next rows, at least one, valid until the next call.
    ///
    /// - Throws: ``HistoryError`` of kind `damaged` when the file ends before.
    func next(rowsMax: Int) throws(HistoryError) -> UnsafeRawBufferPointer {
        let wanted = min(block.count / rowSize, rowsMax) * rowSize
        let target = UnsafeMutableRawBufferPointer(rebasing: block[..<wanted])
        guard try input.readFully(into: target) == wanted else {
            throw HistoryError(
                .damaged, "the NumPy file cannot be read: rows are missing at its end",
                allowed: "\(rowsPerSeries) rows for each instrument, as its description says",
                help: "save or copy the file again")
        }
        return UnsafeRawBufferPointer(target)
    }

    /// - Throws: ``HistoryError`` of kind `damaged` when bytes are left.
    func requireEnd() throws(HistoryError) {
        let rest = UnsafeMutableRawBufferPointer(rebasing: block[..<1])
        guard try input.readFully(into: rest) == 0 else {
            throw HistoryError(
                .damaged, "the NumPy file cannot be read: it is longer than its description says")
        }
    }

    deinit { block.deallocate() }
}
