import RialtoValues

/// What a first pass over a file says of its numbers, to choose an instrument's decimals.
///
/// Proposed decimals leave the largest value at 15 digits of the 18 that 64 bits hold, so that it
/// may grow a thousandfold.
package struct InstrumentScan: Equatable, Sendable {
    private static let digitsMax = 15

    /// Rows whose numbers could all be read.
    package private(set) var rows = 0
    /// Rows that could not be read.
    package private(set) var unreadable = 0
    /// Most decimals of a price and of a quantity in the file, trailing zeros not counted.
    package private(set) var priceDecimalsSeen = 0
    package private(set) var quantityDecimalsSeen = 0
    private var priceDigits = 0
    private var quantityDigits = 0

    /// Reads all of a file, of which only numbers are looked at.
    ///
    /// - Parameter progress: Called every few thousand rows and at the end.
    /// - Throws: ``HistoryError`` when the file cannot be read or lacks a column.
    package init(
        _ input: ByteInput, _ kind: SeriesKind, format: CSVFormat,
        progress: (ImportProgress) -> Void = { _ in }
    ) throws(HistoryError) {
        let lines = try CSVRows(input, kind, format)
        while try lines.advance() {
            do throws(FieldFault) {
                try note(lines)
                rows += 1
            } catch { unreadable += 1 }
            if rows % Importer.rowsPerStep == 0 { progress(input.progress(rows: rows)) }
        }
        progress(input.progress(rows: rows))
    }

    /// The decimals that hold every price of the file, at most 18; fewer where the largest price
    /// would have no headroom, and then ``holdsAllPrices`` is false.
    package var priceDecimals: Int { min(priceDecimalsSeen, Self.room(priceDigits)) }

    /// The decimals that hold every quantity, bounded the same way; quantities beyond are rounded.
    package var quantityDecimals: Int { min(quantityDecimalsSeen, Self.room(quantityDigits)) }

    package var holdsAllPrices: Bool { priceDecimals == priceDecimalsSeen }

    /// Decimals that a number of so many digits before the point leaves room for, 0...18.
    private static func room(_ digits: Int) -> Int { max(0, min(18, digitsMax - digits)) }

    /// A scan that has seen nothing yet.
    init() {}

    mutating func note(price text: UnsafeBufferPointer<UInt8>) throws(FieldFault) {
        let (decimals, digits) = try Self.extent(text)
        priceDecimalsSeen = max(priceDecimalsSeen, decimals)
        priceDigits = max(priceDigits, digits)
    }

    mutating func note(quantity text: UnsafeBufferPointer<UInt8>) throws(FieldFault) {
        let (decimals, digits) = try Self.extent(text)
        quantityDecimalsSeen = max(quantityDecimalsSeen, decimals)
        quantityDigits = max(quantityDigits, digits)
    }

    private mutating func note(_ lines: CSVRows) throws(FieldFault) {
        try lines.split()
        for column in lines.columns {
            let text = lines.text(column)
            guard !text.isEmpty else { continue }
            switch column.role {
            case .price, .valuation: try note(price: text)
            case .quantity: try note(quantity: text)
            default: continue
            }
        }
    }

    /// Decimals that are needed, and digits before the point without leading zeros.
    private static func extent(_ text: UnsafeBufferPointer<UInt8>) throws(FieldFault) -> (Int, Int)
    {
        let parts: ExactDecimal.Parts
        do throws(DecimalError) { parts = try ExactDecimal.parse(text) } catch { throw .notANumber }
        guard parts.digits > 0 else { return (0, 0) }
        let length = String(parts.digits).utf8.count
        return (parts.decimals, max(0, length + parts.exponent))
    }
}
