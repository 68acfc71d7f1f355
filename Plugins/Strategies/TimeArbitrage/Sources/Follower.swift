import RialtoKit

/// The instrument that is traded: what is shown, what is held, and the order that is out.
struct Follower {
    /// Net quantity that order reports add up to.
    private(set) var position: Int64 = 0
    private let quantity: Int64
    private let quantityStep: Int64
    /// Shares of the price.
    private let edge: Double
    private let fee: Double
    private let stop: Double
    private let hold_ns: Int64
    private let pause_ns: Int64
    private let allowsShort: Bool
    private var bid: Int64 = 0
    private var ask: Int64 = 0
    private var bidQuantity: Int64 = 0
    private var askQuantity: Int64 = 0
    /// Id of the order that is out; 0 none.
    private var orderId: UInt64 = 0
    private var sign: Int64 = 1
    private var filled: Int64 = 0
    /// Price that was offered, and the one that was expected, at the entry.
    private var entered = 0.0
    private var expected = 0.0
    private var entered_ns: Int64 = 0
    private var restsUntil_ns = Int64.min

    init(_ setup: Setup, _ instrument: InstrumentInfo) throws(PluginFailure) {
        guard let quantity = instrument.quantity(setup.decimal(6)), quantity > 0 else {
            throw PluginFailure("quantity is below one step of \(instrument.name)")
        }
        self.quantity = quantity
        quantityStep = instrument.quantityStep
        edge = setup.number(2) / 10_000
        fee = setup.number(3) / 10_000
        hold_ns = setup.integer(4)
        stop = setup.number(5) / 10_000
        pause_ns = setup.integer(7)
        allowsShort = setup.boolean(8)
    }

    /// Whether an order is out of which more is to be heard.
    var isOut: Bool { orderId != 0 }

    mutating func take(_ quote: Quote) {
        (bid, ask) = (quote.bidPrice, quote.askPrice)
        (bidQuantity, askQuantity) = (quote.bidQuantity, quote.askQuantity)
    }

    /// Takes in what became of the order that is out. Returns whether an entry has come to an end
    /// with a position.
    mutating func take(_ order: OrderEvent) -> Bool {
        guard order.orderId == orderId else { return false }
        let more = max(0, order.filled - filled), wasFlat = position == 0
        filled += more
        position += sign * more
        if wasFlat, position != 0 { entered_ns = order.time_ns }
        switch UInt32(order.state) {
        case RIALTO_ORDER_FILLED, RIALTO_ORDER_CANCELED, RIALTO_ORDER_REJECTED,
            RIALTO_ORDER_EXPIRED:
            orderId = 0
        default: return false
        }
        if position == 0 { restsUntil_ns = order.time_ns + pause_ns }
        return position != 0
    }

    mutating func send(id: UInt64, isBuy: Bool) {
        (orderId, sign, filled) = (id, isBuy ? 1 : -1, 0)
    }

    /// The order that a lag is worth, which then counts as sent as `id`; nil when it is worth none.
    mutating func entry(
        lag: Double, id: UInt64, at time_ns: Int64
    ) -> (isBuy: Bool, price: Int64, quantity: Int64)? {
        guard time_ns >= restsUntil_ns, bid > 0, ask > bid, lag != 0 else { return nil }
        let isBuy = lag > 0
        guard isBuy || allowsShort else { return nil }
        let middle = (Double(bid) + Double(ask)) / 2, price = Double(isBuy ? ask : bid)
        // In at the far side now, out at the far side then: the whole spread is paid.
        let spread = Double(ask - bid) / middle
        guard lag.magnitude - spread - 2 * fee >= edge else { return nil }
        let size = min(quantity, isBuy ? askQuantity : bidQuantity)
        let whole = size - size % quantityStep
        guard whole > 0 else { return nil }
        (entered, expected) = (price, middle * (1 + lag))
        send(id: id, isBuy: isBuy)
        return (isBuy, isBuy ? ask : bid, whole)
    }

    /// Why the position should be closed now, or nil.
    func exitReason(at time_ns: Int64) -> UInt32? {
        let isLong = position > 0
        if time_ns - entered_ns >= hold_ns { return LagReason.late }
        guard bid > 0, ask > 0 else { return nil }
        let middle = (Double(bid) + Double(ask)) / 2
        if isLong ? middle >= expected : middle <= expected { return LagReason.followed }
        let lost = isLong ? entered - Double(bid) : Double(ask) - entered
        return stop > 0 && lost >= entered * stop ? LagReason.stopped : nil
    }
}
