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
            for _ in 0..<400 {
                let side: Side = Bool.random(using: &random) ? .buy : .sell
                let price = Int64.random(in: 1...spread, using: &random)
                let quantity = max(0, Int64.random(in: -3...9, using: &random))
                book.set(side, price: price, quantity: quantity)
                model.set(side, price, quantity)
                #expect(book.quantity(side, at: price) == quantity, "seed \(seed)")
            }
            for side in [Side.buy, .sell] {
                let levels = model.levels(side)
                #expect(book.levels(side) == levels, "seed \(seed)")
                #expect(book.count(side) == levels.count && book.best(side) == levels.first)
                for price in 0...spread + 1 {
                    let known = model.sides[side]?[price] ?? 0
                    #expect(book.quantity(side, at: price) == known, "seed \(seed)")
                }
            }
            let bid = model.levels(.buy).first?.price, ask = model.levels(.sell).first?.price
            let isCrossed = bid.flatMap { bid in ask.map { bid >= $0 } } ?? false
            #expect(book.isCrossed == isCrossed, "seed \(seed)")
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
