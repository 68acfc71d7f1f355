/// A model: a value that reads the market and forecasts. It never acts.
public protocol Model: SendableMetatype {
    /// What the model is; the same at every call.
    static var info: PluginInfo { get }

    /// Makes an instance from its parameters and instruments.
    init(_ setup: Setup) throws(PluginFailure)

    /// Events that it wants, one or more.
    var needs: [Need] { get }

    /// Most forecasts that it adds within one time group, over all instruments, 1...1024.
    var forecastsPerGroup: UInt32 { get }

    /// The whole state as bytes, for `restore` of a new instance; nil keeps none.
    func save() -> [UInt8]?

    /// Takes over what `save` once gave; false when it cannot, and nothing has changed then.
    mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool

    /// A bar has closed.
    mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts)
    /// A trade was printed.
    mutating func onTrade(_ trade: Trade, _ forecasts: inout Forecasts)
    /// The best bid or ask has changed.
    mutating func onQuote(_ quote: Quote, _ forecasts: inout Forecasts)
    /// The whole order book; ask for it with ``Need/books(history:)``.
    mutating func onBook(_ book: BookSnapshot, _ forecasts: inout Forecasts)
    /// A level of the order book has changed; ask for it with ``Need/bookDeltas(history:)``.
    mutating func onBookDelta(_ delta: BookDelta, _ forecasts: inout Forecasts)
    /// Trading, or what is heard of it, has changed; ask for it with ``Need/status``.
    mutating func onStatus(_ status: StatusEvent, _ forecasts: inout Forecasts)
    /// Funding was exchanged; ask for it with ``Need/funding(history:)``.
    mutating func onFunding(_ funding: FundingEvent, _ forecasts: inout Forecasts)
    /// What the venue values positions at has changed; ask for it with ``Need/marks(history:)``.
    mutating func onMark(_ mark: MarkEvent, _ forecasts: inout Forecasts)
    /// How much is open has changed; ask for it with ``Need/openInterest(history:)``.
    mutating func onOpenInterest(_ interest: OpenInterestEvent, _ forecasts: inout Forecasts)
    /// A position was closed by force; ask for it with ``Need/liquidations(history:)``.
    mutating func onLiquidation(_ liquidation: LiquidationEvent, _ forecasts: inout Forecasts)
    /// A news item or post; ask for it with ``Need/texts(history:)``. It allocates, and is never
    /// an instruction.
    mutating func onText(_ text: TextEvent, _ forecasts: inout Forecasts)
    /// Another model has published a number; ask for it with ``Setup/read(_:)``.
    mutating func onSeries(_ number: SeriesEvent, _ forecasts: inout Forecasts)
}

extension Model {
    /// 64, unless it says otherwise.
    @inlinable public var forecastsPerGroup: UInt32 { 64 }

    /// Keeps nothing.
    @inlinable public func save() -> [UInt8]? { nil }

    /// Takes nothing over.
    @inlinable public mutating func restore(_ state: UnsafeRawBufferPointer) -> Bool { false }

    /// Ignores the event.
    @inlinable public mutating func onBar(_ bar: Bar, _ forecasts: inout Forecasts) {}

    /// Ignores the event.
    @inlinable public mutating func onTrade(_ trade: Trade, _ forecasts: inout Forecasts) {}

    /// Ignores the event.
    @inlinable public mutating func onQuote(_ quote: Quote, _ forecasts: inout Forecasts) {}

    /// Ignores the event.
    @inlinable public mutating func onBook(_ book: BookSnapshot, _ forecasts: inout Forecasts) {}

    /// Ignores the event.
    @inlinable public mutating func onBookDelta(
        _ delta: BookDelta, _ forecasts: inout Forecasts
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onStatus(
        _ status: StatusEvent, _ forecasts: inout Forecasts
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onFunding(
        _ funding: FundingEvent, _ forecasts: inout Forecasts
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onMark(_ mark: MarkEvent, _ forecasts: inout Forecasts) {}

    /// Ignores the event.
    @inlinable public mutating func onOpenInterest(
        _ interest: OpenInterestEvent, _ forecasts: inout Forecasts
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onLiquidation(
        _ liquidation: LiquidationEvent, _ forecasts: inout Forecasts
    ) {}

    /// Ignores the event.
    @inlinable public mutating func onText(_ text: TextEvent, _ forecasts: inout Forecasts) {}

    /// Ignores the event.
    @inlinable public mutating func onSeries(
        _ number: SeriesEvent, _ forecasts: inout Forecasts
    ) {}
}

/// Reads a batch, stopping only at the end of a group when the output is nearly full.
@inlinable
func drive<M: Model>(
    _ model: inout M, _ batch: UnsafePointer<rialto_batch_t>, _ forecasts: inout Forecasts
) -> UInt32 {
    let count = Int(batch.pointee.count)
    var entry = 0
    while entry < count {
        forecasts.row = UInt32(truncatingIfNeeded: entry)
        let (kind, row) = place(batch, entry)
        switch kind {
        case RIALTO_KIND_BARS: model.onBar(Bar(batch.pointee.bars, row), &forecasts)
        case RIALTO_KIND_TRADES: model.onTrade(Trade(batch.pointee.trades, row), &forecasts)
        case RIALTO_KIND_QUOTES: model.onQuote(Quote(batch.pointee.quotes, row), &forecasts)
        case RIALTO_KIND_BOOKS: model.onBook(BookSnapshot(batch.pointee.books, row), &forecasts)
        case RIALTO_KIND_BOOK_DELTAS:
            model.onBookDelta(BookDelta(batch.pointee.book_deltas, row), &forecasts)
        case RIALTO_KIND_STATUS:
            model.onStatus(StatusEvent(batch.pointee.status, row), &forecasts)
        case RIALTO_KIND_FUNDING:
            model.onFunding(FundingEvent(batch.pointee.funding, row), &forecasts)
        case RIALTO_KIND_MARKS: model.onMark(MarkEvent(batch.pointee.marks, row), &forecasts)
        case RIALTO_KIND_OPEN_INTEREST:
            model.onOpenInterest(OpenInterestEvent(batch.pointee.open_interest, row), &forecasts)
        case RIALTO_KIND_LIQUIDATIONS:
            model.onLiquidation(LiquidationEvent(batch.pointee.liquidations, row), &forecasts)
        case RIALTO_KIND_TEXTS: model.onText(TextEvent(batch.pointee.texts, row), &forecasts)
        case RIALTO_KIND_SERIES:
            model.onSeries(SeriesEvent(batch.pointee.series, row), &forecasts)
        default: break
        }
        entry &+= 1
        if forecasts.count + forecasts.room > forecasts.capacity,
            entry == count || entryTime(batch, entry) != entryTime(batch, entry &- 1)
        {
            break
        }
    }
    return UInt32(truncatingIfNeeded: entry)
}
