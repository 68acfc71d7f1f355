import RialtoEngine
import RialtoValues
import Testing

@Suite struct `The index of own orders` {
    @Test func `answers as a dictionary does, whatever comes and goes`() {
        for seed in UInt64(0)..<300 {
            var random = SeededGenerator(seed: seed)
            var index = OrderIndex(), model: [UInt64: Int] = [:]
            let spread = UInt64.random(in: 4...400, using: &random)
            for step in 0..<600 {
                let id = UInt64.random(in: 1...spread, using: &random) &* 0x10
                if Bool.random(using: &random) {
                    index[id] = step
                    model[id] = step
                } else {
                    index[id] = nil
                    model[id] = nil
                }
                let other = UInt64.random(in: 1...spread, using: &random) &* 0x10
                #expect(index[other] == model[other] && index.count == model.count, "seed \(seed)")
            }
            #expect(index.values.sorted() == model.values.sorted(), "seed \(seed)")
        }
    }
}
