import RialtoEngine
import RialtoExecution
import RialtoTestSupport
import RialtoValues
import Testing

/// Fills of a buyer of ten coins at the first bar, guarded by a rule.
private func fills(
    _ bars: [(Int64, Int64, Int64, Int64)], _ rule: ProtectionRule,
    _ steps: [Int: [Intent]] = [0: [.target(10)]]
) throws -> [SketchFill] {
    var run = SketchRun(market: MarketSketch(bars))
    let account = run.account([script(steps)])
    run.accounts = [
        AccountSetup(
            id: account.id, equity: account.equity, limits: account.limits,
            instances: account.instances.map {
                InstanceSetup(
                    id: $0.id, capital: $0.capital, allowsShort: false, port: $0.port,
                    feed: $0.feed, start: $0.start, instruments: $0.instruments, protection: rule)
            })
    ]
    return try run.execute().fills
}

private func still(_ price: Int64) -> (Int64, Int64, Int64, Int64) {
    (price, price, price, price)
}

@Suite struct `A rule of the operator` {
    private let trailing = ProtectionRule(
        distance: .share(e9: 50_000_000), course: .trailing, lock_e6: 0, time_ns: 0)

    @Test func `closes a position at its trailing stop, whatever the plugin asked for`() throws {
        let found = try fills(
            [still(1000), still(1000), (1000, 1100, 1000, 1090), (1090, 1090, 1040, 1050)],
            trailing)
        #expect(found.map(\.price) == [1000, 1045] && found.map(\.quantity) == [10, 10])
    }

    @Test func `fills at the open where the price jumps over its stop`() throws {
        let found = try fills(
            [still(1000), still(1000), still(1000), (900, 910, 890, 905), still(905)], trailing)
        #expect(found.map(\.price) == [1000, 900])
    }

    @Test func `takes the nearer of its own stop and the plugin's`() throws {
        let bars = [still(1000), still(1000), (1000, 1000, 900, 950), still(950)]
        let near = try fills(bars, trailing, [0: [.target(10, stop: 980)]])
        #expect(near.map(\.price) == [1000, 980])
        let far = try fills(bars, trailing, [0: [.target(10, stop: 920)]])
        #expect(far.map(\.price) == [1000, 950])
    }

    @Test func `waits for its true range, then guards what is held`() throws {
        let atr = ProtectionRule(
            distance: .range(multiple_e6: 1_000_000, length: 3), course: .fixed, lock_e6: 0,
            time_ns: 0)
        let found = try fills(
            [
                (1000, 1010, 990, 1000), (1000, 1010, 990, 1000), (1000, 1010, 990, 1000),
                (1000, 1000, 970, 980), still(980),
            ], atr)
        #expect(found.map(\.price) == [1000, 980], "a range of 20 below the entry")
    }

    @Test func `closes a position when its time is up`() throws {
        let timed = ProtectionRule(
            distance: .share(e9: 500_000_000), course: .fixed, lock_e6: 0,
            time_ns: 2 * MarketSketch.minute)
        let found = try fills((0..<6).map { still(1000 + $0) }, timed)
        #expect(found.count == 2 && found[1].time_ns > found[0].time_ns + MarketSketch.minute)
    }
}
