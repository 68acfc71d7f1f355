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

    /// Whether it ends the run of events that an instance is given, unless it is open loop.
    @inlinable public var stops: Bool { rawValue <= 5 }
}

/// How an order is to be executed.
@frozen public enum OrderType: UInt8, Sendable {
    case market = 1
    case limit = 2
    case stop = 3
    case stopLimit = 4
}

/// How long an order is to work.
@frozen public enum TimeInForce: UInt8, Sendable {
    case goodTillCancel = 0
    case immediateOrCancel = 1
    case fillOrKill = 2
    case goodTillTime = 3
}

/// What a strategy wants, after the host has checked its form. Fields that its kind does not name are 0.
@frozen public struct Intent: Equatable, Sendable {
    public var kind: IntentKind
    public var side: Side
    public var orderType: OrderType
    public var timeInForce: TimeInForce
    /// Entry of the batch that it answers.
    public var row: UInt32
    /// Time of that entry; filled in by whoever handed out the batch.
    public var time_ns: Int64
    public var instrument: UInt32
    public var isPostOnly: Bool
    public var isReduceOnly: Bool
    public var link: UInt8
    public var algorithm: UInt8
    /// The plugin's own code, shown in explanations.
    public var reason: UInt32
    /// The plugin's own id of the order or timer.
    public var orderId: UInt64
    public var linkId: UInt64
    /// Target: signed position. Order: above 0.
    public var quantity: Int64
    public var price: Int64
    public var triggerPrice: Int64
    public var stopPrice: Int64
    public var takeProfitPrice: Int64
    public var timeStop_ns: Int64
    public var expireTime_ns: Int64
    /// Index into the texts that came with it, or -1.
    public var text: Int32

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
        text = -1
    }
}

/// A text that a strategy sent: a log line, a note for people, or a stored value with its key.
public struct IntentText: Equatable, Sendable {
    /// Empty unless the text is a stored value.
    public let key: String
    public let text: String

    public init(key: String, text: String) {
        self.key = key
        self.text = text
    }
}

/// Where a strategy's intents are gathered, already checked for form.
public struct IntentSink {
    public var intents: [Intent] = []
    public var texts: [IntentText] = []

    public init() {}
}
