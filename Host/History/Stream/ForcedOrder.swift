/// The order of a `forceOrder` message of Binance: what closed a position.
///
/// What has been executed of it counts, at the average price; before anything is, what is ordered
/// at the order's own price.
///
/// - Source: Binance USD-M futures, "Liquidation Order Streams".
struct ForcedOrder {
    typealias Bytes = UnsafeBufferPointer<UInt8>

    /// The venue's name of the instrument.
    private(set) var symbol: Bytes
    /// When it was executed, Unix milliseconds as text.
    private(set) var time: Bytes?
    private(set) var print: StreamMessage.Print

    /// Reads the object at which the scanner stands.
    init(_ scanner: inout JSONScanner) throws(StreamFault) {
        var symbol: Bytes?, side: Bytes?, time: Bytes?
        var price: Bytes?, average: Bytes?, quantity: Bytes?, executed: Bytes?
        try scanner.object { (key, scanner) throws(StreamFault) in
            let value = JSONScanner.inner(try scanner.value())
            if key.equals("s") {
                symbol = value
            } else if key.equals("S") {
                side = value
            } else if key.equals("p") {
                price = value
            } else if key.equals("ap") {
                average = value
            } else if key.equals("q") {
                quantity = value
            } else if key.equals("z") {
                executed = value
            } else if key.equals("T") {
                time = value
            }
        }
        self.symbol = try BinanceFields.need(symbol, "s")
        self.time = time
        let word = try BinanceFields.need(side, "S")
        guard word.equals("BUY") || word.equals("SELL") else { throw .unusable("S", .notASide) }
        print = StreamMessage.Print(
            price: try BinanceFields.need(Self.stated(average) ?? price, "p"),
            quantity: try BinanceFields.need(Self.stated(executed) ?? quantity, "q"),
            takerSide: word.equals("BUY") ? 1 : 2)
    }

    /// A number that is there and not 0.
    private static func stated(_ text: Bytes?) -> Bytes? {
        guard let text, text.contains(where: { $0 >= 0x31 && $0 <= 0x39 }) else { return nil }
        return text
    }
}
