import Foundation
import RialtoHistory
import RialtoMatching
import RialtoValues

/// Imports lines of a recorded stream, as many files as are given.
func streamed(
    _ files: [[[UInt8]]], rules: ImportRules = .strict, venue: VenueStream? = nil
) throws(HistoryError) -> StreamImported {
    func inputs() -> [ByteInput] {
        files.enumerated().map { index, lines in
            ByteInput(name: "\(index).raw", bytes: Array(lines.joined(separator: [0x0A])))
        }
    }
    let scan = try StreamScan(inputs(), venue: venue)
    let instrument = Instrument.sample(
        scan.venue.instrumentName(symbol: scan.symbol) ?? "A/B",
        priceDecimals: scan.decimals.priceDecimals,
        quantityDecimals: scan.decimals.quantityDecimals)
    let work = try StreamImport(scan, instrument, rules: rules)
    for input in inputs() { try work.read(input) }
    return try work.finish()
}

/// Imports lines of a recorded stream.
func streamed(
    _ lines: [String], rules: ImportRules = .strict, venue: VenueStream? = nil
) throws(HistoryError) -> StreamImported {
    try streamed([lines.map { Array($0.utf8) }], rules: rules, venue: venue)
}

extension StreamImported {
    func series(_ kind: SeriesKind) -> Series? { series.first { $0.series.kind == kind }?.series }

    /// The book after each of its messages, with the message's sequence.
    func books(_ body: (OrderBook, _ sequence: Int64, _ row: Int) throws -> Void) rethrows {
        guard let columns = series(.book)?.book else { return }
        var book = OrderBook()
        for row in 0..<columns.count {
            let flags = BookFlags(rawValue: columns.flags[row])
            if flags.contains(.clears) { book.clear() }
            if let side = Side(rawValue: columns.side[row]) {
                book.set(side, price: columns.price[row], quantity: columns.quantity[row])
            }
            if flags.contains(.last) { try body(book, columns.sequence[row], row) }
        }
    }

    /// The book at the end.
    var lastBook: OrderBook {
        var last = OrderBook()
        books { book, _, _ in last = book }
        return last
    }
}

/// Lines of a small market of Binance, as its documentation writes them.
struct SmallStream {
    var lines: [String] = []
    private var time_ns: Int64 = 1_700_000_000_000_000_000
    private var last: Int64 = 100

    /// A change with the given levels of bids, in USD-M form when `isFutures`.
    mutating func change(
        _ bids: [(String, String)], asks: [(String, String)] = [], isFutures: Bool = true
    ) {
        let (first, previous) = (last + 1, last)
        last += 3
        let link = isFutures ? #""pu":\#(previous),"# : ""
        line(
            #"{"stream":"xy@depth@0ms","data":{"e":"depthUpdate","E":1700000000001,"#
                + #""s":"ABUSDT","U":\#(first),"u":\#(last),\#(link)"b":\#(text(bids)),"#
                + #""a":\#(text(asks))}}"#)
    }

    /// A whole book as it is after the change before.
    mutating func whole(
        _ bids: [(String, String)], asks: [(String, String)], at update: Int64? = nil
    ) {
        line(
            #"{"lastUpdateId":\#(update ?? last),"bids":\#(text(bids)),"asks":\#(text(asks))}"#)
    }

    mutating func trade(_ id: Int64, kind: String = "MARKET") {
        line(
            #"{"e":"trade","E":1700000000002,"T":1700000000001,"s":"ABUSDT","t":\#(id),"#
                + #""p":"10.25","q":"3","X":"\#(kind)","m":true}"#)
    }

    mutating func quote(_ update: Int64, bid: String = "10", ask: String = "11") {
        line(
            #"{"e":"bookTicker","u":\#(update),"s":"ABUSDT","b":"\#(bid)","B":"1","a":"\#(ask)","#
                + #""A":"2","T":1700000000001,"E":1700000000002}"#)
    }

    mutating func line(_ message: String) {
        time_ns += 1_000
        lines.append("\(time_ns) \(message)")
    }

    /// Lets the next line be received before the last one.
    mutating func fall(by nanoseconds: Int64) { time_ns -= nanoseconds }

    private func text(_ levels: [(String, String)]) -> String {
        "[" + levels.map { #"["\#($0.0)","\#($0.1)"]"# }.joined(separator: ",") + "]"
    }
}
