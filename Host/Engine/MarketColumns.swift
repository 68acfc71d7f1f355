import RialtoValues

/// The venue's feed taken apart once, so that the hot loops load what they need and nothing else.
///
/// Columns of a kind that the feed does not hold point at one unused row and are never read.
struct MarketColumns {
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
    let tradeTaker: UnsafePointer<UInt8>
    let barVolume: UnsafePointer<Int64>
    let quoteInstrument: UnsafePointer<UInt32>
    let quoteVenueTime: UnsafePointer<Int64>
    let bidPrice: UnsafePointer<Int64>
    let bidQuantity: UnsafePointer<Int64>
    let askPrice: UnsafePointer<Int64>
    let askQuantity: UnsafePointer<Int64>

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
        tradeQuantity = feed.trades?.quantity ?? none
        tradeTaker =
            feed.trades?.takerSide ?? UnsafeRawPointer(none).assumingMemoryBound(to: UInt8.self)
        barVolume = feed.bars?.volume ?? none
        quoteInstrument = feed.quotes?.instrument ?? noIndex
        quoteVenueTime = feed.quotes?.venueTime_ns ?? none
        bidPrice = feed.quotes?.bidPrice ?? none
        bidQuantity = feed.quotes?.bidQuantity ?? none
        askPrice = feed.quotes?.askPrice ?? none
        askQuantity = feed.quotes?.askQuantity ?? none
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

    /// Instrument of a quote.
    @inline(__always)
    func quote(_ row: Int) -> Int { Int(quoteInstrument[row &* stride]) }

    /// Instrument of a trade.
    @inline(__always)
    func trade(_ row: Int) -> Int { Int(tradeInstrument[row &* stride]) }
}
