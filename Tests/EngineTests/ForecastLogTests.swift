import RialtoEngine
import RialtoValues
import Testing

@Suite struct `A forecast log` {
    @Test func `shows what was not dropped under the numbers that it had`() {
        for seed in UInt64(0)..<20 {
            var random = SeededGenerator(seed: seed), dropped = 0
            let log = ForecastLog()
            for number in 0..<60_000 {
                log.append(
                    ForecastEvent(
                        time_ns: Int64(number / 3), model: UInt32(number % 5), instrument: 1,
                        kind: 1, horizon_ns: Int64(number), validUntil_ns: Int64(number * 2),
                        confidence: 1, value: Double(number), deviation: 0, weight: 0.5))
                if Int.random(in: 0..<500, using: &random) == 0 {
                    dropped = Int.random(in: dropped...log.count, using: &random)
                    log.drop(before: dropped)
                }
            }
            #expect(log.count == 60_000, "seed \(seed)")
            guard dropped < log.count else { continue }
            let rest = log.columns(from: dropped, count: log.count - dropped)
            for place in 0..<rest.count {
                let number = dropped + place
                #expect(rest.horizon_ns[place] == Int64(number), "seed \(seed)")
                #expect(rest.model[place] == UInt32(number % 5) && log.time(number) == number / 3)
                #expect(rest.value[place] == Double(number) && rest.weight[place] == 0.5)
            }
        }
    }
}
