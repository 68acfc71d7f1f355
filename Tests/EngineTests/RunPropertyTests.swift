import RialtoEngine
import RialtoTestSupport
import RialtoValues
import Testing

@Suite struct `A run` {
    @Test func `keeps books that add up to each account, and nothing short without a grant`() throws
    {
        for seed in Seeds.share(300) {
            let run = randomRun(seed: seed)
            var check = BooksCheck(run)
            let outcome = try run.execute()
            check.replay(outcome)
            #expect(check.faults.isEmpty, "seed \(seed): \(check.faults.prefix(3))")
            #expect(outcome.reserveFault == nil, "seed \(seed)")
            var messages = try MessagesCheck(run)
            try messages.replay(outcome)
            #expect(messages.faults.isEmpty, "seed \(seed): \(messages.faults.prefix(3))")
        }
    }

    @Test func `does something in random scenarios`() throws {
        var kinds: [RecordKind: Int] = [:], reasons: Set<OrderReason> = [], codes: Set<Int64> = []
        for seed in UInt64(0)..<300 {
            let outcome = try randomRun(seed: seed).execute()
            for record in outcome.records { kinds[record.kind, default: 0] += 1 }
            reasons.formUnion(outcome.refusals.map(\.reason))
            codes.formUnion(outcome.of(.event).map { $0[3] })
        }
        for kind in [RecordKind.fill, .crossing, .share, .refusal, .orderState] {
            #expect(kinds[kind, default: 0] > 300, "\(kind)")
        }
        for reason in [OrderReason.position, .band, .drawdown, .capital, .short, .unknownOrder] {
            #expect(reasons.contains(reason), "\(reason)")
        }
        #expect(codes == [2], "no strategy failed or broke a rule")
    }

    @Test func `shows nothing before its time`() throws {
        for seed in Seeds.share(300) {
            let whole = try randomRun(seed: seed).execute()
            let times = randomRun(seed: seed).market.feed
            let cut = times.time_ns[times.count / 2]
            let changed = randomRun(seed: seed)
            changed.market.distort(after: cut)
            for own in changed.kept { own.distort(after: cut) }
            let other = try changed.execute()
            #expect(before(cut, whole) == before(cut, other), "seed \(seed)")
            if seed == 0 { #expect(whole.digest != other.digest) }
        }
    }

    /// Intents, fills and refusals up to a time.
    private func before(_ time: Int64, _ outcome: SketchOutcome) -> [[Int64]] {
        outcome.records.filter { kind, words in
            [.intent, .fill, .refusal, .order].contains(kind) && words[0] <= time
        }.map(\.words)
    }

    @Test func `is the same for an open loop and a closed one that reads nothing of its own`()
        throws
    {
        for seed in Seeds.share(300) {
            let open = try loopRun(seed, isOpen: true).execute()
            let closed = try loopRun(seed, isOpen: false).execute()
            #expect(
                open.digest == closed.digest, "seed \(seed): \(open.difference(from: closed) ?? "")"
            )
            #expect(open.of(.event).filter { $0[3] != 2 }.isEmpty, "seed \(seed)")
        }
    }

    private func loopRun(_ seed: UInt64, isOpen: Bool) -> SketchRun {
        var random = SeededGenerator(seed: seed)
        var run = randomRun(seed: seed)
        let kinds = EventKinds([
            EventKinds(.bars), EventKinds(.trades), EventKinds(.quotes), EventKinds(.bookDeltas),
        ])
        let ports = (0..<3).map { _ in
            let strategy = RandomStrategy(seed: random.next(), instruments: run.instruments.count)
            return GroupStrategy(isOpenLoop: isOpen, strategy.decide).port(kinds: kinds)
        }
        run.accounts = [run.account(ports, cash: 60_000)]
        return run
    }
}
