import RialtoValues

/// A book's part of one fill.
package struct FillShare: Hashable, Sendable {
    /// Index of the virtual book.
    package let book: Int
    /// In quantity units, above 0.
    package let quantity: Int64

    package init(book: Int, quantity: Int64) {
        self.book = book
        self.quantity = quantity
    }
}

/// One account: what the venue sees, and the virtual books that add up to it, to the unit, always.
///
/// Book 0 holds the money that no instance was given.
package struct AccountLedger: Sendable {
    package let id: String
    package private(set) var account: Book
    package private(set) var books: [Book]
    private let valuations: [Valuation]

    /// - Parameters:
    ///   - equity: Cash of the account at the start, in units of 10^-18.
    ///   - capital: What each instance is given of it; the sum is at most `equity`.
    package init(id: String, equity: Int128, capital: [Int128], valuations: [Valuation]) {
        let given = capital.reduce(0, +)
        precondition(given <= equity, "capital above equity")
        self.id = id
        self.valuations = valuations
        account = Book(cash: equity, instruments: valuations.count)
        books = ([equity - given] + capital).map { Book(cash: $0, instruments: valuations.count) }
    }

    /// Books a fill of the venue and splits it: each share at the same price, the fee and what
    /// rounding leaves by largest remainder.
    ///
    /// - Parameter shares: Quantities above 0 that add up to the fill's.
    /// - Returns: The fee of each share, in the order of `shares`.
    /// - Throws: ``LedgerError``; the ledger is unchanged.
    package mutating func apply(
        _ fill: LedgerFill, shares: [FillShare]
    ) throws(LedgerError) -> [Int128] {
        guard fill.quantity > 0, fill.price > 0 else { throw .notPositive }
        let value = try valuations[fill.instrument].value(
            price: fill.price, quantity: fill.quantity)
        return try split(fill, value: value, shares: shares)
    }

    /// Books a fill that belongs to one book whole; as `apply` without the arrays.
    package mutating func apply(_ fill: LedgerFill, book: Int) throws(LedgerError) {
        guard fill.quantity > 0, fill.price > 0 else { throw .notPositive }
        let value = try valuations[fill.instrument].value(
            price: fill.price, quantity: fill.quantity)
        let before = account.trace(of: fill.instrument)
        try account.apply(fill, value: value)
        do throws(LedgerError) { try books[book].apply(fill, value: value) } catch {
            account.restore(before, of: fill.instrument)
            throw error
        }
        verify(fill.instrument)
    }

    private mutating func split(
        _ fill: LedgerFill, value: Int128, shares: [FillShare]
    )
        throws(LedgerError) -> [Int128]
    {
        let weights = shares.map(\.quantity)
        precondition(weights.reduce(0, +) == fill.quantity, "shares add up to the fill")
        let fees = LargestRemainder.split(fill.fee, by: weights)
        let values = LargestRemainder.split(value, by: weights)
        let before = account.trace(of: fill.instrument)
        try account.apply(fill, value: value)
        do throws(LedgerError) {
            try enter(
                zip(shares, zip(values, fees)).map { share, amounts in
                    let part = LedgerFill(
                        instrument: fill.instrument, side: fill.side, price: fill.price,
                        quantity: share.quantity, fee: amounts.1)
                    return (book: share.book, fill: part, value: amounts.0)
                })
        } catch {
            account.restore(before, of: fill.instrument)
            throw error
        }
        verify(fill.instrument)
        return fees
    }

    /// Books each part in its book: all of them, or none.
    private mutating func enter(
        _ parts: [(book: Int, fill: LedgerFill, value: Int128)]
    ) throws(LedgerError) {
        var done: [(book: Int, instrument: Int, trace: Book.Trace)] = []
        for part in parts {
            let instrument = part.fill.instrument
            let trace = books[part.book].trace(of: instrument)
            do throws(LedgerError) {
                try books[part.book].apply(part.fill, value: part.value)
            } catch {
                for entry in done.reversed() {
                    books[entry.book].restore(entry.trace, of: entry.instrument)
                }
                throw error
            }
            done.append((part.book, instrument, trace))
        }
    }

    /// Crosses quantities between books at one price, without fee; the account does not change.
    ///
    /// - Parameters:
    ///   - buys: What each buyer gets. Adds up to `sells`.
    ///   - sells: What each seller gives.
    package mutating func cross(
        instrument: Int, price: Int64, buys: [FillShare], sells: [FillShare]
    )
        throws(LedgerError)
    {
        let quantity = buys.reduce(0) { $0 + $1.quantity }
        precondition(
            quantity == sells.reduce(0) { $0 + $1.quantity }, "both sides of a crossing agree")
        guard quantity > 0, price > 0 else { throw .notPositive }
        let value = try valuations[instrument].value(price: price, quantity: quantity)
        var parts: [(book: Int, fill: LedgerFill, value: Int128)] = []
        for (side, shares) in [(Side.buy, buys), (Side.sell, sells)] {
            let values = LargestRemainder.split(value, by: shares.map(\.quantity))
            for (share, value) in zip(shares, values) {
                let part = LedgerFill(
                    instrument: instrument, side: side, price: price, quantity: share.quantity,
                    fee: 0)
                parts.append((share.book, part, value))
            }
        }
        try enter(parts)
        verify(instrument)
    }

    /// Sets `amount` of a book's cash aside for a working order; below 0 gives it back.
    package mutating func reserve(_ amount: Int128, book: Int) { books[book].reserve(amount) }

    /// Stops the process when the books do not add up: no money may move on a wrong ledger.
    private func verify(_ instrument: Int) {
        var cash: Int128 = 0, quantity: Int64 = 0, fees: Int128 = 0
        for book in books {
            cash += book.cash
            fees += book.fees
            quantity += book.positions[instrument].quantity
        }
        precondition(cash == account.cash, "virtual cash adds up to the account")
        precondition(fees == account.fees, "virtual fees add up to the account")
        precondition(
            quantity == account.positions[instrument].quantity,
            "virtual positions add up to the account")
    }
}

/// Splits a whole into integer parts by weight, each within one unit of its exact share.
package enum LargestRemainder {
    /// Returns parts of `total` in proportion to `weights`; ties go to the earlier.
    ///
    /// - Parameter weights: Above 0, at least one.
    package static func split(_ total: Int128, by weights: [Int64]) -> [Int128] {
        if weights.count == 1 { return [total] }
        let sum = weights.reduce(Int128(0)) { $0 + Int128($1) }
        let magnitude = total.magnitude
        var parts: [Int128] = [], rests: [(rest: UInt128, index: Int)] = []
        var left = magnitude
        for (index, weight) in weights.enumerated() {
            let wide = magnitude.multipliedFullWidth(by: UInt128(weight))
            let (quotient, rest) = UInt128(sum).dividingFullWidth(wide)
            parts.append(Int128(quotient))
            rests.append((rest, index))
            left -= quotient
        }
        rests.sort { $0.rest != $1.rest ? $0.rest > $1.rest : $0.index < $1.index }
        for entry in rests.prefix(Int(left)) { parts[entry.index] += 1 }
        return total < 0 ? parts.map { -$0 } : parts
    }

    /// As `split`, for quantities.
    package static func split(_ total: Int64, by weights: [Int64]) -> [Int64] {
        split(Int128(total), by: weights).map(Int64.init)
    }
}
