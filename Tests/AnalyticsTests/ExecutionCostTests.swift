import RialtoAnalytics
import RialtoValues
import Testing

@Suite struct `The cost of an order` {
    @Test func `is slippage, spread, fee and opportunity, to the unit`() {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            var cost = ExecutionCost(isBuy: .random(using: &random))
            func amount() -> Int128 { Int128(Int64.random(in: 0...Int64.max, using: &random)) }
            var filled: Int64 = 0
            for _ in 0..<Int.random(in: 0...9, using: &random) {
                let quantity = Int64.random(in: 1...1000, using: &random)
                cost.fill(
                    quantity, paid: amount(), market: amount(), arrival: amount(),
                    fee: amount() - Int128(Int64.max / 2))
                filled += quantity
            }
            cost.left(last: amount(), arrival: amount())
            let sum = cost.slippage + cost.spread + cost.fee + cost.opportunity
            #expect(cost.total == sum && cost.addsUp && cost.filled == filled, "seed \(seed)")
        }
    }

    @Test func `of a buy that ran away is what it was decided at, and what it was not`() {
        // Decided at 100: 6 of 10 bought at 104 where the market stood at 103, then it went to 110.
        var buy = ExecutionCost(isBuy: true)
        buy.fill(6, paid: 624, market: 618, arrival: 600, fee: 2)
        buy.left(last: 440, arrival: 400)
        #expect(buy.slippage == 18 && buy.spread == 6 && buy.fee == 2 && buy.opportunity == 40)
        #expect(buy.total == 66)
        // The same for a sale is a gain but for the fee.
        var sell = ExecutionCost(isBuy: false)
        sell.fill(6, paid: 624, market: 618, arrival: 600, fee: 2)
        sell.left(last: 440, arrival: 400)
        #expect(sell.total == 2 - 18 - 6 - 40)
    }
}
