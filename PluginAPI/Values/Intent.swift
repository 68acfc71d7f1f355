/// What an intent asks for.
@frozen public enum IntentKind: UInt8, Sendable {
    case target = 1
    case order = 2
    case cancel = 3
    case replace = 4
    case timer = 5
    case log = 6
    case note = 7
    case set = 8
    /// Of the draft `rialto.requests/1`.
    case request = 9

    /// Whether it ends the run of events that an instance is given, unless it is open loop.
    @inlinable public var stops: Bool { rawValue <= 5 || self == .request }

    /// Whether it ends that of an open loop too: what it leads to comes at a time of its own.
    @inlinable public var stopsAll: Bool { self == .timer || self == .request }
}

/// How an order is to be executed.
@frozen public enum OrderType: UInt8, Sendable {
    case market = 1
    case limit = 2
    case stop = 3
    case stopLimit = 4
    case trailingStop = 5
}

/// How long an order is to work.
@frozen public enum TimeInForce: UInt8, Sendable {
    case goodTillCancel = 0
    case immediateOrCancel = 1
    case fillOrKill = 2
    case goodTillTime = 3
}

/// What a strategy wants, after the host has checked its form. Fields that its kind does not name
/// are 0.
@frozen public struct Intent: Equatable, Sendable {
    public var kind: IntentKind
    /// Whether it buys or sells.
    public var side: Side
    /// Market, limit, stop or stop limit.
    public var orderType: OrderType
    /// How long it works.
    public var timeInForce: TimeInForce
    /// Entry of the batch that it answers.
    public var row: UInt32
    /// Time of that entry; filled in by whoever handed out the batch.
    public var time_ns: Int64
    /// Index of the instrument, stable for one run.
    public var instrument: UInt32
    /// Refused when it would fill at once.
    public var isPostOnly: Bool
    /// Only ever brings the position nearer to 0.
    public var isReduceOnly: Bool
    /// Number of the link's kind in the contract; 0 none.
    public var link: UInt8
    /// Number of the execution algorithm in the contract; 0 none.
    public var algorithm: UInt8
    /// The plugin's own code, shown in explanations.
    public var reason: UInt32
    /// The plugin's own id of the order, timer or request.
    public var orderId: UInt64
    /// What the linked orders have in common; 0 none.
    public var linkId: UInt64
    /// Target: signed position. Order: above 0.
    public var quantity: Int64
    /// In the instrument's price unit.
    public var price: Int64
    /// Price that sets a stop off, in the price unit; 0 none.
    public var triggerPrice: Int64
    /// Protective stop of what it opens, in the price unit; 0 none.
    public var stopPrice: Int64
    /// Where what it opens is closed with a profit, in the price unit; 0 none.
    public var takeProfitPrice: Int64
    /// Closes the position this long after its first fill; 0 never.
    public var timeStop_ns: Int64
    /// When an order expires, a timer comes or a request is given up, Unix nanoseconds UTC; 0
    /// never.
    public var expireTime_ns: Int64
    /// How long the execution algorithm works, in nanoseconds; 0 where it does not ask.
    public var algorithmDuration_ns: Int64
    /// What the execution algorithm shows, in the quantity unit; 0 where it does not ask.
    public var algorithmQuantity: Int64
    /// Rate of the execution algorithm in 10^-6: share of volume, jitter or risk aversion.
    public var algorithmRate_e6: UInt32
    /// Index into the texts that came with it, or -1.
    public var text: Int32

    @inlinable
    public init(kind: IntentKind, row: UInt32, instrument: UInt32, quantity: Int64) {
        self.kind = kind
        self.row = row
        side = .buy
        orderType = .market
        timeInForce = .goodTillCancel
        time_ns = 0
        self.instrument = instrument
        isPostOnly = false
        isReduceOnly = false
        link = 0
        algorithm = 0
        reason = 0
        orderId = 0
        linkId = 0
        self.quantity = quantity
        price = 0
        triggerPrice = 0
        stopPrice = 0
        takeProfitPrice = 0
        timeStop_ns = 0
        expireTime_ns = 0
        algorithmDuration_ns = 0
        algorithmQuantity = 0
        algorithmRate_e6 = 0
        text = -1
    }
}

/// A text that a strategy sent: a log line, a note for people, a stored value with its key, or a
/// request.
public struct IntentText: Equatable, Sendable {
    /// Empty unless the text is a stored value.
    public let key: String
    /// What it says.
    public let text: String

    public init(key: String, text: String) {
        self.key = key
        self.text = text
    }
}

/// Where a strategy's intents are gathered, already checked for form.
public struct IntentSink {
    /// What was wanted, in the order of their rows.
    public var intents: [Intent] = []
    /// Logs, notes and stored values, in the order of their rows.
    public var texts: [IntentText] = []

    public init() {}
}
