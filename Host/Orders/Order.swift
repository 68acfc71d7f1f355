import RialtoValues

/// Whom an order serves.
package enum OrderPurpose: UInt8, Sendable {
    /// What is left of several instances' targets after crossing.
    case netted = 1
    /// An order that one instance asked for.
    case explicit = 2
    /// A stop or take-profit that the host keeps for what an instance opened.
    case protective = 3
    /// A part of an order that an algorithm works.
    case child = 4
    /// The venue, or the host before it, closes what margin no longer covers.
    case liquidation = 5
    /// The instrument ends: it expires, or is taken off the market.
    case settlement = 6

    // Patterns instead of ==, which is generic for raw values and costs a call through a witness.
    @inlinable package var isNetted: Bool { if case .netted = self { true } else { false } }
    @inlinable package var isExplicit: Bool { if case .explicit = self { true } else { false } }
    @inlinable package var isProtective: Bool {
        if case .protective = self { true } else { false }
    }
    /// Whether it only closes what is held: it binds no money and is not counted as under way.
    @inlinable package var isClosing: Bool {
        switch self {
        case .protective, .liquidation, .settlement: true
        case .netted, .explicit, .child: false
        }
    }
    /// Whether it closes what is held at a price that is known already.
    @inlinable package var isForced: Bool {
        switch self {
        case .liquidation, .settlement: true
        case .netted, .explicit, .protective, .child: false
        }
    }
}

/// What is learned about an order, from the venue or from our own side.
package enum OrderEvent: Equatable, Sendable {
    case submitted
    case accepted
    /// A stop's trigger was met.
    case triggered
    case filled(quantity: Int64)
    case canceled
    case expired
    case rejected
    /// No answer came in time: the order may or may not work.
    case unanswered
    case cancelRequested
    case cancelRefused
}

/// Why an event does not fit an order.
package enum OrderError: Error, Equatable, Sendable {
    /// The fill is not above zero or exceeds what is left.
    case overfilled(left: Int64, found: Int64)
}

/// An instruction to a venue, and what has become of it.
package struct Order: Equatable, Sendable {
    /// The terms; fixed for the life of the order.
    package struct Terms: Equatable, Sendable {
        package var instrument: Int
        package var side: Side
        package var type: OrderType
        package var timeInForce: TimeInForce
        package var isPostOnly: Bool
        package var isReduceOnly: Bool
        /// In quantity units, above 0.
        package var quantity: Int64
        /// In price units; 0 for market and stop orders.
        package var price: Int64
        /// In price units; 0 for market and limit orders.
        package var trigger: Int64
        /// Unix nanoseconds; 0 never.
        package var expires_ns: Int64

        package init(
            instrument: Int, side: Side, type: OrderType, timeInForce: TimeInForce,
            isPostOnly: Bool, isReduceOnly: Bool, quantity: Int64, price: Int64, trigger: Int64,
            expires_ns: Int64
        ) {
            self.instrument = instrument
            self.side = side
            self.type = type
            self.timeInForce = timeInForce
            self.isPostOnly = isPostOnly
            self.isReduceOnly = isReduceOnly
            self.quantity = quantity
            self.price = price
            self.trigger = trigger
            self.expires_ns = expires_ns
        }
    }

    package let purpose: OrderPurpose
    package let terms: Terms
    package private(set) var filled: Int64 = 0
    private var facts: Facts = []
    private var cancelRequests: UInt8 = 0
    private var cancelRefusals: UInt8 = 0

    package init(purpose: OrderPurpose, terms: Terms) {
        precondition(terms.quantity > 0, "an order's quantity is above zero")
        self.purpose = purpose
        self.terms = terms
    }

    /// What is known of an order. States follow from facts, never from their order of arrival.
    private struct Facts: OptionSet {
        let rawValue: UInt8
        static let accepted = Facts(rawValue: 1)
        static let triggered = Facts(rawValue: 2)
        static let canceled = Facts(rawValue: 4)
        static let expired = Facts(rawValue: 8)
        static let rejected = Facts(rawValue: 16)
        static let unanswered = Facts(rawValue: 32)
        /// Facts that say that the venue took the order.
        static let taken: Facts = [.accepted, .triggered, .canceled, .expired]
    }

    /// In quantity units, 0 or more.
    package var left: Int64 { terms.quantity - filled }

    /// Whether a stop's trigger is known to have been met.
    package var isTriggered: Bool { facts.contains(.triggered) }

    /// Whether a cancel was asked for and neither refused nor done.
    package var isCancelPending: Bool { !state.isTerminal && cancelRequests > cancelRefusals }

    /// Whether the venue said two things that cannot both be true: it refused the order, and it
    /// took it.
    package var isContradictory: Bool {
        facts.contains(.rejected) && (filled > 0 || !facts.isDisjoint(with: .taken))
    }

    /// Where the order stands. The strongest fact wins: whole fill, rejection, cancel, expiry,
    /// part fill, acceptance. Without any of them an order whose answer is overdue is unknown,
    /// which is not rejected: it may work. Unknown is a contradictory order too.
    package var state: OrderState {
        if facts.contains(.rejected) { return isContradictory ? .unknown : .rejected }
        if filled == terms.quantity { return .filled }
        if facts.contains(.canceled) { return .canceled }
        if facts.contains(.expired) { return .expired }
        if filled > 0 { return .partlyFilled }
        if !facts.isDisjoint(with: .taken) { return .accepted }
        return facts.contains(.unanswered) ? .unknown : .submitted
    }

    /// Takes note of an event. Events may come in any order and more than once (fills once, see
    /// ``TrackedOrder``), and end in the same state: a fill after a cancel is a late report, a
    /// cancel after the whole fill changes nothing.
    ///
    /// - Throws: ``OrderError`` for a fill that does not fit; the order is unchanged.
    package mutating func apply(_ event: OrderEvent) throws(OrderError) {
        switch event {
        case .submitted: break
        case .accepted: facts.insert(.accepted)
        case .triggered: facts.insert(.triggered)
        case .canceled: facts.insert(.canceled)
        case .expired: facts.insert(.expired)
        case .rejected: facts.insert(.rejected)
        case .unanswered: facts.insert(.unanswered)
        case .cancelRequested: cancelRequests = min(cancelRequests &+ 1, 254)
        case .cancelRefused: cancelRefusals = min(cancelRefusals &+ 1, 254)
        case .filled(let quantity):
            guard quantity > 0, quantity <= left else {
                throw .overfilled(left: left, found: quantity)
            }
            filled += quantity
        }
    }
}
