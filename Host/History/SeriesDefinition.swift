import RialtoValues

/// What a series is of: an instrument, a kind of row and, for bars, their length.
package struct SeriesDefinition: Equatable, Sendable {
    package let instrument: Instrument
    package let kind: SeriesKind
    /// Nanoseconds; above 0 for bars, 0 for the rest.
    package let interval_ns: Int64

    package init(instrument: Instrument, kind: SeriesKind, interval_ns: Int64) {
        self.instrument = instrument
        self.kind = kind
        self.interval_ns = interval_ns
    }

    package var key: SeriesKey {
        SeriesKey(instrument: instrument.name, kind: kind, interval_ns: interval_ns)
    }

    /// - Throws: ``HistoryError`` of kind `option` when no series can be of this.
    package func check() throws(HistoryError) {
        try Self.check(name: instrument.name)
        try Self.check(text: instrument.venue, "venue", isEmptyAllowed: true)
        try Self.check(text: instrument.currency, "currency", isEmptyAllowed: true)
        try Self.check(Int64(instrument.priceDecimals), "price decimals", 0...18)
        try Self.check(Int64(instrument.quantityDecimals), "quantity decimals", 0...18)
        try Self.check(instrument.priceStep, "price step", 1...(.max))
        try Self.check(instrument.quantityStep, "quantity step", 1...(.max))
        try Self.check(instrument.multiplier, "multiplier", 1...(.max))
        try Self.check(interval_ns, "interval", kind == .bars ? 1...(.max) : 0...0)
    }

    /// - Throws: ``HistoryError`` of kind `option` when no instrument can have this name.
    static func check(name: String) throws(HistoryError) {
        try check(text: name, "instrument name", isEmptyAllowed: false)
    }

    static func check(textsName: String) throws(HistoryError) {
        try check(text: textsName, "name", isEmptyAllowed: false)
    }

    private static func check(
        _ value: Int64, _ name: String, _ allowed: ClosedRange<Int64>
    )
        throws(HistoryError)
    {
        guard !allowed.contains(value) else { return }
        throw HistoryError(
            .option, "the series cannot be defined: its \(name) is out of range", field: name,
            found: String(value), allowed: "\(allowed.lowerBound)...\(allowed.upperBound)")
    }

    private static func check(
        text: String, _ name: String, isEmptyAllowed: Bool
    )
        throws(HistoryError)
    {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D...0x2F, 0x3A, 0x5F: true
            default: false
            }
        }
        guard isPlain, text.utf8.count <= 64, isEmptyAllowed || !text.isEmpty else {
            throw HistoryError(
                .option, "the series cannot be defined: its \(name) cannot be stored", field: name,
                found: text.isEmpty ? "nothing" : String(text.prefix(80)),
                allowed: "1 to 64 letters, digits and / - . _ :")
        }
    }
}
