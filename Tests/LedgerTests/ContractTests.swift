import RialtoLedger
import RialtoTestSupport
import RialtoValues
import Testing

private func contract(
    _ kind: InstrumentKind, multiplier: Int64 = 1, quantityDecimals: Int = 0
) -> Instrument {
    Instrument(
        name: "BTC/USD:BTC", venue: "", kind: kind, priceDecimals: 1,
        quantityDecimals: quantityDecimals, priceStep: 5, quantityStep: 1, currency: "BTC",
        multiplier: multiplier)
}

private func fill(
    _ side: Side, _ quantity: Int64, at price: Int64, fee: Int128 = 0, _ instrument: Int = 0
) -> LedgerFill {
    LedgerFill(instrument: instrument, side: side, price: price, quantity: quantity, fee: fee)
}

@Suite struct `An inverse contract` {
    @Test func `gains multiplier x quantity x (1/entry - 1/exit) of the base`() throws {
        // 100 contracts of 100 USD each from 10,000.0 to 12,500.0: 1 - 0.8 = 0.2 BTC.
        let inverse = try Valuation(contract(.inverse, multiplier: 100))
        var ledger = AccountLedger(
            id: "a", equity: one, capital: [one], valuations: [inverse])
        try ledger.apply(fill(.buy, 100, at: 100_000), book: 1)
        try ledger.apply(fill(.sell, 100, at: 125_000), book: 1)
        #expect(ledger.account.cash == one + one / 5)
        #expect(ledger.account.positions[0].realized == one / 5)
        #expect(try inverse.notional(price: 125_000, quantity: -100) == one * 4 / 5)
    }

    @Test func `loses for a short what it gains for a long`() throws {
        let inverse = try Valuation(contract(.inverse, multiplier: 100))
        var random = SeededGenerator(seed: 5)
        for _ in 0..<2_000 {
            let prices = (0..<3).map { _ in Int64.random(in: 1...9_999_999, using: &random) }
            let quantity = Int64.random(in: 1...1_000_000, using: &random)
            var long = AccountLedger(id: "l", equity: 0, capital: [], valuations: [inverse])
            var short = long
            for (price, side) in zip(prices.prefix(2), [Side.buy, .sell]) {
                try long.apply(fill(side, quantity, at: price), book: 0)
                try short.apply(fill(side.opposite, quantity, at: price), book: 0)
            }
            #expect(long.account.cash == -short.account.cash)
            #expect((long.account.cash > 0) == (prices[1] > prices[0]))
            let exact =
                Double(quantity) * 100 * (10 / Double(prices[0]) - 10 / Double(prices[1]))
            let found = Double(long.account.cash) / 1e18
            let size = Double(quantity) * 1000 / Double(prices.min() ?? 1)
            #expect(abs(found - exact) <= 1e-12 * size)
        }
    }

    @Test func `needs a price`() throws {
        let inverse = try Valuation(contract(.inverse))
        #expect(throws: LedgerError.notPositive) { try inverse.value(price: 0, quantity: 1) }
    }
}

@Suite struct `An account in several currencies` {
    /// Dollars at home, euros as currency 1, and a share in each.
    private func ledger() throws -> AccountLedger {
        try AccountLedger(
            id: "a", equity: 100 * one, capital: [40 * one, 60 * one],
            valuations: [
                Valuation(contract(.linear)), Valuation(contract(.linear), currency: 1),
            ], balances: [(1, 7 * one)], home: 0, currencies: 2)
    }

    @Test func `pays for each instrument in its own`() throws {
        var ledger = try ledger()
        try ledger.apply(fill(.buy, 3, at: 20, fee: one / 10), book: 1)
        try ledger.apply(fill(.buy, 5, at: 30, fee: one / 4, 1), book: 2)
        #expect(ledger.account.cash(in: 0) == 94 * one - one / 10)
        #expect(ledger.account.cash(in: 1) == -8 * one - one / 4)
        #expect(ledger.books[2].cash(in: 0) == 60 * one && ledger.books[2].fees(in: 1) == one / 4)
        #expect(ledger.books[0].cash(in: 1) == 7 * one)
        let marks: [Int64] = [20, 40]
        try marks.withUnsafeBufferPointer { marks in
            let valuations = [
                try Valuation(contract(.linear)), try Valuation(contract(.linear), currency: 1),
            ]
            // A euro is worth 1.25 dollars, as the price of instrument 0 would say with 1 decimal.
            let rate: [Int64] = [125]
            let rates = rate.withUnsafeBufferPointer {
                Rates([.init(base: 1, quote: 0, instrument: 0, decimals: 2)], marks: $0)
            }
            // 93.9 + 3 * 2 + (-8.25 + 5 * 4) * 1.25
            let worth = try ledger.account.equity(
                marks: marks, valuations: valuations, rates: rates)
            #expect(worth == 99 * one + one * 9 / 10 + one * 1175 / 100 * 125 / 100)
            #expect(throws: LedgerError.noRate(currency: 1)) {
                try ledger.account.equity(marks: marks, valuations: valuations)
            }
        }
    }

    @Test func `converts both ways by one price, half to even`() throws {
        let marks: [Int64] = [3]
        let rates = marks.withUnsafeBufferPointer {
            Rates([.init(base: 1, quote: 0, instrument: 0, decimals: 0)], marks: $0)
        }
        #expect(try rates.converted(10, from: 1, to: 0) == 30)
        #expect(try rates.converted(10, from: 0, to: 1) == 3)
        #expect(try rates.converted(-11, from: 0, to: 1) == -4)
        #expect(try rates.converted(5, from: 1, to: 1) == 5)
        #expect(throws: LedgerError.noRate(currency: 2)) {
            try rates.converted(1, from: 2, to: 0)
        }
    }
}

@Suite struct `A payment or a split` {
    private let share = Instrument(
        name: "S/USD", venue: "", kind: .spot, priceDecimals: 2, quantityDecimals: 1,
        priceStep: 1, quantityStep: 10, currency: "USD", multiplier: 1)

    @Test func `pays every book by its position, and the account their sum`() throws {
        var random = SeededGenerator(seed: 8)
        let valuation = try Valuation(share)
        for _ in 0..<500 {
            var ledger = AccountLedger(
                id: "a", equity: 0, capital: [0, 0, 0], valuations: [valuation])
            for book in 1...3 where Bool.random(using: &random) {
                let side: Side = Bool.random(using: &random) ? .buy : .sell
                let quantity = Int64.random(in: 1...500, using: &random)
                try ledger.apply(fill(side, quantity, at: 100), book: book)
            }
            let before = ledger, perUnit = Int128.random(in: 0...one, using: &random)
            let paid = try ledger.pay(0) { _, position throws(LedgerError) in
                try Rounding.scaled(perUnit, by: Int128(position.quantity), over: 10)
            }
            #expect(ledger.account.cash == before.account.cash + paid.reduce(0, +))
            #expect(ledger.books.map(\.positions) == before.books.map(\.positions))
            for (book, amount) in paid.enumerated() {
                #expect(ledger.books[book].cash == before.books[book].cash + amount)
            }
        }
    }

    @Test func `keeps whole lots and pays out fractions, so that nobody gains or loses`() throws {
        var random = SeededGenerator(seed: 9)
        let valuation = try Valuation(share)
        for _ in 0..<2_000 {
            var ledger = AccountLedger(
                id: "a", equity: 0, capital: [0, 0], valuations: [valuation])
            let price = Int64.random(in: 1...5_000, using: &random) * 12
            for book in 1...2 {
                let side: Side = Bool.random(using: &random) ? .buy : .sell
                let quantity = Int64.random(in: 1...900, using: &random) * 10
                try ledger.apply(fill(side, quantity, at: price), book: book)
            }
            let numerator = Int64.random(in: 1...6, using: &random)
            let denominator = Int64.random(in: 1...6, using: &random)
            let split = try #require(
                ShareSplit(numerator: numerator, denominator: denominator, lot: 10))
            // A price that the ratio divides stays exact.
            let exact = price * denominator * 60 / numerator
            guard exact * numerator == price * denominator * 60 else { continue }
            let held = ledger.books.map { $0.positions[0].quantity }
            let worth = ledger.books.map { book in
                (try? valuation.value(price: price * 60, quantity: book.positions[0].quantity))
            }
            let before = ledger
            let paid = try ledger.restate(0, split, price: exact)
            for (book, amount) in paid.enumerated() {
                let position = ledger.books[book].positions[0]
                #expect(position.quantity % 10 == 0)
                let left = try valuation.value(price: exact, quantity: position.quantity)
                #expect(left + amount == worth[book])
                #expect(
                    position.cost - position.realized
                        == before.books[book].positions[0].cost
                        - before.books[book].positions[0].realized - amount)
                #expect(
                    (position.quantity * denominator).magnitude
                        <= (held[book] * numerator).magnitude)
            }
            #expect(ledger.account.cash == before.account.cash + paid.reduce(0, +))
        }
    }

    @Test func `refuses ratios that are none`() {
        #expect(ShareSplit(numerator: 0, denominator: 1) == nil)
        #expect(ShareSplit(numerator: 1, denominator: -1) == nil)
        #expect(ShareSplit(numerator: 4, denominator: 1)?.applied(toPrice: 500) == 125)
        #expect(ShareSplit(numerator: 1, denominator: 8)?.applied(toPrice: 500) == 4000)
    }
}
