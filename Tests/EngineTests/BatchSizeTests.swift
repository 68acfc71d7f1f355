import RialtoEngine
import RialtoTestSupport
import RialtoValues
import Testing

/// The runs of one seed for several batch limits, each made anew: strategies have a memory.
private func outcomes(
    _ limits: [Int], _ make: () -> SketchRun
) -> [Result<SketchOutcome, EngineError>] {
    limits.map { limit in
        var run = make()
        run.batchLimit = limit
        do throws(EngineError) { return .success(try run.execute()) } catch {
            return .failure(error)
        }
    }
}

/// Where the first two results that differ do so; nil when all are equal.
private func difference(_ results: [Result<SketchOutcome, EngineError>]) -> String? {
    for result in results.dropFirst() {
        switch (results[0], result) {
        case (.success(let a), .success(let b)):
            if a.digest != b.digest { return a.difference(from: b) ?? "digests only" }
        case (.failure(let a), .failure(let b)): if a != b { return "\(a) and \(b)" }
        case (.success, .failure(let b)): return "fine and \(b)"
        case (.failure(let a), .success): return "\(a) and fine"
        }
    }
    return nil
}

@Suite struct `The size of a batch` {
    @Test(arguments: 0..<8)
    func `never changes a result`(part: Int) {
        var traded = 0
        let seeds = Seeds.share(320, part: part, of: 8)
        for seed in seeds {
            let results = outcomes([4096, 1, 2, 7, 64]) { randomRun(seed: seed) }
            let text = difference(results)
            #expect(text == nil, "seed \(seed): \(text ?? "")")
            if case .success(let outcome) = results[0], !outcome.fills.isEmpty { traded += 1 }
        }
        #expect(
            traded * 2 > seeds.count,
            "only \(traded) of \(seeds.count) runs have traded: the property says little")
    }
}

@Suite struct `States and funding beside a market` {
    @Test func `give the same for every size of a batch`() {
        var traded = 0
        let seeds = Seeds.share(160)
        for seed in seeds {
            let results = outcomes([4096, 1, 2, 7, 64]) { randomRun(seed: seed, hasNotices: true) }
            let text = difference(results)
            #expect(text == nil, "seed \(seed): \(text ?? "")")
            guard case .success(let outcome) = results[0] else { continue }
            #expect(outcome.of(.event).allSatisfy { $0[3] == 2 }, "seed \(seed): one has failed")
            if !outcome.fills.isEmpty { traded += 1 }
        }
        #expect(traded * 2 > seeds.count, "only \(traded) of \(seeds.count) runs have traded")
    }
}

@Suite struct `Contracts, currencies and events` {
    @Test(arguments: 0..<4)
    func `give the same for every size of a batch, add up, and are covered`(part: Int) {
        var liquidated = 0, paid = 0
        let seeds = Seeds.share(160, part: part, of: 4)
        for seed in seeds {
            let results = outcomes([4096, 1, 2, 7, 64]) { randomContractRun(seed: seed) }
            let text = difference(results)
            #expect(text == nil, "seed \(seed): \(text ?? "")")
            guard case .success(let outcome) = results[0] else { continue }
            let run = randomContractRun(seed: seed)
            var check = BooksCheck(run)
            check.replay(outcome)
            let faults = check.faults + MarginCheck.faults(run, outcome)
            #expect(faults.isEmpty, "seed \(seed): \(faults.prefix(3))")
            liquidated += outcome.of(.event).filter { $0[3] == 4 }.count
            paid += outcome.of(.payment).count
        }
        #expect(liquidated * 10 > seeds.count && paid * 4 > seeds.count, "it happens")
    }
}
