import RialtoValues

/// Whom an order serves.
package enum OrderPurpose: UInt8, Sendable {
    /// What is left of several instances' targets after crossing.
    case netted = 1
    /// An order that one instance asked for.
    case explicit = 2
    /// A stop or take-profit that the host keeps for what an instance opened.
    case protective = 3
}

/// What happens to an order.
package enum OrderEvent: Equatable, Sendable {
    case submitted
    case accepted
    case filled(quantity: Int64)
    case canceled
    case expired
    case rejected
}

/// Why an event does not fit an order's state.
package enum OrderError: Error, Equatable, Sendable {
    /// The order in `state` cannot have this happen to it.
    case unexpected(state: OrderState)
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
    package private(set) var state: OrderState = .submitted
    package private(set) var filled: Int64 = 0

    package init(purpose: OrderPurpose, terms: Terms) {
        precondition(terms.quantity > 0, "an order's quantity is above zero")
        self.purpose = purpose
        self.terms = terms
    }

    /// In quantity units, 0 or more.
    package var left: Int64 { terms.quantity - filled }

    /// Moves the order on. A fill may come after a cancel: venues report late.
    ///
    /// - Throws: ``OrderError``; the order is unchanged.
    package mutating func apply(_ event: OrderEvent) throws(OrderError) {
        switch (event, state) {
        case (.submitted, .submitted): break
        case (.accepted, .submitted): state = .accepted
        case (.filled(let quantity), .submitted), (.filled(let quantity), .accepted),
            (.filled(let quantity), .partlyFilled), (.filled(let quantity), .canceled),
            (.filled(let quantity), .expired):
            try fill(quantity)
        case (.canceled, .submitted), (.canceled, .accepted), (.canceled, .partlyFilled):
            state = .canceled
        case (.expired, .accepted), (.expired, .partlyFilled), (.expired, .submitted):
            state = .expired
        case (.rejected, .submitted): state = .rejected
        default: throw .unexpected(state: state)
        }
    }

    private mutating func fill(_ quantity: Int64) throws(OrderError) {
        guard quantity > 0, quantity <= left else { throw .overfilled(left: left, found: quantity) }
        filled += quantity
        if left == 0 {
            state = .filled
        } else if !state.isTerminal {
            state = .partlyFilled
        }
    }
}
