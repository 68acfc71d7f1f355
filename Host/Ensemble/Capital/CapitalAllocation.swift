/// How capital moves between the strategies of an account.
package struct CapitalConfiguration: Equatable, Sendable {
    /// Turns what strategies earned into parts of the capital.
    package let rule: CapitalRule
    /// Time from one review to the next, in nanoseconds, above 0.
    package let interval_ns: Int64
    /// Reviews in which results are only looked at, 0 or more.
    package let probation: Int
    /// Smallest part of a strategy that has not ended, 0...1; nil for none.
    package let partMin: Double?
    /// Largest part of one strategy, above 0, at most 1; nil for none.
    package let partMax: Double?
    /// Largest change of a part that is not worth a move, 0...1.
    package let band: Double
    /// Most that moves at one review, as a part of the capital of all, above 0, at most 1.
    package let moveMax: Double
    /// What moving capital is counted at, in basis points of what moves: strategies trade to fit.
    package let cost_bps: Double

    package init(
        rule: CapitalRule, interval_ns: Int64, probation: Int = 10, partMin: Double? = nil,
        partMax: Double? = nil, band: Double = 0.01, moveMax: Double = 1, cost_bps: Double = 0
    ) {
        precondition(interval_ns > 0 && probation >= 0)
        precondition((0...1).contains(partMin ?? 0) && (partMax ?? 1) > 0 && (partMax ?? 1) <= 1)
        precondition((0...1).contains(band) && moveMax > 0 && moveMax <= 1 && cost_bps >= 0)
        self.rule = rule
        self.interval_ns = interval_ns
        self.probation = probation
        self.partMin = partMin
        self.partMax = partMax
        self.band = band
        self.moveMax = moveMax
        self.cost_bps = cost_bps
    }
}

/// One strategy's result between two reviews.
package struct CapitalResult: Equatable, Sendable {
    /// Return on what it had after the last review, as a fraction; not finite where it had nothing.
    package let growth: Double
    /// Its part of the capital of all now, 0...1.
    package let part: Double
    /// Whether its plugin is gone: it is charged the most there is, once, and gets nothing more.
    package let hasEnded: Bool

    package init(growth: Double, part: Double, hasEnded: Bool = false) {
        self.growth = growth
        self.part = part
        self.hasEnded = hasEnded
    }

    /// Results of all strategies of an account, from exact amounts of any one unit.
    ///
    /// - Parameters:
    ///   - worths: What each strategy's book is worth now.
    ///   - bases: What it was worth after the last review.
    package static func all(
        worths: [Int128], bases: [Int128], haveEnded: [Bool]
    ) -> [CapitalResult] {
        let whole = Double(worths.reduce(Int128(0)) { $0 + max($1, 0) })
        return worths.indices.map { place in
            CapitalResult(
                growth: bases[place] > 0
                    ? Double(worths[place]) / Double(bases[place]) - 1 : .nan,
                part: whole > 0 ? Double(max(worths[place], 0)) / whole : 0,
                hasEnded: haveEnded[place])
        }
    }
}

/// What a review came to.
package struct CapitalReview: Equatable, Sendable {
    /// The part of the capital that each strategy is to have; they add up to 1.
    package let wanted: [Double]
    /// What each strategy's result was charged, 0...1; nil of those that were not judged.
    package let losses: [Double?]
    /// What having the wanted parts would have earned since the last move beyond what was had, as a
    /// fraction of all capital, 0 or more.
    package let forgone: Double
    /// What going to the wanted parts is counted at, as a fraction of all capital.
    package let cost: Double
    /// Whether capital is to move.
    package let moves: Bool
}

/// Moves capital to the strategies that earn with it, by the same rules that weigh models.
///
/// At each review the rule hears what each strategy earned, and says which parts of the capital
/// they are to have. Capital is not moved at once: only when waiting has cost what the move is
/// counted at, so that what is paid for moving is never more than what staying has lost. The parts
/// are a function of the results and of nothing else.
package struct CapitalAllocation: Sendable {
    package let configuration: CapitalConfiguration
    private var rule: any PartsRule
    private var isOut: [Bool]
    /// Reviews so far.
    package private(set) var reviews = 0
    private var forgone = 0.0

    /// - Parameter parts: Of the capital, at the start; above 0, at least two.
    package init(_ configuration: CapitalConfiguration, parts: [Double]) {
        precondition(parts.count > 1 && parts.allSatisfy { $0 > 0 && $0.isFinite })
        self.configuration = configuration
        rule = configuration.rule.start(parts: parts)
        isOut = Array(repeating: false, count: parts.count)
    }

    /// The parts that the rule gives, within floor and cap; they add up to 1 unless all have ended.
    package var wanted: [Double] {
        let awake = isOut.map { $0 ? 0.0 : 1 }
        var parts = rule.parts(awake: awake)
        if let least = configuration.partMin {
            WeightFloor.apply(&parts, least: least, awake: awake)
        }
        WeightCap.apply(
            &parts, weightMax: configuration.partMax, groupMax: nil,
            groups: Array(parts.indices), awake: awake)
        return parts
    }

    /// Takes in what each strategy earned since the last review, and says what is to move.
    ///
    /// - Parameter results: One for each strategy, in their order.
    package mutating func review(_ results: [CapitalResult]) -> CapitalReview {
        precondition(results.count == isOut.count)
        let before = wanted
        let losses = charge(results)
        reviews += 1
        let judged = results.map { $0.growth.isFinite ? $0.growth : 0 }
        let missed = results.indices.reduce(0) {
            $0 + (before[$1] - results[$1].part) * judged[$1]
        }
        let isDue = reviews > configuration.probation && rule.isTaught
        forgone = isDue ? max(0, forgone + missed) : 0
        let wanted = wanted
        let changes = zip(wanted, results).map { abs($0 - $1.part) }
        let cost = configuration.cost_bps * 1e-4 * changes.reduce(0, +) / 2
        // Nothing waits for a strategy that is gone.
        let isFreed = zip(isOut, results).contains { $0 && $1.part > 0 }
        let isWorth = (changes.max() ?? 0) > configuration.band && forgone >= cost
        return CapitalReview(
            wanted: wanted, losses: losses, forgone: forgone, cost: cost,
            moves: wanted.contains { $0 > 0 } && (isFreed || (isDue && isWorth)))
    }

    /// Capital has moved: what was forgone is counted anew.
    package mutating func moved() { forgone = 0 }

    /// Teaches the rule the results; returns what each was charged, where the rule charges.
    private mutating func charge(_ results: [CapitalResult]) -> [Double?] {
        let gone = results.indices.filter { results[$0].hasEnded && !isOut[$0] }
        let heard = results.indices.filter { !isOut[$0] && results[$0].growth.isFinite }
        let losses = rule.learn(results.map(\.growth), heard: heard, gone: gone)
        for slot in gone { isOut[slot] = true }
        return losses
    }
}
