import RialtoKit

/// One event to push.
public enum TestEvent: Equatable, Sendable {
    /// A closed bar.
    case bar(Bar)
    /// A trade on a venue.
    case trade(Trade)
    /// Best bid and ask.
    case quote(Quote)
    /// A whole order book.
    case book(TestBook)
    /// A change of one level of an order book.
    case bookDelta(BookDelta)
    /// What trading, or what is heard of it, has come to.
    case status(StatusEvent)
    /// Funding as it is exchanged.
    case funding(FundingEvent)
    /// What positions are valued at.
    case mark(MarkEvent)
    /// How much is open.
    case openInterest(OpenInterestEvent)
    /// A position closed by force.
    case liquidation(LiquidationEvent)
    /// A news item or post.
    case text(TextEvent)
    /// A forecast of a model or of the ensemble.
    case forecast(ForecastEvent)
    /// A number published under a name that the plugin reads; see ``TestHost/reads``.
    case series(SeriesEvent)
    /// What became of an order.
    case order(OrderEvent)
    /// A fill of this instance.
    case fill(FillEvent)
    /// The instance's book.
    case account(AccountEvent)
    /// A timer; those that the plugin asks for come by themselves.
    case timer(id: UInt64, time_ns: Int64)
    /// An answer to a request of an exchange.
    case response(TestResponse)

    /// A bar of one minute whose prices are all `close`, or reach from `low` to `high`.
    public static func bar(
        at time_ns: Int64, _ instrument: UInt32 = 0, close: Int64, high: Int64? = nil,
        low: Int64? = nil, volume: Int64 = 1, interval_ns: Int64 = 60_000_000_000
    ) -> TestEvent {
        .bar(
            Bar(
                time_ns: time_ns, instrument: instrument, interval_ns: interval_ns, open: close,
                high: high ?? close, low: low ?? close, close: close, volume: volume))
    }

    /// A trade of one unit whose taker is not known.
    public static func trade(
        at time_ns: Int64, _ instrument: UInt32 = 0, price: Int64, quantity: Int64 = 1
    ) -> TestEvent {
        .trade(
            Trade(
                time_ns: time_ns, instrument: instrument, price: price, quantity: quantity,
                takerSide: UInt8(RIALTO_SIDE_UNKNOWN)))
    }

    /// What trading or a feed has come to, `RIALTO_STATUS_...`.
    public static func status(
        at time_ns: Int64, _ status: UInt32, of instrument: UInt32 = 0
    ) -> TestEvent {
        .status(StatusEvent(time_ns: time_ns, instrument: instrument, status: status))
    }

    /// The ensemble's probability, 0...1, that the price is higher after `horizon_ns`.
    public static func ensemble(
        at time_ns: Int64, _ instrument: UInt32 = 0, up probability: Double,
        horizon_ns: Int64 = 3_600_000_000_000, confidence: Double = 1
    ) -> TestEvent {
        .forecast(
            ForecastEvent(
                time_ns: time_ns, instrument: instrument,
                kind: UInt8(RIALTO_FORECAST_PROBABILITY_UP), horizon_ns: horizon_ns,
                validUntil_ns: time_ns + horizon_ns, confidence: confidence, value: probability))
    }

    /// When it is delivered, Unix nanoseconds UTC.
    public var time_ns: Int64 {
        switch self {
        case .bar(let event): event.time_ns
        case .trade(let event): event.time_ns
        case .quote(let event): event.time_ns
        case .book(let event): event.time_ns
        case .bookDelta(let event): event.time_ns
        case .status(let event): event.time_ns
        case .funding(let event): event.time_ns
        case .mark(let event): event.time_ns
        case .openInterest(let event): event.time_ns
        case .liquidation(let event): event.time_ns
        case .text(let event): event.time_ns
        case .forecast(let event): event.time_ns
        case .series(let event): event.time_ns
        case .order(let event): event.time_ns
        case .fill(let event): event.time_ns
        case .account(let event): event.time_ns
        case .timer(_, let time_ns): time_ns
        case .response(let event): event.time_ns
        }
    }

    /// `RIALTO_KIND_...`
    public var kind: UInt32 {
        switch self {
        case .bar: RIALTO_KIND_BARS
        case .trade: RIALTO_KIND_TRADES
        case .quote: RIALTO_KIND_QUOTES
        case .book: RIALTO_KIND_BOOKS
        case .bookDelta: RIALTO_KIND_BOOK_DELTAS
        case .status: RIALTO_KIND_STATUS
        case .funding: RIALTO_KIND_FUNDING
        case .mark: RIALTO_KIND_MARKS
        case .openInterest: RIALTO_KIND_OPEN_INTEREST
        case .liquidation: RIALTO_KIND_LIQUIDATIONS
        case .text: RIALTO_KIND_TEXTS
        case .forecast: RIALTO_KIND_FORECASTS
        case .series: RIALTO_KIND_SERIES
        case .order: RIALTO_KIND_OWN_ORDERS
        case .fill: RIALTO_KIND_FILLS
        case .account: RIALTO_KIND_ACCOUNT
        case .timer: RIALTO_KIND_TIMERS
        case .response: RIALTO_KIND_RESPONSES
        }
    }

    private var instrument: UInt32 {
        switch self {
        case .bar(let event): event.instrument
        case .trade(let event): event.instrument
        case .quote(let event): event.instrument
        case .book(let event): event.instrument
        case .bookDelta(let event): event.instrument
        case .status(let event): event.instrument
        case .funding(let event): event.instrument
        case .mark(let event): event.instrument
        case .openInterest(let event): event.instrument
        case .liquidation(let event): event.instrument
        case .text(let event): event.instrument ?? RIALTO_NONE
        case .forecast(let event): event.instrument
        // Published numbers of one time keep the order in which they were published.
        case .series: 0
        case .order(let event): event.instrument
        case .fill(let event): event.instrument
        case .account, .timer, .response: 0
        }
    }

    /// Whether the host hands `self` over before `other`; equal ones keep their order.
    func comes(before other: TestEvent) -> Bool {
        (time_ns, kind, instrument) < (other.time_ns, other.kind, other.instrument)
    }
}

/// A whole order book to push.
public struct TestBook: Equatable, Sendable {
    /// When it is delivered, Unix nanoseconds UTC.
    public let time_ns: Int64
    /// Index of the instrument.
    public let instrument: UInt32
    /// Best first.
    public let bids: [BookLevel]
    /// Best first.
    public let asks: [BookLevel]

    public init(
        time_ns: Int64, instrument: UInt32 = 0, bids: [BookLevel], asks: [BookLevel]
    ) {
        self.time_ns = time_ns
        self.instrument = instrument
        self.bids = bids
        self.asks = asks
    }
}
