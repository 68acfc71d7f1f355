import RialtoKit

/// The breakout's parameters, in no instrument's units yet.
struct BreakoutTerms {
    /// Bars of the range.
    let length: Int
    /// Bars of the range that the stop follows; 0 none.
    let exitLength: Int
    let atrLength: Int
    /// Average true ranges from entry to stop.
    let stop: Double
    let isTrailing: Bool
    /// Average true ranges from entry to target; 0 none.
    let target: Double
    let quantity: DecimalValue
    let holdsShort: Bool
    /// Ticks beyond the range.
    let buffer: Int64

    init(_ setup: Setup) {
        length = Int(setup.integer(1))
        isTrailing = setup.boolean(5)
        exitLength = isTrailing ? 0 : Int(setup.integer(2))
        atrLength = Int(setup.integer(3))
        stop = setup.number(4)
        target = setup.number(6)
        quantity = setup.decimal(7)
        holdsShort = setup.boolean(8)
        buffer = setup.integer(9)
    }
}

/// An entry and its exits, as prices of whole ticks.
struct EntryPlan {
    let quantity: Int64
    let entry: Int64
    let stop: Int64
    /// From entry to stop.
    let distance: Int64
    let isTrailing: Bool
    /// 0 when there is none.
    let target: Int64
}

/// One order, as the venue's reports have it.
struct TrackedOrder {
    /// What has become of a change of its terms: the venue ends the order, and makes it anew under
    /// the same id.
    enum Change { case none, asked, remade }

    /// 0 when there is none.
    var id: UInt64 = 0
    /// What the reports say has filled.
    var filled: Int64 = 0
    var change = Change.none

    var isLive: Bool { id != 0 }

    /// Takes in a report. Returns what has newly filled.
    mutating func take(_ order: OrderEvent) -> Int64 {
        let more = max(0, order.filled - filled)
        filled += more
        switch UInt32(order.state) {
        case RIALTO_ORDER_ACCEPTED:
            if change == .remade { (change, filled) = (.none, 0) }
        case RIALTO_ORDER_CANCELED where change == .asked && !order.isByLink: change = .remade
        case RIALTO_ORDER_REJECTED where change == .asked && !order.isUnknown: change = .none
        case RIALTO_ORDER_FILLED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_REJECTED,
            RIALTO_ORDER_EXPIRED:
            self = TrackedOrder()
        default: break
        }
        return more
    }
}

extension OrderEvent {
    /// Whether an order that it was linked with has filled.
    fileprivate var isByLink: Bool { UInt32(reason) == RIALTO_REASON_LINKED }
    /// Whether what it answers came too late: the order is over.
    fileprivate var isUnknown: Bool { UInt32(reason) == RIALTO_REASON_UNKNOWN_ORDER }
}

/// The orders of one side: the entry, and the exits that go with it.
struct Attempt {
    var entry = TrackedOrder()
    var stop = TrackedOrder()
    var target = TrackedOrder()
    /// Where the stop stands.
    var stopPrice: Int64 = 0

    var isLive: Bool { entry.isLive || stop.isLive || target.isLive }

    /// Takes in a report. Returns what has newly been entered, less what has been left.
    mutating func take(_ order: OrderEvent) -> Int64 {
        if order.orderId == entry.id { return entry.take(order) }
        if order.orderId == stop.id { return -stop.take(order) }
        if order.orderId == target.id { return -target.take(order) }
        return 0
    }
}
