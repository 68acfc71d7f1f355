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
    ///   - balances: Cash in other currencies, which no instance is given: index and amount.
    ///   - home: Index of the currency of `equity` and `capital`.
    ///   - currencies: How many currencies there are.
    package init(
        id: String, equity: Int128, capital: [Int128], valuations: [Valuation],
        balances: [(currency: Int, amount: Int128)] = [], home: Int = 0, currencies: Int = 1
    ) {
        let given = capital.reduce(0, +), count = valuations.count
        precondition(given <= equity, "capital above equity")
        self.id = id
        self.valuations = valuations
        account = Book(cash: equity, instruments: count, home: home, currencies: currencies)
        books = ([equity - given] + capital).map {
            Book(cash: $0, instruments: count, home: home, currencies: currencies)
        }
        for balance in balances where balance.currency != home {
            // What is there at the start cannot overflow: the sums are 0.
            try? account.credit(balance.amount, in: balance.currency)
            try? books[0].credit(balance.amount, in: balance.currency)
        }
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
        let currency = valuations[fill.instrument].currency
        let before = account.trace(of: fill.instrument, currency: currency)
        try account.apply(fill, value: value, currency: currency)
        do throws(LedgerError) {
            try books[book].apply(fill, value: value, currency: currency)
        } catch {
            account.restore(before, of: fill.instrument, currency: currency)
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
        let currency = valuations[fill.instrument].currency
        let before = account.trace(of: fill.instrument, currency: currency)
        try account.apply(fill, value: value, currency: currency)
        do throws(LedgerError) {
            try enter(
                zip(shares, zip(values, fees)).map { share, amounts in
                    let part = LedgerFill(
                        instrument: fill.instrument, side: fill.side, price: fill.price,
                        quantity: share.quantity, fee: amounts.1)
                    return (book: share.book, fill: part, value: amounts.0)
                })
        } catch {
            account.restore(before, of: fill.instrument, currency: currency)
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
            let instrument = part.fill.instrument, currency = valuations[instrument].currency
            let trace = books[part.book].trace(of: instrument, currency: currency)
            do throws(LedgerError) {
                try books[part.book].apply(part.fill, value: part.value, currency: currency)
            } catch {
                for entry in done.reversed() {
                    books[entry.book].restore(
                        entry.trace, of: entry.instrument, currency: currency)
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

    /// Moves cash in the account's own currency between books: all of it, or nothing.
    ///
    /// - Parameters:
    ///   - amounts: What each book receives; below 0 it gives. They add up to 0.
    ///   - into: The books, in the order of `amounts`.
    package mutating func move(_ amounts: [Int128], into places: [Int]) throws(LedgerError) {
        precondition(amounts.count == places.count && amounts.reduce(0, +) == 0, "moves add up")
        var next = books
        for (amount, place) in zip(amounts, places) {
            try next[place].credit(amount, in: account.home)
        }
        books = next
        let cash = books.reduce(Int128(0)) { $0 + $1.cash }
        precondition(cash == account.cash, "virtual cash adds up to the account")
    }

    /// Pays every holder of an instrument, or lets it pay: funding and dividends.
    ///
    /// - Parameter amount: What a book, by index, receives for its position; below 0 where it pays.
    /// - Returns: What each book received, in the order of ``books``; empty where nobody holds it.
    package mutating func pay(
        _ instrument: Int, _ amount: (Int, Position) throws(LedgerError) -> Int128
    ) throws(LedgerError) -> [Int128] {
        guard books.contains(where: { $0.positions[instrument].quantity != 0 }) else { return [] }
        var next = self, paid: [Int128] = [], sum: Int128 = 0
        let currency = valuations[instrument].currency
        for index in books.indices {
            let part = try amount(index, books[index].positions[instrument])
            try next.books[index].credit(part, in: currency)
            paid.append(part)
            sum += part
        }
        try next.account.credit(sum, in: currency)
        self = next
        verify(instrument)
        return paid
    }

    /// Restates every position of an instrument that was split; fractions are paid out at `price`.
    ///
    /// - Returns: What each book received for its fraction, in the order of ``books``; empty where
    ///   nobody holds it.
    package mutating func restate(
        _ instrument: Int, _ split: ShareSplit, price: Int64
    ) throws(LedgerError) -> [Int128] {
        guard books.contains(where: { $0.positions[instrument].quantity != 0 }) else { return [] }
        var next = self, paid: [Int128] = []
        for index in books.indices {
            paid.append(
                try next.books[index].restate(
                    instrument, split, price: price, valuations[instrument]))
        }
        try next.account.adopt(
            instrument, split, from: next.books, paid: paid.reduce(0, +),
            in: valuations[instrument].currency)
        self = next
        verify(instrument)
        return paid
    }

    /// Stops the process when the books do not add up: no money may move on a wrong ledger.
    private func verify(_ instrument: Int) {
        var cash: Int128 = 0, quantity: Int64 = 0, fees: Int128 = 0
        let currency = valuations[instrument].currency
        for book in books {
            cash += book.cash(in: currency)
            fees += book.fees(in: currency)
            quantity += book.positions[instrument].quantity
        }
        precondition(cash == account.cash(in: currency), "virtual cash adds up to the account")
        precondition(fees == account.fees(in: currency), "virtual fees add up to the account")
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
