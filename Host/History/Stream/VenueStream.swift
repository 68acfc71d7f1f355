import RialtoValues

/// Whose messages a recorded stream holds.
package enum VenueStream: String, CaseIterable, Sendable {
    case binanceSpot = "binance-spot"
    /// USD-margined futures.
    case binanceUsdm = "binance-usdm"
    case hyperliquid = "hyperliquid"

    package var instrumentKind: InstrumentKind { self == .binanceSpot ? .spot : .linear }

    /// The name of an instrument as people write it, from the venue's own: `BTC/USDT` of `BTCUSDT`,
    /// `ETH/USDT:USDT` of a contract on it; nil when the parts cannot be told apart.
    package func instrumentName(symbol: String) -> String? {
        if self == .hyperliquid { return symbol.isEmpty ? nil : symbol + "/USDC:USDC" }
        guard let quote = Self.quotes.first(where: { symbol.hasSuffix($0) && symbol != $0 }) else {
            return nil
        }
        let name = symbol.dropLast(quote.count) + "/" + quote
        return self == .binanceSpot ? name : name + ":" + quote
    }

    /// What instruments of Binance are paid in, most usual first.
    private static let quotes = [
        "USDT", "USDC", "FDUSD", "TUSD", "BUSD", "BTC", "ETH", "BNB", "EUR", "TRY", "BRL", "JPY",
    ]

    /// Whether a file's first line is that of a recorded stream: nanoseconds, a blank, an object.
    ///
    /// - Throws: ``HistoryError`` when the file cannot be read.
    package static func isRecorded(in input: ByteInput) throws(HistoryError) -> Bool {
        let reader = LineReader(input)
        guard let line = try reader.next() else { return false }
        let digits = line.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
        let rest = line.dropFirst(digits)
        return digits >= 16 && rest.first == 0x20 && rest.first { $0 != 0x20 } == 0x7B
    }
}

/// Why a line of a recorded stream cannot be used.
enum StreamFault: Error, Equatable {
    /// It does not begin with the nanoseconds at which it was received and a blank.
    case noTime
    /// From this byte of the message on, counted from 0, it is no JSON.
    case notJSON(at: Int)
    case tooDeep
    case missing(String)
    case twice(String)
    case unusable(String, FieldFault)
    /// A level whose price is not above 0, or whose quantity is below 0.
    case noLevel
    /// A message of a venue other than that of the messages before, or of another instrument.
    case stranger(String)
}
