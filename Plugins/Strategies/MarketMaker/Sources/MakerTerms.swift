import RialtoKit

/// The market maker's parameters, in no instrument's units yet.
struct MakerTerms {
    let quantity: DecimalValue
    let inventoryMax: DecimalValue
    /// Least half spread, in ticks.
    let halfSpread: Int64
    /// Half spread in deviations of the mid price over one sample; 0 for none.
    let spreadVolatility: Double
    /// Lean of the reservation price at full inventory, in half spreads.
    let skew: Double
    /// Ticks by which a quote must be off to be moved.
    let threshold: Int64
    /// Between two moves of one quote.
    let rest_ns: Int64
    let sample_ns: Int64
    let volatilityLength: Int64
    let allowsShort: Bool
    /// After a refusal.
    let pause_ns: Int64

    init(_ setup: Setup) {
        quantity = setup.decimal(1)
        inventoryMax = setup.decimal(2)
        halfSpread = setup.integer(3)
        spreadVolatility = setup.number(4)
        skew = setup.number(5)
        threshold = setup.integer(6)
        rest_ns = setup.integer(7)
        sample_ns = setup.integer(8)
        volatilityLength = setup.integer(9)
        allowsShort = setup.boolean(10)
        pause_ns = setup.integer(11)
    }
}

/// One order of a side, as the venue's reports have it.
struct WorkingQuote {
    /// 0 when there is none.
    var id: UInt64 = 0
    var price: Int64 = 0
    /// What may still fill.
    var left: Int64 = 0
    /// What the reports say has filled.
    var filled: Int64 = 0

    var isLive: Bool { id != 0 }

    /// Takes in a report. Returns what has newly filled.
    mutating func take(_ order: OrderEvent) -> Int64 {
        let more = max(0, order.filled - filled)
        filled += more
        left = max(0, left - more)
        return more
    }
}

extension OrderEvent {
    /// Whether no report of its order follows.
    var isLast: Bool {
        switch UInt32(state) {
        case RIALTO_ORDER_FILLED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_REJECTED,
            RIALTO_ORDER_EXPIRED:
            true
        default: false
        }
    }
}

/// One side of a quote: the order that should stand, and one that is being taken back.
struct QuoteSide {
    var standing = WorkingQuote()
    /// Canceled, but it may fill until the venue says that it is gone.
    var leaving = WorkingQuote()
    /// Nothing is placed before.
    var restsUntil_ns = Int64.min
    /// When the last order was placed.
    var placed_ns = Int64.min

    /// Takes in what became of an order. Returns what has newly filled; 0 for an order not its own.
    mutating func take(_ order: OrderEvent, pause_ns: Int64) -> Int64 {
        let isStanding = order.orderId == standing.id
        guard isStanding || order.orderId == leaving.id else { return 0 }
        if UInt32(order.state) == RIALTO_ORDER_REJECTED {
            restsUntil_ns = order.time_ns + pause_ns
        }
        let filled = isStanding ? standing.take(order) : leaving.take(order)
        if order.isLast {
            if isStanding { standing = WorkingQuote() } else { leaving = WorkingQuote() }
        }
        return filled
    }

    /// Cancels the standing order. Call it when none is leaving.
    mutating func leave() -> UInt64 {
        leaving = standing
        standing = WorkingQuote()
        return leaving.id
    }
}

/// The deviation of the mid price over one sample, an exponential average of squared changes.
struct SampledVolatility {
    private let sample_ns: Int64
    private let length: Int64
    private var sampled_ns: Int64 = 0
    private var mid = 0.0
    private var variance = 0.0
    private var count: Int64 = 0

    init(sample_ns: Int64, length: Int64) {
        self.sample_ns = sample_ns
        self.length = length
    }

    /// The deviation in price units; nil before as many samples as the average is long.
    var deviation: Double? { count >= length ? variance.squareRoot() : nil }

    /// Takes in a mid price; time does not fall. Without quotes for some samples, their change is
    /// spread over them.
    mutating func add(_ value: Double, at time_ns: Int64) {
        guard sampled_ns > 0 else {
            (mid, sampled_ns) = (value, time_ns)
            return
        }
        let samples = (time_ns - sampled_ns) / sample_ns
        guard samples > 0 else { return }
        let change = value - mid
        count = min(count + samples, 1 << 40)
        let weight = max(2 / Double(length + 1), 1 / Double(count)) * Double(samples)
        variance += (change * change / Double(samples) - variance) * min(1, weight)
        (mid, sampled_ns) = (value, sampled_ns + samples * sample_ns)
    }
}
