/// How stacked weights follow from settled rounds.
package enum StackingRule: String, CaseIterable, Sendable {
    /// Weights of 0 or more, held near 0.
    case nonnegative
    /// Weights of any sign, held near the plain average.
    case ridge
}

/// Least squares of outcomes on forecasts, over settled rounds only.
///
/// A round is used for a forecast at T only when its horizon ended at least `purge_ns` before T, so
/// that no outcome that overlaps the forecast's own time is learned from. Its forecast is one more
/// expert of a mixture. Experts may come later: they said 0 until then.
/// - Source: Breiman 1996 (stacked regressions); Lawson and Hanson 1974 (nonnegative); Azoury and
///   Warmuth 2001 (ridge).
package struct Stacking: Sendable {
    private struct Round: Sendable {
        let forecasts: [Double]
        let outcome: Double
        let due_ns: Int64
    }

    /// Rounds that may be settled and not yet purged; one more teaches nothing.
    package static let waitingMax = 65_536

    package let rule: StackingRule
    package let lambda: Double
    package let purge_ns: Int64
    private var gram: SymmetricMatrix
    private var moments: [Double]
    private var waiting: [Round] = []
    /// Rounds before this one are in the sums and wait for removal.
    private var head = 0
    /// Rounds that the weights know.
    package private(set) var rounds = 0
    /// End of the latest of them.
    private var known_ns = Int64.min

    /// - Parameter experts: Those that are known of, 0 or more.
    /// - Parameter lambda: Strength of the hold, above 0: what keeps equal experts apart.
    /// - Parameter purge_ns: Time between an outcome and its first use, 0 or more.
    package init(
        experts: Int, lambda: Double, purge_ns: Int64, rule: StackingRule = .nonnegative
    ) {
        precondition(experts >= 0)
        precondition(lambda > 0 && lambda.isFinite)
        precondition(purge_ns >= 0)
        self.rule = rule
        self.lambda = lambda
        self.purge_ns = purge_ns
        gram = SymmetricMatrix(size: experts, diagonal: lambda)
        moments = Array(repeating: 0, count: experts)
    }

    /// Takes in a round whose horizon ended at `due_ns`, which never falls; one with something that
    /// is no number teaches nothing.
    package mutating func settle(_ forecasts: [Double], outcome: Double, due_ns: Int64) {
        guard outcome.isFinite, forecasts.allSatisfy(\.isFinite) else { return }
        precondition(waiting.last.map { $0.due_ns <= due_ns } ?? true)
        guard waiting.count - head < Self.waitingMax else { return }
        waiting.append(Round(forecasts: forecasts, outcome: outcome, due_ns: due_ns))
    }

    /// Takes what may be used at `time_ns` into the sums.
    ///
    /// - Returns: Whether they may be used then: false where they know of what came later.
    package mutating func learn(at time_ns: Int64) -> Bool {
        let (limit, isOver) = time_ns.subtractingReportingOverflow(purge_ns)
        guard !isOver, known_ns <= limit else { return false }
        while head < waiting.count, waiting[head].due_ns <= limit {
            add(waiting[head])
            head += 1
        }
        if head == waiting.count || head >= 64, head * 2 >= waiting.count {
            waiting.removeFirst(head)
            head = 0
        }
        return true
    }

    private mutating func add(_ round: Round) {
        while moments.count < round.forecasts.count { moments.append(0) }
        gram.grow(to: moments.count, diagonal: lambda)
        gram.add(round.forecasts)
        for (expert, forecast) in round.forecasts.enumerated() {
            moments[expert] += round.outcome * forecast
        }
        rounds += 1
        known_ns = round.due_ns
    }

    /// Whether the sums know of anything that the expert said.
    package func hasSpoken(_ expert: Int) -> Bool {
        expert < moments.count && gram[expert, expert] > lambda
    }

    /// The weights of the experts of `part` in their order, as if there were no others.
    ///
    /// - Returns: Finite numbers; where the sums do not tell, the plain average of ridge.
    package func weights(of part: [Int]) -> [Double] {
        let right = part.map { moments[$0] }
        let plain = Array(repeating: 1 / Double(max(1, part.count)), count: part.count)
        let weights: [Double]? =
            switch rule {
            case .nonnegative: QuadraticProgram.solve(gram[part], right, sumsToOne: false)
            case .ridge: gram.solve(zip(right, plain).map { $0 + lambda * $1 }, part: part)
            }
        guard let weights, weights.allSatisfy(\.isFinite) else { return plain }
        return weights
    }

    /// Returns the weights of all for a forecast issued at `time_ns`; nil before the first round
    /// that may be used.
    package mutating func weights(at time_ns: Int64) -> [Double]? {
        guard learn(at: time_ns), rounds > 0 else { return nil }
        return weights(of: Array(moments.indices))
    }
}
