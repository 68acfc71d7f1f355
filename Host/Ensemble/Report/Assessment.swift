import Glibc

/// What an ensemble was worth over a run, beside its plain average and each of its models.
///
/// Fed with every scored round, it holds sums by time in bounded memory; what it says is a function
/// of them. Rounds without a mixture are left out: everyone is measured where the ensemble spoke.
package struct Assessment: Sendable {
    /// Sums of one contestant over some rounds, and of the ensemble over the same ones.
    private struct Sums: Sendable {
        var rounds = 0.0
        var logLoss = 0.0
        var utility = 0.0
        var netReturn = 0.0
        var logLossOfEnsemble = 0.0
        var utilityOfEnsemble = 0.0

        mutating func add(_ score: Score, beside mixture: Score) {
            rounds += 1
            logLoss += score.logLoss
            utility += score.utility
            netReturn += score.netReturn
            logLossOfEnsemble += mixture.logLoss
            utilityOfEnsemble += mixture.utility
        }

        mutating func add(_ other: Sums) {
            rounds += other.rounds
            logLoss += other.logLoss
            utility += other.utility
            netReturn += other.netReturn
            logLossOfEnsemble += other.logLossOfEnsemble
            utilityOfEnsemble += other.utilityOfEnsemble
        }
    }

    /// Buckets of time that are kept; when more are needed, their length doubles.
    private static let bucketsMax = 8_192
    /// Blocks that a run is cut into, unless horizons ask for longer ones.
    private static let blocksMax = 200
    /// Blocks below which intervals are rough.
    package static let blocksMin = 30

    /// Ids of the models, in the order of the run.
    package let models: [String]
    private let paid: RulePay
    private var bucket_ns: Int64
    /// Contestants before the models: the ensemble, the plain average, and the vote.
    private static let others = ["ensemble", "uniform", "majority vote"]
    /// By number of the bucket, one for each contestant.
    private var buckets: [Int64: [Sums]] = [:]
    private var horizonMax_ns: Int64 = 0
    private var first_ns = Int64.max
    private var last_ns = Int64.min

    /// - Parameters:
    ///   - paid: What the ensemble is weighed by.
    ///   - bucket_ns: Length of time within which rounds are never parted, above 0.
    package init(
        models: [String], paid: RulePay = .probabilities, bucket_ns: Int64 = 60_000_000_000
    ) {
        precondition(bucket_ns > 0)
        self.paid = paid
        self.models = models
        self.bucket_ns = bucket_ns
    }

    private var contestants: Int { Self.others.count + models.count }

    /// Takes in a scored round.
    package mutating func add(_ round: SettledRound) {
        guard let mixture = round.mixture, let uniform = round.uniform, let vote = round.vote,
            let first = round.entries.first?.forecast
        else { return }
        horizonMax_ns = max(horizonMax_ns, first.horizon_ns)
        first_ns = min(first_ns, first.issued_ns)
        last_ns = max(last_ns, first.issued_ns)
        let number = first.issued_ns / bucket_ns
        var sums = buckets[number] ?? Array(repeating: Sums(), count: contestants)
        buckets[number] = nil
        sums[0].add(mixture, beside: mixture)
        sums[1].add(uniform, beside: mixture)
        sums[2].add(vote, beside: mixture)
        for (entry, score) in zip(round.entries, round.scores) {
            sums[Int(entry.forecast.model) + Self.others.count].add(score, beside: mixture)
        }
        buckets[number] = sums
        if buckets.count > Self.bucketsMax { coarsen() }
    }

    private mutating func coarsen() {
        bucket_ns *= 2
        var merged: [Int64: [Sums]] = [:]
        for (number, sums) in buckets.sorted(by: { $0.key < $1.key }) {
            // Numbers below 0 are of times before 1970, where division rounds up.
            let half = number >= 0 ? number / 2 : (number - 1) / 2
            guard var both = merged[half] else {
                merged[half] = sums
                continue
            }
            for index in both.indices { both[index].add(sums[index]) }
            merged[half] = both
        }
        buckets = merged
    }

    /// Rounds by blocks of time: at least two of the longest horizon, and no more than 200.
    private var blocks: [[Sums]] {
        let span = Double(last_ns) - Double(first_ns)
        let length = max(2 * Double(horizonMax_ns), span / Double(Self.blocksMax), 1)
        let count = max(1, Int((length / Double(bucket_ns)).rounded(.up)))
        var result: [[Sums]] = [], open: Int64?
        for (number, sums) in buckets.sorted(by: { $0.key < $1.key }) {
            let block = number / Int64(count)
            if block != open {
                result.append(sums)
                open = block
            } else {
                for index in sums.indices { result[result.count - 1][index].add(sums[index]) }
            }
        }
        return result
    }

    /// What the rounds say.
    ///
    /// - Parameter bootstrap: How intervals are drawn.
    package func findings(_ bootstrap: BlockBootstrap) -> AssessmentFindings {
        let blocks = blocks
        var totals = Array(repeating: Sums(), count: contestants)
        for block in blocks { for index in totals.indices { totals[index].add(block[index]) } }
        func interval(
            _ value: (Sums) -> Double, _ who: Int, _ level: Double = 0.95
        ) -> MeanInterval? {
            bootstrap.interval(
                blocks.map { .init(sum: value($0[who]), count: $0[who].rounds) }, level: level)
        }
        func difference(_ who: Int) -> AssessmentFindings.Difference? {
            guard let logLoss = interval({ $0.logLossOfEnsemble - $0.logLoss }, who),
                let utility = interval({ $0.utilityOfEnsemble - $0.utility }, who)
            else { return nil }
            return .init(who: name(who), logLoss: logLoss, utility: utility)
        }
        let heard = totals.indices.dropFirst(Self.others.count).filter {
            totals[$0].rounds * 2 >= totals[0].rounds && totals[$0].rounds > 0
        }
        let bestByLoss = heard.min { mean(totals[$0], \.logLoss) < mean(totals[$1], \.logLoss) }
        let bestByUtility = heard.max { mean(totals[$0], \.utility) < mean(totals[$1], \.utility) }
        // All models are asked at once: each alone must be surer, so that together they are.
        let joint = 1 - 0.05 / Double(max(1, models.count))
        let edges = totals.indices.dropFirst(Self.others.count).compactMap {
            who -> AssessmentFindings.Edge? in
            guard let logLoss = interval({ $0.logLoss - $0.rounds * M_LN2 }, who, joint),
                let utility = interval(\.utility, who, joint)
            else { return nil }
            return .init(model: name(who), logLoss: logLoss, utility: utility)
        }
        return AssessmentFindings(
            paid: paid,
            standings: totals.indices.map { standing(name($0), totals[$0]) },
            blocks: blocks.count, rounds: Int(totals[0].rounds), uniform: difference(1),
            vote: difference(2),
            bestByLoss: bestByLoss.flatMap(difference),
            bestByUtility: bestByUtility.flatMap(difference), edges: edges)
    }

    private func name(_ who: Int) -> String {
        who < Self.others.count ? Self.others[who] : models[who - Self.others.count]
    }

    private func mean(_ sums: Sums, _ value: KeyPath<Sums, Double>) -> Double {
        sums[keyPath: value] / sums.rounds
    }

    private func standing(_ name: String, _ sums: Sums) -> AssessmentFindings.Standing {
        guard sums.rounds > 0 else {
            return .init(who: name, rounds: 0, logLoss: nil, utility: nil, netReturn: nil)
        }
        return .init(
            who: name, rounds: Int(sums.rounds), logLoss: mean(sums, \.logLoss),
            utility: mean(sums, \.utility), netReturn: mean(sums, \.netReturn))
    }
}

/// What an ensemble is weighed by.
package enum RulePay: Sendable {
    /// A loss of probabilities.
    case probabilities
    /// What positions earn after costs.
    case positions
    /// Probabilities by the one, positions by the other.
    case both

    fileprivate var sentence: String {
        switch self {
        case .probabilities:
            "models are weighed by their probabilities; positions: { rule: squint } weighs "
                + "their positions apart, by what these earn after costs"
        case .positions: "models are weighed by what their positions earn after costs"
        case .both:
            "probabilities are weighed by what they foretold, positions by what they earned"
        }
    }
}

/// How contestants of an assessment compare, in numbers and in words.
package struct AssessmentFindings: Sendable {
    /// One contestant over the rounds in which it and the ensemble spoke.
    package struct Standing: Equatable, Sendable {
        package let who: String
        package let rounds: Int
        package let logLoss: Double?
        /// Net utility, -1...1.
        package let utility: Double?
        /// Mean return of a round after costs, as a fraction.
        package let netReturn: Double?
    }

    /// The ensemble less somebody, over the same rounds: log loss below 0 and utility above 0 are
    /// better.
    package struct Difference: Equatable, Sendable {
        package let who: String
        package let logLoss: MeanInterval
        package let utility: MeanInterval
    }

    /// A model's log loss less that of a coin, and its net utility, at 95 % for all models at once.
    package struct Edge: Equatable, Sendable {
        package let model: String
        package let logLoss: MeanInterval
        package let utility: MeanInterval
    }

    package let paid: RulePay
    /// The ensemble, the plain average, the vote, and the models.
    package let standings: [Standing]
    package let blocks: Int
    package let rounds: Int
    package let uniform: Difference?
    /// Against the part of the models that say more than one half.
    package let vote: Difference?
    /// Against the single model with the lowest log loss in hindsight.
    package let bestByLoss: Difference?
    /// Against the single model with the highest net utility in hindsight.
    package let bestByUtility: Difference?
    package let edges: [Edge]

    /// Whether the ensemble is worse than the plain average beyond the interval, in a measure that
    /// it is paid in.
    package var isWorseThanUniform: Bool {
        guard let uniform else { return false }
        let isWorse = (loss: uniform.logLoss.low > 0, utility: uniform.utility.high < 0)
        return switch paid {
        case .probabilities: isWorse.loss
        case .positions: isWorse.utility
        case .both: isWorse.loss || isWorse.utility
        }
    }

    /// What the numbers mean, one sentence each.
    package var words: [String] {
        guard rounds > 0, let uniform else {
            return ["no round was scored in which a model was heard: there is nothing to compare"]
        }
        var words = [paid.sentence]
        if blocks < Assessment.blocksMin {
            words.append(
                "there are only \(blocks) blocks of rounds, so the intervals are rough")
        }
        words.append(Self.edge("log loss, a coin's", edges.filter { $0.logLoss.high < 0 }, edges))
        words.append(
            Self.edge("net utility after costs, 0", edges.filter { $0.utility.low > 0 }, edges))
        words.append(Self.compared("in log loss", uniform.logLoss, isLower: true, "the average"))
        words.append(
            Self.compared("in net utility", uniform.utility, isLower: false, "the average"))
        if let vote {
            words.append(
                Self.compared("in log loss", vote.logLoss, isLower: true, "the models' vote"))
            words.append(
                Self.compared("in net utility", vote.utility, isLower: false, "the models' vote"))
        }
        if let best = bestByLoss {
            words.append(
                Self.compared(
                    "in log loss", best.logLoss, isLower: true,
                    "\(best.who), the best single model in hindsight"))
        }
        if let best = bestByUtility {
            words.append(
                Self.compared(
                    "in net utility", best.utility, isLower: false,
                    "\(best.who), the best single model in hindsight"))
        }
        return words
    }

    private static func edge(_ bar: String, _ found: [Edge], _ all: [Edge]) -> String {
        found.isEmpty
            ? "no model has an edge: none is better than the bar (\(bar)) at 95 % for all "
                + "\(all.count) together"
            : "an edge over the bar (\(bar)), at 95 % for all together: "
                + found.map(\.model).joined(separator: ", ")
    }

    private static func compared(
        _ measure: String, _ interval: MeanInterval, isLower: Bool, _ other: String
    ) -> String {
        let (low, high) = isLower ? (interval.low, interval.high) : (-interval.high, -interval.low)
        let verdict =
            low > 0
            ? "is worse than \(other) beyond the interval"
            : high < 0
                ? "is better than \(other) beyond the interval"
                : "cannot be told from \(other)"
        return "\(measure) the ensemble \(verdict): \(WeightChange.fixed(interval.mean, 6)), 95 % "
            + "within \(WeightChange.fixed(interval.low, 6)) and "
            + "\(WeightChange.fixed(interval.high, 6)), "
            + "width \(WeightChange.fixed(interval.width, 6))"
    }
}
