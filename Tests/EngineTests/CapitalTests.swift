import RialtoEngine
import RialtoEnsemble
import RialtoLedger
import RialtoSimulation
import RialtoTestSupport
import RialtoValues
import Testing

/// A random run in which every account with two strategies or more moves their capital.
private func moving(_ seed: UInt64, hasNotices: Bool = false) -> SketchRun {
    var run = randomRun(seed: seed, hasNotices: hasNotices)
    let minute: Int64 = 60_000_000_000
    for index in run.accounts.indices where run.accounts[index].instances.count > 1 {
        run.accounts[index].capital = CapitalConfiguration(
            rule: .experts(.squint(.improper)), interval_ns: (3 + Int64(seed % 17)) * minute,
            probation: 1,
            partMin: seed % 3 == 0 ? 0.1 : nil, partMax: seed % 4 == 0 ? 0.7 : nil,
            band: 0.000_001, moveMax: seed % 5 == 0 ? 0.2 : 1)
        run.accounts[index].scalesTargets = seed % 2 == 0
    }
    return run
}

@Suite struct `Capital that moves between strategies` {
    @Test func `adds up to the account at every fill, and moves nothing in or out of it`() throws {
        var moves = 0
        for seed in Seeds.share(200) {
            let run = moving(seed, hasNotices: seed % 2 == 0)
            guard let outcome = try? run.execute() else { continue }
            var check = BooksCheck(run)
            check.replay(outcome)
            #expect(check.faults.isEmpty, "seed \(seed): \(check.faults.prefix(3))")
            var sums: [[Int64]: Int128] = [:]
            for r in outcome.of(.capital) {
                let amount = Int128(r[6]) << 64 | Int128(UInt64(bitPattern: r[5]))
                sums[[r[0], r[1]], default: 0] += amount
                if amount != 0 { moves += 1 }
            }
            #expect(sums.values.allSatisfy { $0 == 0 }, "seed \(seed)")
        }
        #expect(moves > 200, "capital moves: \(moves)")
    }

    @Test func `is the same for every size of a batch`() throws {
        var moved = 0
        for seed in Seeds.share(120) {
            var digests: Set<String> = []
            for limit in [4096, 1, 7, 64] {
                var run = moving(seed)
                run.batchLimit = limit
                guard let outcome = try? run.execute() else { continue }
                digests.insert(outcome.digest)
                if outcome.of(.capital).contains(where: { $0[5] != 0 }) { moved += 1 }
            }
            #expect(digests.count <= 1, "seed \(seed)")
        }
        #expect(moved > 50, "\(moved)")
    }

    @Test func `scales a standing target with what its strategy has, in whole steps`() throws {
        // The price rises, and only the second strategy is paid for it.
        func make(scales: Bool) -> SketchRun {
            var run = SketchRun(
                market: MarketSketch(
                    (0..<400).map { step in
                        let price = 10_000 + Int64(step) * 5 + Int64(step % 3)
                        return (price, price, price, price)
                    }))
            run.accounts = [
                run.account([script([:]), script([0: [.target(10)]])], cash: 100_000_000)
            ]
            run.accounts[0].capital = CapitalConfiguration(
                rule: .experts(.squint(.improper)), interval_ns: 10 * MarketSketch.minute,
                probation: 2,
                band: 0.001)
            run.accounts[0].scalesTargets = scales
            return run
        }
        let scaled = try make(scales: true).execute()
        let held = try #require(scaled.of(.share).last?[5])
        #expect(held > 10, "it has more capital, and holds more: \(held)")
        #expect(try make(scales: false).execute().of(.share).last?[5] == 10)
    }

    @Test func `leaves a short what it is held against, though its proceeds are cash`() throws {
        func price(_ step: Int64) -> Int64 { 10_000 + step * 5 + step % 3 }
        var run = SketchRun(
            market: MarketSketch(
                (0..<400).map { step in
                    let price = price(Int64(step))
                    return (price, price, price, price)
                }))
        run.accounts = [
            run.account(
                [script([0: [.target(-2_000)]]), script([:])], cash: 100_000_000,
                allowsShort: true)
        ]
        run.accounts[0].capital = CapitalConfiguration(
            rule: .experts(.squint(.improper)), interval_ns: 10 * MarketSketch.minute,
            probation: 2,
            band: 0.001)
        run.accounts[0].scalesTargets = false
        var moves = 0
        for r in try run.execute().of(.capital) where r[2] == 0 {
            let worth = Int128(r[4]) << 64 | Int128(UInt64(bitPattern: r[3]))
            let moved = Int128(r[6]) << 64 | Int128(UInt64(bitPattern: r[5]))
            guard moved < 0 else { continue }
            moves += 1
            let step = (r[0] - MarketSketch.start) / MarketSketch.minute - 1
            #expect(worth + moved >= Int128(2_000 * price(step)) * cent)
        }
        #expect(moves > 0)
    }
}
