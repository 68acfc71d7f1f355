import RialtoLedger
import RialtoTestSupport
import RialtoValues
import Testing

func coin(priceDecimals: Int = 2, quantityDecimals: Int = 4, multiplier: Int64 = 1) -> Instrument {
    Instrument(
        name: "BTC/USD", venue: "", kind: .spot, priceDecimals: priceDecimals,
        quantityDecimals: quantityDecimals, priceStep: 1, quantityStep: 1, currency: "USD",
        multiplier: multiplier)
}

let one: Int128 = 1_000_000_000_000_000_000

@Suite struct `A valuation` {
    @Test func `is price times quantity to the last unit`() throws {
        let value = try Valuation(coin()).value(price: 10_050, quantity: 12_345)
        #expect(value == 12_406_725 * one / 100_000)
    }

    @Test func `rounds half to even when the decimals exceed eighteen`() throws {
        let tiny = try Valuation(coin(priceDecimals: 10, quantityDecimals: 9))
        #expect(try tiny.value(price: 5, quantity: 1) == 0)
        #expect(try tiny.value(price: 15, quantity: 1) == 2)
        #expect(try tiny.value(price: -15, quantity: 1) == -2)
        #expect(try tiny.value(price: 16, quantity: 1) == 2)
    }

    @Test func `refuses what does not fit`() throws {
        let huge = try Valuation(coin(priceDecimals: 0, quantityDecimals: 0))
        #expect(throws: LedgerError.overflow) { try huge.value(price: .max, quantity: .max) }
    }

    @Test func `scales at full width where the product needs it`() throws {
        #expect(try Rounding.scaled(one * one / 4, by: one * 4, over: one) == one * one)
        #expect(try Rounding.scaled(-7, by: 1, over: 2) == -4)
        #expect(try Rounding.scaled(-5, by: 1, over: 2) == -2)
        #expect(throws: LedgerError.overflow) { try Rounding.scaled(.max, by: .max, over: 1) }
    }
}

@Suite struct `A split by largest remainder` {
    @Test func `adds up, and no part is a whole unit from its share`() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let weights = (0..<Int.random(in: 1...6, using: &random)).map { _ in
                Int64.random(in: 1...1_000, using: &random)
            }
            let total = Int128(Int64.random(in: -1_000_000...1_000_000, using: &random))
            let parts = LargestRemainder.split(total, by: weights)
            let sum = Int128(weights.reduce(0, +))
            #expect(parts.reduce(0, +) == total)
            for (part, weight) in zip(parts, weights) {
                #expect((part * sum - total * Int128(weight)).magnitude < sum.magnitude)
            }
        }
    }
}

@Suite struct `An account` {
    @Test func `is unchanged when one book of several cannot take its part`() throws {
        let most = Int64.max - 5
        // Below the smallest amounts of money, so that only quantities can be too large.
        let free = try Valuation(
            Instrument(
                name: "F/USD", venue: "", kind: .spot, priceDecimals: 18, quantityDecimals: 18,
                priceStep: 1, quantityStep: 1, currency: "USD", multiplier: 1))
        var ledger = AccountLedger(
            id: "a", equity: 30 * one, capital: [10 * one, 10 * one, 10 * one], valuations: [free])
        try ledger.cross(
            instrument: 0, price: 1, buys: [FillShare(book: 1, quantity: most)],
            sells: [FillShare(book: 2, quantity: most)])
        let before = ledger
        let fill = LedgerFill(instrument: 0, side: .buy, price: 1, quantity: 30, fee: 3)
        let shares = [FillShare(book: 3, quantity: 20), FillShare(book: 1, quantity: 10)]
        #expect(throws: LedgerError.overflow) { try ledger.apply(fill, shares: shares) }
        #expect(ledger.books == before.books && ledger.account == before.account)
        #expect(throws: LedgerError.overflow) { try ledger.apply(fill, book: 1) }
        #expect(ledger.books == before.books && ledger.account == before.account)
        #expect(throws: LedgerError.overflow) {
            try ledger.cross(instrument: 0, price: 1, buys: shares, sells: [shares[0], shares[1]])
        }
        #expect(ledger.books == before.books && ledger.account == before.account)
    }

    private func account() throws -> AccountLedger {
        AccountLedger(
            id: "main", equity: 1_000 * one, capital: [300 * one, 200 * one],
            valuations: [try Valuation(coin()), try Valuation(coin(priceDecimals: 3))])
    }

    @Test func `keeps its virtual books equal to itself over any fills and crossings`() throws {
        for seed in Seeds.share(200) {
            var random = SeededGenerator(seed: seed)
            var ledger = try account()
            for _ in 0..<50 {
                let instrument = Int.random(in: 0...1, using: &random)
                let price = Int64.random(in: 1...50_000, using: &random)
                let a = Int64.random(in: 1...900, using: &random)
                let b = Int64.random(in: 1...900, using: &random)
                if Bool.random(using: &random) {
                    try ledger.cross(
                        instrument: instrument, price: price,
                        buys: [FillShare(book: 1, quantity: a)],
                        sells: [FillShare(book: 2, quantity: a)])
                } else {
                    let fee = Int128(Int64.random(in: -99...9_999, using: &random))
                    let fill = LedgerFill(
                        instrument: instrument, side: Bool.random(using: &random) ? .buy : .sell,
                        price: price, quantity: a + b, fee: fee)
                    let fees = try ledger.apply(
                        fill,
                        shares: [FillShare(book: 1, quantity: a), FillShare(book: 2, quantity: b)])
                    #expect(fees.reduce(0, +) == fee)
                }
            }
            let cash = ledger.books.reduce(Int128(0)) { $0 + $1.cash }
            #expect(cash == ledger.account.cash, "seed \(seed)")
            for index in 0...1 {
                let quantity = ledger.books.reduce(Int64(0)) { $0 + $1.positions[index].quantity }
                #expect(quantity == ledger.account.positions[index].quantity, "seed \(seed)")
            }
        }
    }

    @Test func `moves cash between its books whole or not at all`() throws {
        var ledger = try account()
        try ledger.move([-50 * one, 50 * one], into: [1, 2])
        #expect(ledger.books.map(\.cash) == [500 * one, 250 * one, 250 * one])
        #expect(ledger.account.cash == 1_000 * one)
        let before = ledger.books
        #expect(throws: LedgerError.overflow) {
            try ledger.move([-.max, .max], into: [1, 2])
        }
        #expect(ledger.books == before)
    }

    @Test func `is worth its cash plus cost basis profit: cash, cost and realized profit agree`()
        throws
    {
        for seed in Seeds.share(300) {
            var random = SeededGenerator(seed: seed)
            var ledger = try account()
            for _ in 0..<40 {
                let fill = LedgerFill(
                    instrument: 0, side: Bool.random(using: &random) ? .buy : .sell,
                    price: Int64.random(in: 1...9_999, using: &random),
                    quantity: Int64.random(in: 1...77, using: &random), fee: 0)
                try ledger.apply(fill, book: 1)
            }
            let position = ledger.account.positions[0]
            #expect(ledger.account.cash == 1_000 * one - position.cost + position.realized)
            #expect(position.quantity != 0 || position.cost == 0)
        }
    }

    @Test(arguments: [(Int64(0), Int64(5)), (5, 0), (-1, 5)])
    func `refuses a fill that is not above zero, and stays as it was`(
        price: Int64, quantity: Int64
    ) throws {
        var ledger = try account()
        let before = ledger.books
        let fill = LedgerFill(instrument: 0, side: .buy, price: price, quantity: quantity, fee: 0)
        #expect(throws: LedgerError.notPositive) { try ledger.apply(fill, book: 1) }
        #expect(ledger.books == before)
    }
}
