import RialtoOrders
import RialtoValues

/// What the venue says of an order, as an exchange plugin must understand it.
package struct VenueAnswer: Equatable, Sendable {
    /// Number of the order, from 0.
    package let number: Int
    package let terms: Order.Terms
    package let state: OrderState
    package let filled: Int64
    /// What was just filled; 0 when nothing was.
    package let fillPrice: Int64
    package let fillQuantity: Int64
    /// In units of 10^-18.
    package let fee: Int128
    package let time_ns: Int64
}

/// An exchange plugin as the engine knows it: every order that leaves goes through it, and so does
/// every answer of the venue.
///
/// Market and limit orders only: the host keeps stops itself.
package struct ExchangePort {
    /// Encodes an order and reads it back: terms, number, time. Returns why it must not be sent,
    /// or nil.
    package let onOrder: (Order.Terms, Int, Int64) -> String?
    /// Decodes the venue's answer. Returns what differs from the truth, or nil.
    package let onAnswer: (VenueAnswer) -> String?

    package init(
        onOrder: @escaping (Order.Terms, Int, Int64) -> String?,
        onAnswer: @escaping (VenueAnswer) -> String?
    ) {
        self.onOrder = onOrder
        self.onAnswer = onAnswer
    }
}

extension Engine {
    /// Why the exchange plugin keeps an order from leaving, or nil.
    func exchangeRefusal(of terms: Order.Terms) -> OrderReason? {
        guard let exchange = setup.exchange, terms.trigger == 0 else { return nil }
        return exchange.onOrder(terms, orderCount, now_ns) == nil ? nil : .venue
    }

    /// Lets the exchange plugin decode what the venue says of an order; a difference ends the run.
    mutating func tellExchange(
        _ index: Int, price: Int64, quantity: Int64, fee: Int128
    ) {
        guard let exchange = setup.exchange, slots[index].order.terms.trigger == 0,
            !slots[index].order.purpose.isForced
        else { return }
        let difference = exchange.onAnswer(
            VenueAnswer(
                number: slots[index].number, terms: slots[index].order.terms,
                state: slots[index].order.state, filled: slots[index].order.filled,
                fillPrice: price, fillQuantity: quantity, fee: fee, time_ns: now_ns))
        if let difference, exchangeFault == nil { exchangeFault = difference }
    }
}
