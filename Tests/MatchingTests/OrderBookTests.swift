import RialtoMatching
import RialtoValues
import Testing

/// The simplest book that is right: a dictionary per side.
private struct PlainBook {
    var sides: [Side: [Int64: Int64]] = [.buy: [:], .sell: [:]]

    mutating func set(_ side: Side, _ price: Int64, _ quantity: Int64) {
        sides[side, default: [:]][price] = quantity == 0 ? nil : quantity
    }

    func levels(_ side: Side) -> [OrderBook.Level] {
        sides[side, default: [:]].sorted { side == .buy ? $0.key > $1.key : $0.key < $1.key }
            .map { OrderBook.Level(price: $0.key, quantity: $0.value) }
    }
}

@Suite struct `An order book` {
    @Test func `holds what a dictionary of prices holds, best price first`() {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            var book = OrderBook(), model = PlainBook()
            let spread = Int64.random(in: 1...400, using: &random)
            // Prices of one unit's distance, and of more than lie near one another.
            let step = ([1, 40, 5_000] as [Int64])[Int(seed % 3)]
            for _ in 0..<400 {
                let side: Side = Bool.random(using: &random) ? .buy : .sell
                let price = Int64.random(in: 1...spread, using: &random) * step
                let quantity = max(0, Int64.random(in: -3...9, using: &random))
                book.set(side, price: price, quantity: quantity)
                model.set(side, price, quantity)
                #expect(book.quantity(side, at: price) == quantity, "seed \(seed)")
            }
            for side in [Side.buy, .sell] {
                let levels = model.levels(side)
                #expect(book.levels(side) == levels, "seed \(seed)")
                #expect(book.count(side) == levels.count && book.best(side) == levels.first)
                for price in stride(from: 0, through: (spread + 1) * step, by: Int(step)) {
                    let known = model.sides[side]?[price] ?? 0
                    #expect(book.quantity(side, at: price) == known, "seed \(seed)")
                    let worse = levels.first { side == .buy ? $0.price < price : $0.price > price }
                    #expect(book.next(side, after: price) == worse, "seed \(seed)")
                }
            }
            let bid = model.levels(.buy).first?.price, ask = model.levels(.sell).first?.price
            let isCrossed = bid.flatMap { bid in ask.map { bid >= $0 } } ?? false
            #expect(book.isCrossed == isCrossed, "seed \(seed)")
        }
    }

    @Test func `follows a price that wanders far and leaps`() {
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed: seed)
            var book = OrderBook(), model = PlainBook(), middle: Int64 = 1_000_000
            for turn in 0..<3_000 {
                middle += .random(in: -40...40, using: &random)
                if turn % 500 == 499 { middle += .random(in: -20_000...20_000, using: &random) }
                let side: Side = Bool.random(using: &random) ? .buy : .sell
                let price = middle - side.sign * .random(in: 0...60, using: &random)
                let quantity = max(0, Int64.random(in: -2...2, using: &random))
                book.set(side, price: price, quantity: quantity)
                model.set(side, price, quantity)
                if turn % 700 == 699, let gone = book.best(side) {
                    book.set(side, price: gone.price, quantity: 0)
                    model.set(side, gone.price, 0)
                }
                guard turn % 97 == 0 else { continue }
                for side in [Side.buy, .sell] {
                    #expect(book.levels(side) == model.levels(side), "seed \(seed), turn \(turn)")
                    #expect(book.levels(side, limit: 3) == Array(model.levels(side).prefix(3)))
                }
            }
            // Removes what is left, best first: all that lies behind comes to the front.
            for side in [Side.buy, .sell] {
                for level in model.levels(side) {
                    #expect(book.best(side) == level, "seed \(seed)")
                    book.set(side, price: level.price, quantity: 0)
                }
            }
            #expect(book.isEmpty)
        }
    }

    @Test func `takes the lowest and highest numbers there are`() {
        var book = OrderBook()
        for price in [Int64.max, .min, 0, -1] {
            book.set(.buy, price: price, quantity: .max)
            book.set(.sell, price: price, quantity: .max)
        }
        #expect(book.levels(.buy).map(\.price) == [.max, 0, -1, .min])
        #expect(book.levels(.sell).map(\.price) == [.min, -1, 0, .max])
        #expect(book.levels(.buy, limit: 2).map(\.price) == [.max, 0])
    }

    @Test func `is empty when cleared, and takes removals of what is not there`() {
        var book = OrderBook()
        book.set(.buy, price: 10, quantity: 0)
        #expect(book.isEmpty && book.best(.buy) == nil && !book.isCrossed)
        book.set(.buy, price: 10, quantity: 1)
        book.set(.sell, price: 10, quantity: 1)
        #expect(book.isCrossed)
        book.clear()
        #expect(book == OrderBook() && book.isEmpty)
    }
}
