/// Forecasts as a strategy reads them, as columns of `count` rows in time order.
@frozen public struct ForecastEvents {
    public var count: Int
    /// When it was issued.
    public var time_ns: UnsafePointer<Int64>
    /// Index of the model in the run; UInt32.max is the ensemble.
    public var model: UnsafePointer<UInt32>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// `RIALTO_FORECAST_...`: 1 probability up, 2 mean and deviation, 3 quantiles, 4 target.
    public var kind: UnsafePointer<UInt8>
    /// Time until the outcome is known, nanoseconds above 0.
    public var horizon_ns: UnsafePointer<Int64>
    /// When the opinion is stale, Unix nanoseconds UTC.
    public var validUntil_ns: UnsafePointer<Int64>
    /// How sure it was, 0...1; 0 is asleep.
    public var confidence: UnsafePointer<Double>
    /// What was forecast, as its kind says.
    public var value: UnsafePointer<Double>
    /// Standard deviation of the return as a fraction; 0 where the kind has none.
    public var deviation: UnsafePointer<Double>
    /// The model's weight then, 0...1.
    public var weight: UnsafePointer<Double>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, model: UnsafePointer<UInt32>,
        instrument: UnsafePointer<UInt32>, kind: UnsafePointer<UInt8>,
        horizon_ns: UnsafePointer<Int64>, validUntil_ns: UnsafePointer<Int64>,
        confidence: UnsafePointer<Double>, value: UnsafePointer<Double>,
        deviation: UnsafePointer<Double>, weight: UnsafePointer<Double>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.model = model
        self.instrument = instrument
        self.kind = kind
        self.horizon_ns = horizon_ns
        self.validUntil_ns = validUntil_ns
        self.confidence = confidence
        self.value = value
        self.deviation = deviation
        self.weight = weight
    }
}

/// Numbers that models publish under names, as columns of `count` rows in time order.
@frozen public struct SeriesEvents {
    public var count: Int
    /// Of the row that was answered, Unix nanoseconds UTC.
    public var time_ns: UnsafePointer<Int64>
    /// Number of the name among those that the reader asked for.
    public var series: UnsafePointer<UInt32>
    /// Index of the instrument, stable for one run.
    public var instrument: UnsafePointer<UInt32>
    /// Finite, of whatever the name means.
    public var value: UnsafePointer<Double>

    public init(
        count: Int, time_ns: UnsafePointer<Int64>, series: UnsafePointer<UInt32>,
        instrument: UnsafePointer<UInt32>, value: UnsafePointer<Double>
    ) {
        self.count = count
        self.time_ns = time_ns
        self.series = series
        self.instrument = instrument
        self.value = value
    }
}

/// A timer that an instance asked for.
@frozen public struct TimerReport: Equatable, Sendable {
    public var time_ns: Int64
    /// As the intent gave it.
    public var id: UInt64

    public init(time_ns: Int64, id: UInt64) {
        self.time_ns = time_ns
        self.id = id
    }
}

/// What came of a request that an instance described.
@frozen public struct ResponseReport: Equatable, Sendable {
    /// When the host could know it, Unix nanoseconds UTC.
    public var time_ns: Int64
    /// As the intent gave it.
    public var id: UInt64
    /// HTTP status; -1 refused by the host, -2 no answer, -3 timeout.
    public var status: Int32
    /// Lines of `name: value`.
    public var headers: [UInt8]
    /// Unpacked; of a refusal why, for people.
    public var body: [UInt8]

    public init(time_ns: Int64, id: UInt64, status: Int32, headers: [UInt8], body: [UInt8]) {
        self.time_ns = time_ns
        self.id = id
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// A span of events that one hot call reads. Valid for the call.
///
/// Entry i is row `orderRow[i]` of the columns of kind `orderKind[i]`; without an order column it
/// is row i of the columns of `singleKind`.
public struct EventBatch {
    /// Most entries of one batch, over all kinds.
    public static let limit = 4096

    /// Whether these are events before the run, in which no intent is accepted.
    public var isWarmUp = false
    /// Whether the last time group goes on in the next batch.
    public var moreFollows = false
    /// Entries, 1 or more in a batch that is handed over.
    public var count = 0
    /// 0 when there is an order column.
    public var singleKind: UInt8 = 0
    /// Kind of each entry; nil when all are of one.
    public var orderKind: UnsafePointer<UInt8>?
    /// Row of each entry in its kind's columns; nil when entry i is row i.
    public var orderRow: UnsafePointer<UInt32>?
    /// Closed bars, if any.
    public var bars: BarEvents?
    /// Trades, if any.
    public var trades: TradeEvents?
    /// Best bids and asks, if any.
    public var quotes: QuoteEvents?
    /// Whole order books, if any.
    public var books: BookEvents?
    /// Changes of order books, if any.
    public var bookDeltas: BookDeltaEvents?
    /// States of instruments and feeds, if any.
    public var status: StatusEvents?
    /// Funding, if any.
    public var funding: FundingEvents?
    /// What contracts are marked at, are open and were closed by force, if any.
    public var contracts: ContractEvents?
    /// News and posts, if any.
    public var texts: TextEvents?
    /// Forecasts, if any.
    public var forecasts: ForecastEvents?
    /// Published numbers, if any.
    public var series: SeriesEvents?
    /// Reports on the instance's orders.
    public var ownOrders = UnsafeBufferPointer<OrderReport>(start: nil, count: 0)
    /// The instance's fills.
    public var fills = UnsafeBufferPointer<FillReport>(start: nil, count: 0)
    /// Timers that came due.
    public var timers = UnsafeBufferPointer<TimerReport>(start: nil, count: 0)
    /// What came of its requests.
    public var responses = UnsafeBufferPointer<ResponseReport>(start: nil, count: 0)
    /// The state of the instance's book, beside an own report.
    public var account = UnsafeBufferPointer<AccountReport>(start: nil, count: 0)

    public init() {}
}
