import RialtoEngine
import RialtoMatching
import RialtoTestSupport
import RialtoValues
import Testing

/// The records of one account of a run, with everything counted as if it were alone.
private struct AccountRecords {
    let account: Int64
    let firstInstance: Int64
    /// What of the whole run belongs to the account, by number; the place is its own number.
    private var orders: [Int64] = []
    private var fills: [Int64] = []
    private var crossings: [Int64] = []
    private var parents: [Int64] = []
    private var texts: Int64 = 0
    private var now = Int64.min
    private(set) var lines: [(time_ns: Int64, text: String)] = []

    init(_ outcome: SketchOutcome, account: Int, firstInstance: Int) {
        self.account = Int64(account)
        self.firstInstance = Int64(firstInstance)
        let records = outcome.records
        for (index, record) in records.enumerated() {
            var r = record.words
            guard take(record.kind, &r, records[index...]) else { continue }
            if record.kind != .share, record.kind != .child { now = r[0] }
            lines.append((now, "\(record.kind) \(r)"))
        }
        // In which order an instance's orders go that are canceled together is left open.
        lines.sort { ($0.time_ns, $0.text) < ($1.time_ns, $1.text) }
    }

    /// Counts a record as the account does. Returns whether it is one of its own.
    private mutating func take(
        _ kind: RecordKind, _ r: inout [Int64],
        _ rest: ArraySlice<(kind: RecordKind, words: [Int64])>
    ) -> Bool {
        switch kind {
        case .intent:
            guard owns(&r, 1, 2) else { return false }
            if r[14] >= 0 {
                r[14] = texts
                texts += 1
            }
        case .response:
            guard owns(&r, 1, 2) else { return false }
            r[7] = texts
            texts += 1
        case .order:
            guard owns(&r, 2, 3) else { return false }
            AccountRecords.count(&r[1], in: &orders)
        case .orderState, .message:
            guard orders.contains(r[1]) else { return false }
            AccountRecords.count(&r[1], in: &orders)
            if kind == .message, r[3] == 3 { AccountRecords.count(&r[4], in: &fills) }
            if kind == .message, r[3] == 4 { AccountRecords.count(&r[4], in: &orders) }
        case .fill:
            guard owns(&r, 4, nil) else { return false }
            AccountRecords.count(&r[2], in: &fills)
            AccountRecords.count(&r[3], in: &orders)
        case .share:
            guard fills.contains(r[0]) else { return false }
            AccountRecords.count(&r[0], in: &fills)
            r[1] -= firstInstance
        case .crossing:
            guard owns(&r, 2, 4) else { return false }
            AccountRecords.count(&r[1], in: &crossings)
        case .equity, .event, .refusal, .payment, .capital: return owns(&r, 1, 2)
        case .parent:
            guard owns(&r, 2, 3) else { return false }
            AccountRecords.count(&r[1], in: &parents)
        case .parentState:
            guard parents.contains(r[1]) else { return false }
            AccountRecords.count(&r[1], in: &parents)
        case .child:
            // Targets that are worked name the order first, algorithms the parent.
            let owner =
                orders.contains(r[0])
                ? account : rest.first { $0.1[1] == r[0] && $0.0 == .order }?.1[2]
            guard owner == account else { return false }
            AccountRecords.count(&r[0], in: &orders)
            AccountRecords.count(&r[1], in: &parents)
        case .price, .forecast, .opinion, .series, .score, .membership: break
        }
        return true
    }

    private func owns(_ r: inout [Int64], _ account: Int, _ instance: Int?) -> Bool {
        guard r[account] == self.account else { return false }
        r[account] = 0
        if let instance, r[instance] >= 0 { r[instance] -= firstInstance }
        return true
    }

    private static func count(_ number: inout Int64, in all: inout [Int64]) {
        guard number >= 0 else { return }
        if let known = all.firstIndex(of: number) {
            number = Int64(known)
        } else {
            all.append(number)
            number = Int64(all.count - 1)
        }
    }
}

/// A random run whose accounts share nothing at the venue; nil where the seed's accounts do.
private func apartRun(_ seed: UInt64) -> SketchRun? {
    var run = randomRun(seed: seed)
    run.venue.refusals_e9 = 0
    run.venue.volumeShare_e9 = 0
    run.venue.faults = .none
    run.latency = LatencyModel(
        order_ns: run.latency.order_ns, report_ns: run.latency.report_ns,
        isRecorded: run.latency.isRecorded)
    let levels = EngineSetup.levels(of: run.market.feed, instruments: run.instruments.count)
    guard run.accounts.count > 1, !levels.contains(where: \.isStanding) else { return nil }
    return run
}

@Suite struct `Accounts that cannot reach each other` {
    @Test func `do the same in one engine and in engines of their own`() throws {
        var traded = 0
        let seeds = Seeds.share(900)
        for seed in seeds {
            guard let run = apartRun(seed), let again = apartRun(seed) else { continue }
            #expect(run.independentAccounts == run.accounts.indices.map { [$0] })
            let joint = try run.execute()
            let parts = try again.execute(groups: again.independentAccounts)
            var first = 0
            for (index, part) in parts.enumerated() {
                defer { first += run.accounts[index].instances.count }
                #expect(part.reserveFault == nil)
                // What an algorithm draws depends on the place of its order among those of the run.
                guard part.of(.parent).allSatisfy({ $0[10] == 0 }) else { continue }
                let mine = AccountRecords(joint, account: index, firstInstance: first).lines
                let alone = AccountRecords(part, account: 0, firstInstance: 0).lines
                let difference = zip(mine, alone).first { $0 != $1 }
                let text = difference.map { "\($0.text) and \($1.text)" } ?? ""
                #expect(mine.count == alone.count, "seed \(seed), account \(index)")
                #expect(difference == nil, "seed \(seed), account \(index): \(text)")
                if !part.fills.isEmpty { traded += 1 }
            }
        }
        #expect(
            traded * 16 > seeds.count,
            "only \(traded) accounts of \(seeds.count) seeds have traded: that says little")
    }
}
