import RialtoLedger
import RialtoValues

/// How far one instance is from its target: above 0 it wants to buy, below 0 to sell.
package struct Claim: Equatable, Sendable {
    /// Index of the virtual book.
    package let book: Int
    /// Signed, in quantity units, not 0.
    package let quantity: Int64

    package init(book: Int, quantity: Int64) {
        self.book = book
        self.quantity = quantity
    }
}

/// What becomes of all claims on one instrument of one account.
package struct NettingPlan: Equatable, Sendable {
    /// Bought inside, by book. Adds up to `sells`.
    package var buys: [FillShare] = []
    package var sells: [FillShare] = []
    /// What goes to the market, by book: one order a side. After a crossing only one side is left.
    package var residual: [Claim] = []
}

/// Nets targets: opposite claims cross inside, the rest goes to market as one order.
package enum Netting {
    /// Returns the plan for `claims`, which are in the order of their books.
    ///
    /// Each side's part of the crossing is in proportion to its claims, by largest remainder, ties
    /// to the lower book.
    ///
    /// - Parameter crosses: Whether there is a price at which to cross; without one nothing crosses
    ///   and each side goes to market with an order of its own.
    package static func plan(_ claims: [Claim], crosses: Bool) -> NettingPlan {
        let buys = claims.filter { $0.quantity > 0 }, sells = claims.filter { $0.quantity < 0 }
        guard !buys.isEmpty, !sells.isEmpty else { return NettingPlan(residual: claims) }
        guard crosses else { return NettingPlan(residual: claims) }
        let bought = buys.reduce(Int64(0)) { $0 + $1.quantity }
        let sold = sells.reduce(Int64(0)) { $0 - $1.quantity }
        let crossed = min(bought, sold)
        let buyParts = parts(of: crossed, buys), sellParts = parts(of: crossed, sells)
        let rest =
            zip(buys, buyParts).map { Claim(book: $0.book, quantity: $0.quantity - $1) }
            + zip(sells, sellParts).map { Claim(book: $0.book, quantity: $0.quantity + $1) }
        return NettingPlan(
            buys: shares(buys, buyParts), sells: shares(sells, sellParts),
            residual: rest.filter { $0.quantity != 0 })
    }

    /// Returns how a fill of `quantity` is split over the claims of an order, by largest remainder.
    package static func shares(of quantity: Int64, among claims: [Claim]) -> [FillShare] {
        let weights = claims.map { Int64($0.quantity.magnitude) }
        let parts: [Int64] = LargestRemainder.split(quantity, by: weights)
        return shares(claims, parts)
    }

    private static func parts(of total: Int64, _ claims: [Claim]) -> [Int64] {
        LargestRemainder.split(total, by: claims.map { Int64($0.quantity.magnitude) })
    }

    private static func shares(_ claims: [Claim], _ parts: [Int64]) -> [FillShare] {
        zip(claims, parts).filter { $1 > 0 }.map { FillShare(book: $0.book, quantity: $1) }
    }
}
