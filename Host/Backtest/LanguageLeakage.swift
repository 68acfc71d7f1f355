import RialtoAnalytics
import RialtoEnsemble
import RialtoValues

/// What two runs say that differ only in what a language model was shown: once names and dates as
/// they are, once masked. Whoever does better with names may have recalled the past.
package struct LanguageLeakage {
    /// One decision that both made of one question and instrument.
    private struct Pair {
        let asked_ns: Int64
        /// Logarithmic loss of the masked one less that of the named one.
        let gain: Double
    }

    /// Decisions on the same question and instrument that gave a chance in both runs.
    package let paired: Int
    /// Those of which it is known what came.
    package var judged: Int { pairs.count }
    /// Mean logarithmic loss in nats; nil where nothing was judged.
    package let lossNamed: Double?
    package let lossMasked: Double?
    /// Loss of the masked run less that of the named one, a decision; above 0 names helped.
    package let loss: MeanInterval?
    /// Return of the named run less that of the masked one, a sample; above 0 names helped.
    package let net: MeanInterval?
    /// Growth of all that asked together: 0.1 is ten per cent; nil without equity.
    package let returnNamed: Double?
    package let returnMasked: Double?
    /// Blocks of time that intervals are drawn from.
    package let blocks: Int
    private let pairs: [Pair]

    /// Blocks below which nothing is concluded.
    package static let blocksLeast = 8
    /// Both measures are asked at once: each alone is surer, so that 95 of 100 times neither errs.
    private static let level = 1 - 0.05 / 2
    /// Blocks that a run is cut into, unless horizons ask for longer ones.
    private static let blocksMax = 200

    /// - Parameter bootstrap: How intervals are drawn.
    package init(named: RunTables, masked: RunTables, _ bootstrap: BlockBootstrap) {
        let said = [named, masked].map { LanguageRuns($0).entries }
        let opinions = said.map(Self.opinions), prices = SampledPrices(named)
        var pairs: [Pair] = [], paired = 0, horizon_ns: Int64 = 0
        var losses = (named: 0.0, masked: 0.0)
        for (key, first) in opinions[0].sorted(by: { $0.key < $1.key }) {
            guard let second = opinions[1][key] else { continue }
            paired += 1
            guard let a = prices.loss(of: first), let b = prices.loss(of: second) else { continue }
            losses = (losses.named + a, losses.masked + b)
            horizon_ns = max(horizon_ns, first.horizon_ns, second.horizon_ns)
            pairs.append(Pair(asked_ns: first.asked_ns, gain: b - a))
        }
        let curves = zip([named, masked], said).map { Self.worth($0, $1) }
        let run = named["run"], from = run.integers("first_time_ns").first ?? 0
        let span = (run.integers("last_time_ns").first ?? from) - from
        let length = max(2 * horizon_ns, span / Int64(Self.blocksMax), 1)
        let lossBlocks = Self.blocks(pairs.map { ($0.asked_ns, $0.gain) }, length)
        let netBlocks = Self.blocks(Self.differences(curves[0], curves[1]), length)
        self.pairs = pairs
        self.paired = paired
        lossNamed = pairs.isEmpty ? nil : losses.named / Double(pairs.count)
        lossMasked = pairs.isEmpty ? nil : losses.masked / Double(pairs.count)
        loss = bootstrap.interval(lossBlocks, level: Self.level)
        net = bootstrap.interval(netBlocks, level: Self.level)
        returnNamed = Self.growth(curves[0])
        returnMasked = Self.growth(curves[1])
        blocks = max(lossBlocks.count, netBlocks.count)
    }

    // MARK: what it says

    /// Whether names helped; nil where that cannot be told.
    package var namesHelped: Bool? {
        guard blocks >= Self.blocksLeast else { return nil }
        let found = [loss, net].compactMap(\.self)
        if found.contains(where: { $0.low > 0 }) { return true }
        return found.contains { $0.high < 0 } ? false : nil
    }

    /// - Parameter hidden: What the mask hid: `names`, `dates` or `names and dates`.
    package func sentence(hidden: String) -> String {
        let rough = blocks < Assessment.blocksMin ? "; intervals of \(blocks) blocks are rough" : ""
        if judged == 0, net == nil {
            return "it cannot be told whether knowing \(hidden) helped: nothing could be compared"
        }
        guard blocks >= Self.blocksLeast else {
            return "it cannot be told whether knowing \(hidden) helped: \(blocks) blocks of time "
                + "are too few, \(Self.blocksLeast) are needed"
        }
        switch namesHelped {
        case true?:
            let what = [
                (loss?.low ?? 0) > 0 ? "its chances" : nil,
                (net?.low ?? 0) > 0 ? "its net result" : nil,
            ].compactMap(\.self).joined(separator: " and ")
            return "knowing \(hidden) helped \(what): the model may recall this past, and its "
                + "results with \(hidden) are no evidence\(rough)"
        case false?: return "knowing \(hidden) did not help; it did worse with them\(rough)"
        case nil: return "it cannot be told whether knowing \(hidden) helped\(rough)"
        }
    }

    // MARK: decisions

    /// A chance that was given.
    private struct Chance {
        let asked_ns: Int64
        let symbol: String
        let probability: Double
        let horizon_ns: Int64
    }

    /// The last chance of each question, instrument and strategy.
    private static func opinions(_ entries: [LanguageRuns.Entry]) -> [String: Chance] {
        var found: [String: Chance] = [:]
        for entry in entries {
            for said in entry.opinions where said.role.isEmpty {
                found["\(entry.instance) \(said.asked_ns) \(said.symbol)"] = Chance(
                    asked_ns: said.asked_ns, symbol: said.symbol, probability: said.prob_up,
                    horizon_ns: Int64(min(1e8, said.horizon_minutes) * 6e10))
            }
        }
        return found
    }

    /// Prices that a run has kept, by instrument.
    private struct SampledPrices {
        private var samples: [String: [(time_ns: Int64, price: Int64)]] = [:]

        init(_ tables: RunTables) {
            let names = tables["instruments"].texts("name"), prices = tables["prices"]
            let times = prices.integers("time_ns"), places = prices.integers("instrument")
            let values = prices.integers("price")
            for row in 0..<prices.count where names.indices.contains(Int(places[row])) {
                samples[names[Int(places[row])], default: []].append((times[row], values[row]))
            }
        }

        /// Nil where no two samples stand so far apart, or nothing has changed.
        func loss(of chance: Chance) -> Double? {
            let end_ns = chance.asked_ns.addingReportingOverflow(chance.horizon_ns)
            guard !end_ns.overflow, let list = samples[chance.symbol],
                let start = Self.latest(list, at: chance.asked_ns),
                let end = Self.latest(list, at: end_ns.partialValue), end > start,
                list[list.count - 1].time_ns >= end_ns.partialValue,
                list[end].price != list[start].price
            else { return nil }
            return LossKind.logLoss(
                probabilityUp: chance.probability,
                outcome: Double(list[end].price - list[start].price))
        }

        private static func latest(
            _ list: [(time_ns: Int64, price: Int64)], at time_ns: Int64
        ) -> Int? {
            var low = 0, high = list.count
            while low < high {
                let middle = (low + high) / 2
                if list[middle].time_ns <= time_ns { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? low - 1 : nil
        }
    }

    // MARK: money

    /// What all strategies that asked are worth together, at the times that all have.
    private static func worth(
        _ tables: RunTables, _ entries: [LanguageRuns.Entry]
    ) -> [(time_ns: Int64, value: Double)] {
        let books = RunSummary(tables).instances
        var sums: [Int64: (value: Double, count: Int)] = [:]
        for entry in entries {
            let curve = books[entry.instance].curve
            for (time, value) in zip(curve.times, curve.values) {
                sums[time, default: (0, 0)].value += value
                sums[time, default: (0, 0)].count += 1
            }
        }
        return sums.filter { $0.value.count == entries.count }
            .map { ($0.key, $0.value.value) }.sorted { $0.0 < $1.0 }
    }

    private static func growth(_ curve: [(time_ns: Int64, value: Double)]) -> Double? {
        guard let first = curve.first, let last = curve.last, first.value > 0 else { return nil }
        return last.value / first.value - 1
    }

    /// Returns of the first less those of the second, between the times that both have.
    private static func differences(
        _ first: [(time_ns: Int64, value: Double)], _ second: [(time_ns: Int64, value: Double)]
    ) -> [(Int64, Double)] {
        let other = Dictionary(second.map { ($0.time_ns, $0.value) }) { $1 }
        let both = first.compactMap { point in
            other[point.time_ns].map { (point.time_ns, point.value, $0) }
        }
        return zip(both, both.dropFirst()).compactMap { before, now in
            guard before.1 > 0, before.2 > 0 else { return nil }
            return (now.0, now.1 / before.1 - now.2 / before.2)
        }
    }

    private static func blocks(
        _ values: [(time_ns: Int64, value: Double)], _ length: Int64
    ) -> [BlockBootstrap.Block] {
        var sums: [Int64: BlockBootstrap.Block] = [:]
        for (time, value) in values {
            var block = sums[time / length] ?? BlockBootstrap.Block(sum: 0, count: 0)
            block.sum += value
            block.count += 1
            sums[time / length] = block
        }
        return sums.sorted { $0.key < $1.key }.map(\.value)
    }
}
