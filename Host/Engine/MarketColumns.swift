import RialtoMatching
import RialtoValues

/// The venue's feed taken apart once, so that the hot loops load what they need and nothing else.
///
/// Columns of a kind that the feed does not hold point at one unused row and are never read. A
/// class, so that a function which reads one column copies none of the others.
final class MarketColumns {
    let count: Int
    let times: UnsafePointer<Int64>
    /// Kind of each entry; nil when all are of `singleKind`.
    let kinds: UnsafePointer<UInt8>?
    let rows: UnsafePointer<UInt32>?
    let singleKind: UInt8
    /// 1 where the instrument columns have a row for each event, 0 where row 0 speaks for all.
    let stride: Int
    let barInstrument: UnsafePointer<UInt32>
    private let barOpenTime: UnsafePointer<Int64>
    private let barLength_ns: Int64
    let barOpen: UnsafePointer<Int64>
    let barHigh: UnsafePointer<Int64>
    let barLow: UnsafePointer<Int64>
    let barClose: UnsafePointer<Int64>
    let tradeInstrument: UnsafePointer<UInt32>
    let tradePrice: UnsafePointer<Int64>
    let tradeVenueTime: UnsafePointer<Int64>
    let tradeQuantity: UnsafePointer<Int64>
    let barVolume: UnsafePointer<Int64>
    /// 0 unknown, 1 the taker bought, 2 the taker sold.
    let tradeTakerSide: UnsafePointer<UInt8>
    let quoteInstrument: UnsafePointer<UInt32>
    let quoteVenueTime: UnsafePointer<Int64>
    /// 0 when that side is empty, as are its quantity and the other side's.
    let quoteBidPrice: UnsafePointer<Int64>
    let quoteBidQuantity: UnsafePointer<Int64>
    let quoteAskPrice: UnsafePointer<Int64>
    let quoteAskQuantity: UnsafePointer<Int64>
    let bookInstrument: UnsafePointer<UInt32>
    let bookVenueTime: UnsafePointer<Int64>
    /// Place of a book's first level; its bids, best first, then its asks, best first.
    let bookFirstLevel: UnsafePointer<UInt32>
    let bookBidCount: UnsafePointer<UInt32>
    let bookAskCount: UnsafePointer<UInt32>
    let levelPrice: UnsafePointer<Int64>
    let levelQuantity: UnsafePointer<Int64>
    let deltaInstrument: UnsafePointer<UInt32>
    let deltaVenueTime: UnsafePointer<Int64>
    /// 1 a bid, 2 an ask.
    let deltaSide: UnsafePointer<UInt8>
    /// 1 where a venue message ends: only there is the book whole.
    let deltaLast: UnsafePointer<UInt8>
    let deltaPrice: UnsafePointer<Int64>
    /// What stands there now; 0 for nothing.
    let deltaQuantity: UnsafePointer<Int64>
    let markInstrument: UnsafePointer<UInt32>
    /// What the venue values positions at.
    let markPrice: UnsafePointer<Int64>

    /// - Parameter none: A row that stands for columns that are not there; the caller keeps it.
    init(_ feed: Feed, none: UnsafePointer<Int64>) {
        let noIndex = UnsafeRawPointer(none).assumingMemoryBound(to: UInt32.self)
        count = feed.count
        times = feed.time_ns
        kinds = feed.kind
        rows = feed.row
        singleKind = feed.singleKind?.rawValue ?? 0
        stride = feed.oneInstrument == nil ? 1 : 0
        barInstrument = feed.bars?.instrument ?? noIndex
        barLength_ns = feed.barLength_ns
        barOpenTime = feed.bars?.openTime_ns ?? none
        barOpen = feed.bars?.open ?? none
        barHigh = feed.bars?.high ?? none
        barLow = feed.bars?.low ?? none
        barClose = feed.bars?.close ?? none
        tradeInstrument = feed.trades?.instrument ?? noIndex
        tradePrice = feed.trades?.price ?? none
        tradeVenueTime = feed.trades?.venueTime_ns ?? none
        barVolume = feed.bars?.volume ?? none
        let noByte = UnsafeRawPointer(none).assumingMemoryBound(to: UInt8.self)
        tradeQuantity = feed.trades?.quantity ?? none
        tradeTakerSide = feed.trades?.takerSide ?? noByte
        quoteInstrument = feed.quotes?.instrument ?? noIndex
        quoteVenueTime = feed.quotes?.venueTime_ns ?? none
        quoteBidPrice = feed.quotes?.bidPrice ?? none
        quoteBidQuantity = feed.quotes?.bidQuantity ?? none
        quoteAskPrice = feed.quotes?.askPrice ?? none
        quoteAskQuantity = feed.quotes?.askQuantity ?? none
        bookInstrument = feed.books?.instrument ?? noIndex
        bookVenueTime = feed.books?.venueTime_ns ?? none
        bookFirstLevel = feed.books?.firstLevel ?? noIndex
        bookBidCount = feed.books?.bidCount ?? noIndex
        bookAskCount = feed.books?.askCount ?? noIndex
        levelPrice = feed.books?.levelPrice ?? none
        levelQuantity = feed.books?.levelQuantity ?? none
        deltaInstrument = feed.bookDeltas?.instrument ?? noIndex
        deltaVenueTime = feed.bookDeltas?.venueTime_ns ?? none
        deltaSide = feed.bookDeltas?.side ?? noByte
        deltaLast = feed.bookDeltas?.last ?? noByte
        deltaPrice = feed.bookDeltas?.price ?? none
        deltaQuantity = feed.bookDeltas?.quantity ?? none
        let venueMarks = feed.contracts?.pointee.marks
        markInstrument = venueMarks?.instrument ?? noIndex
        markPrice = venueMarks?.markPrice ?? none
    }

    /// Kind and row of an entry.
    @inline(__always)
    func place(_ entry: Int) -> (kind: UInt8, row: Int) {
        if let kinds, let rows { return (kinds[entry], Int(rows[entry])) }
        return (singleKind, entry)
    }

    /// When a bar that is delivered at `time` opened. Where it can be told from the delivery the
    /// column is not loaded: one cache miss less for each fill.
    @inline(__always)
    func opened(_ row: Int, deliveredAt time: Int64) -> Int64 {
        barLength_ns != 0 ? time &- barLength_ns : barOpenTime[row]
    }

    /// Instrument of a bar.
    @inline(__always)
    func bar(_ row: Int) -> Int { Int(barInstrument[row &* stride]) }

    /// Instrument of a trade.
    @inline(__always)
    func trade(_ row: Int) -> Int { Int(tradeInstrument[row &* stride]) }

    /// Instrument of a quote.
    @inline(__always)
    func quote(_ row: Int) -> Int { Int(quoteInstrument[row &* stride]) }

    /// Instrument of a whole book.
    @inline(__always)
    func book(_ row: Int) -> Int { Int(bookInstrument[row &* stride]) }

    /// Instrument of a change of a book.
    @inline(__always)
    func delta(_ row: Int) -> Int { Int(deltaInstrument[row &* stride]) }

    /// Instrument of a mark price.
    @inline(__always)
    func mark(_ row: Int) -> Int { Int(markInstrument[row &* stride]) }

    /// Makes `book` the whole book of a row.
    func read(book row: Int, into book: inout OrderBook) {
        book.clear()
        let first = Int(bookFirstLevel[row]), bids = Int(bookBidCount[row])
        let end = first + bids + Int(bookAskCount[row])
        // The best level last: each one is then put above those that are there.
        for level in Swift.stride(from: first + bids - 1, through: first, by: -1) {
            book.set(.buy, price: levelPrice[level], quantity: levelQuantity[level])
        }
        for level in Swift.stride(from: end - 1, through: first + bids, by: -1) {
            book.set(.sell, price: levelPrice[level], quantity: levelQuantity[level])
        }
    }

    /// Applies the change of a row to the book of its instrument.
    @inline(__always)
    func apply(delta row: Int, to book: inout OrderBook) {
        book.set(
            deltaSide[row] == Side.buy.rawValue ? .buy : .sell, price: deltaPrice[row],
            quantity: deltaQuantity[row])
    }
}
