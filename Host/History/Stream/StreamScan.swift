/// What a first pass over recorded streams says of them.
package struct StreamScan: Sendable {
    package let venue: VenueStream
    /// The venue's name of the instrument.
    package let symbol: String
    /// The decimals of prices and quantities.
    package let decimals: InstrumentScan
    /// Whether a whole book is among the messages.
    package let hasSnapshot: Bool

    /// Reads all of the files, given in order of time.
    ///
    /// Lines that cannot be read are passed over: the import tells of them.
    ///
    /// - Parameters:
    ///   - inputs: One or more.
    ///   - venue: Whose messages they are; nil to find out.
    /// - Throws: ``HistoryError`` of kind `format` when they are no streams of a known venue.
    package init(
        _ inputs: [ByteInput], venue: VenueStream?,
        progress: (ImportProgress) -> Void = { _ in }
    ) throws(HistoryError) {
        var reader = StreamReader(venue: venue), decimals = InstrumentScan()
        // What positions are valued at has more decimals than what is traded: it is rounded to
        // those, and only where nothing is traded are they its own.
        var valuations = InstrumentScan(), hasTraded = false
        var hasSnapshot = false, first: StreamFault?, place = StreamPlace(file: "", line: 0)
        for input in inputs {
            let lines = LineReader(input)
            while let line = try lines.next() {
                do throws(StreamFault) {
                    _ = try reader.read(line)
                    if reader.message.isValuation {
                        try reader.message.note(in: &valuations)
                    } else {
                        try reader.message.note(in: &decimals)
                        hasTraded = hasTraded || reader.message.kind != .other
                    }
                    if reader.message.kind == .snapshot { hasSnapshot = true }
                } catch  where first == nil {
                    first = error
                    place = StreamPlace(file: input.name, line: lines.line)
                } catch {}
                if lines.line % Importer.rowsPerStep == 0 {
                    progress(input.progress(rows: lines.line))
                }
            }
            progress(input.progress(rows: lines.line))
        }
        guard let venue = reader.venue, !reader.symbol.isEmpty else {
            throw Self.unknown(inputs[0].name, venue, first, place)
        }
        self.venue = venue
        symbol = reader.symbol
        self.decimals = hasTraded ? decimals : valuations
        self.hasSnapshot = hasSnapshot
    }

    /// No message was of a known venue, or of the one that was named.
    private static func unknown(
        _ name: String, _ venue: VenueStream?, _ first: StreamFault?, _ place: StreamPlace
    ) -> HistoryError {
        if let venue, case .stranger(let found) = first {
            return HistoryError(
                .format, "import refused: the messages are of another venue than the one named",
                file: place.file, line: place.line, found: found, allowed: venue.rawValue,
                help: "leave --venue-stream out: the messages tell whose they are")
        }
        return HistoryError(
            .format, "import refused: no message in the file tells which venue sent it", file: name,
            allowed: VenueStream.allCases.map(\.rawValue).joined(separator: ", "),
            help: "each line is the receive time in ns, a blank and the venue's JSON")
    }
}

extension StreamMessage {
    /// Whether its numbers need not be those that orders can have.
    fileprivate var isValuation: Bool {
        kind == .mark || kind == .openInterest || kind == .liquidation
    }

    /// Lets a scan look at every price and quantity.
    fileprivate func note(in scan: inout InstrumentScan) throws(StreamFault) {
        guard kind != .other else { return }
        do throws(FieldFault) {
            for level in levels {
                try scan.note(price: level.price)
                try scan.note(quantity: level.quantity)
            }
            for print in prints {
                try scan.note(price: print.price)
                try scan.note(quantity: print.quantity)
            }
            for price in [markPrice, indexPrice] where price.count > 0 {
                try scan.note(price: price)
            }
            if openInterest.count > 0 { try scan.note(quantity: openInterest) }
            guard kind == .quote else { return }
            for price in [bidPrice, askPrice] { try scan.note(price: price) }
            for quantity in [bidQuantity, askQuantity] { try scan.note(quantity: quantity) }
        } catch { throw .unusable("price", error) }
    }
}
