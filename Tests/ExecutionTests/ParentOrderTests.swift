import RialtoExecution
import RialtoValues
import Testing

@Suite struct `A parent order` {
    @Test func `never has more done and under way than its quantity, whatever its children do`() {
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            let lot = Int64.random(in: 1...5, using: &random)
            let quantity = lot * Int64.random(in: 1...60, using: &random)
            var parent = ParentOrder(.twap(duration_ns: 1), quantity: quantity, lot: lot)
            var children: [Int64] = [], done: Int64 = 0
            for _ in 0..<80 {
                let pick = children.indices.randomElement(using: &random)
                switch (Int.random(in: 0..<4, using: &random), pick) {
                case (0, _), (1, nil), (2, nil):
                    let child = parent.child(
                        upTo: Int64.random(in: 0...quantity + 9, using: &random))
                    guard child > 0 else { break }
                    parent.sent(child)
                    children.append(child)
                case (1, let index?):
                    let part = Int64.random(in: 1...children[index], using: &random)
                    parent.fill(part)
                    children[index] -= part
                    done += part
                    if children[index] == 0 {
                        children.remove(at: index)
                        parent.gone(left: 0)
                    }
                case (2, let index?): parent.gone(left: children.remove(at: index))
                default:
                    let wanted = Int64.random(in: 1...2 * quantity, using: &random)
                    let fits = wanted > done && wanted >= done + children.reduce(0, +)
                    #expect(parent.resize(wanted) == fits, "seed \(seed)")
                }
                #expect(parent.filled == done && parent.held == children.reduce(0, +))
                #expect(parent.children == children.count, "seed \(seed)")
                #expect(parent.free >= 0 && parent.left + done == parent.quantity, "seed \(seed)")
            }
        }
    }

    @Test func `catches up on what its earlier children did not bring`() {
        var parent = ParentOrder(.twap(duration_ns: 1), quantity: 10, lot: 1)
        parent.sent(4)
        parent.fill(1)
        #expect(parent.child(upTo: 6) == 2)
        parent.gone(left: 3)
        #expect(parent.child(upTo: 6) == 5 && parent.child(upTo: 99) == 9)
    }
}

@Suite struct `A share of the volume` {
    @Test func `is never exceeded, and missed by less than a lot`() {
        for seed in UInt64(0)..<3000 {
            var random = SeededGenerator(seed: seed)
            let rate = Int64.random(in: 1..<1_000_000, using: &random)
            let lot = Int64.random(in: 1...1000, using: &random)
            let volume = Int64.random(in: 0...1_000_000_000, using: &random)
            let own = Participation.target(volume: volume, rate_e6: rate, lot: lot)
            #expect(own % lot == 0 && own >= 0, "seed \(seed)")
            #expect(Int128(own) * 1_000_000 <= Int128(rate) * Int128(own + volume), "seed \(seed)")
            let more = own + lot
            #expect(
                Int128(more) * 1_000_000 > Int128(rate) * Int128(more + volume), "seed \(seed)")
        }
    }
}

@Suite struct `An iceberg` {
    @Test func `shows whole lots near what it was told, and never more than is left`() {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            let lot = Int64.random(in: 1...10, using: &random)
            let shown = Int64.random(in: 1...1000, using: &random)
            let jitter = Int64.random(in: 0...500_000, using: &random)
            let left = lot * Int64.random(in: 1...500, using: &random)
            let next = Iceberg.next(
                shown: shown, left: left, jitter_e6: jitter, lot: lot, using: &random)
            #expect(next > 0 && next <= left && next % lot == 0, "seed \(seed)")
            let most = shown + shown * jitter / 1_000_000
            #expect(next <= max(lot, most), "seed \(seed)")
            let least = (shown - shown * jitter / 1_000_000) / lot * lot
            #expect(next >= min(left, least), "seed \(seed)")
            let wait = Iceberg.wait(delay_ns: shown, using: &random)
            #expect((0...shown).contains(wait))
        }
    }
}

@Suite struct `An algorithm` {
    @Test func `is refused without what it needs`() {
        func made(_ number: UInt8, _ d: Int64 = 0, _ q: Int64 = 0, _ r: Int64 = 0) -> Algorithm? {
            Algorithm(number: number, duration_ns: d, quantity: q, rate_e6: r)
        }
        #expect([1, 2, 3, 4, 5, 6].allSatisfy { made($0) == nil })
        #expect(made(7, 1, 1, 1) == nil && made(0, 1, 1, 1) == nil)
        #expect(made(1, -1) == nil && made(1, .max) == nil)
        #expect(made(3, 0, 0, 1_000_000) == nil && made(4, 0, 5, 500_001) == nil)
        #expect(made(1, 5) == .twap(duration_ns: 5) && made(2, 5) == .vwap(duration_ns: 5))
        #expect(made(3, 0, 0, 9) == .participation(rate_e6: 9, duration_ns: 0))
        #expect(made(4, 3, 5, 9) == .iceberg(shown: 5, jitter_e6: 9, delay_ns: 3))
        #expect(made(5, 3, 0, 9) == .shortfall(duration_ns: 3, aversion_e6: 9))
        #expect(made(6, 3) == .makerTaker(duration_ns: 3))
        #expect((UInt8(1)...6).allSatisfy { made($0, 3, 5, 9)?.number == $0 })
    }
}
