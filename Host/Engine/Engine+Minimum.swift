import RialtoLedger
import RialtoOrders
import RialtoValues

/// The least that an order at the venue may be worth.
extension Engine {
    /// An order's value at its own price, at the last price for one without; 0 where no minimum
    /// asks for it, or where it does not fit.
    func worth(of terms: Order.Terms, _ account: Int) -> Int128 {
        guard setup.venue.notionalMin > 0 else { return 0 }
        let own = terms.price > 0 && terms.type != .trailingStop ? terms.price : terms.trigger
        let price = own > 0 ? own : marks[terms.instrument]
        return notional(terms.instrument, price: price, quantity: terms.quantity, account) ?? 0
    }

    /// Whether the venue refuses an order that has come because it is worth too little there. What
    /// only reduces the account's position may be of any size.
    func isBelowMinimum(_ index: Int) -> Bool {
        let order = slots[index].order, terms = order.terms
        guard setup.venue.notionalMin > 0, !order.purpose.isClosing, !terms.isReduceOnly,
            worth(of: terms, slots[index].account) < setup.venue.notionalMin
        else { return false }
        let held = accounts[slots[index].account].ledger.account.positions[terms.instrument]
        let isOpposite = held.quantity != 0 && (held.quantity > 0) == (terms.side == .sell)
        return !isOpposite || terms.quantity > Int64(clamping: held.quantity.magnitude)
    }
}
