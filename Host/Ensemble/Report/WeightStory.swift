/// What a model's forecasts about one instrument came to over some time.
package struct WeightEvidence: Equatable, Sendable {
    /// Index of the instrument in the run.
    package let instrument: Int
    /// Scored forecasts.
    package let rounds: Int
    /// Those that gave less than one half to what happened.
    package let erred: Int
    /// Their mean loss.
    package let loss: Double
    /// Mean loss of all that were heard in the same rounds, as they were weighed.
    package let lossOfAll: Double
}

/// Why a model's weight changed.
package enum WeightReason: Equatable, Sendable {
    /// Its probation was over.
    case entered
    /// It was sent back to probation because its losses rose.
    case relapsed
    case crashed
    case retired
    /// Its forecasts about the instrument that moved it most were better or worse than the rest.
    case forecasts(WeightEvidence)
    /// Its own forecasts say the opposite: others moved more. nil when nobody stands out.
    case others(Int?, WeightEvidence)
    /// It said nothing that was scored. The model that moved most the other way, if any.
    case silent(Int?)
}

/// One change of one model's weight, with its reason.
package struct WeightChange: Equatable, Sendable {
    /// Index of the model in the run.
    package let model: Int
    /// Unix nanoseconds UTC.
    package let from_ns: Int64
    /// Unix nanoseconds UTC.
    package let to_ns: Int64
    package let before: Double
    package let after: Double
    package let reason: WeightReason

    /// Why, in one sentence.
    ///
    /// - Parameters:
    ///   - models: Ids by index.
    ///   - instruments: Names by index.
    package func sentence(models: [String], instruments: [String]) -> String {
        let name = Self.name(model, models)
        let verb = after < before ? "lost" : "gained"
        let start =
            "\(name) \(verb) \(Self.fixed(abs(after - before))) "
            + "(\(Self.fixed(before)) to \(Self.fixed(after)))"
        switch reason {
        case .entered: return "\(name) entered with \(Self.fixed(after)): its probation was over"
        case .relapsed: return "\(start): its losses rose, and it is on probation again"
        case .crashed: return "\(start): it crashed, and paid in full for what it had promised"
        case .retired: return "\(start): it was retired, and its part went to the others"
        case .forecasts(let evidence):
            return "\(start) since its forecasts of \(Self.said(evidence, instruments))"
        case .others(let other, let evidence):
            return "\(start) although its forecasts of \(Self.said(evidence, instruments))"
                + (other.map { ": what \(Self.name($0, models)) did counted more" } ?? "")
        case .silent(let other):
            return "\(start) while nothing of it was scored"
                + (other.map { ": \(Self.name($0, models)) moved the other way" } ?? "")
        }
    }

    private static func name(_ index: Int, _ names: [String]) -> String {
        index < names.count ? names[index] : "model \(index)"
    }

    private static func said(_ evidence: WeightEvidence, _ instruments: [String]) -> String {
        let name =
            evidence.instrument < instruments.count
            ? instruments[evidence.instrument] : "instrument \(evidence.instrument)"
        return "\(name) erred in \(evidence.erred) of \(evidence.rounds) rounds and paid "
            + "\(fixed(evidence.loss, 4)) on average, against \(fixed(evidence.lossOfAll, 4)) "
            + "of all as weighed"
    }

    /// A fraction in per cent, with two decimals.
    package static func percent(_ value: Double) -> String { fixed(value * 100, 2) + " %" }

    /// `value` with so many decimals, without a locale.
    static func fixed(_ value: Double, _ decimals: Int = 3) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let units = (abs(value) * scale).rounded()
        guard units.isFinite, units < 1e15 else { return value.description }
        let whole = Int64(units), unit = Int64(scale)
        let digits = String(whole % unit)
        let sign = value < 0 && whole > 0 ? "-" : ""
        return sign + "\(whole / unit)." + String(repeating: "0", count: decimals - digits.count)
            + digits
    }
}

/// Follows a ledger between some moments, and says why the weights differ from one to the next.
///
/// It is a function of the weights over time and of the ledger, and of nothing else, so a run that
/// has just ended and one out of the store tell the same story.
package struct WeightStory: Sendable {
    private struct Sums: Sendable {
        var rounds = 0
        var erred = 0
        var loss = 0.0
        var all = 0.0

        mutating func add(loss: Double, all: Double, erred: Bool) {
            rounds += 1
            self.loss += loss
            self.all += all
            if erred { self.erred += 1 }
        }
    }

    /// What happened to the models between two moments.
    private struct Part: Sendable {
        /// By model, then by instrument.
        var sums: [[Sums]]
        var isCrashed: Set<Int> = []
        var isRetired: Set<Int> = []
    }

    /// The moments, and the weights at each.
    private let points: [WeightPoint]
    private var parts: [Part]
    private var current = 0
    private let models: Int

    /// - Parameters:
    ///   - points: Weights over time, by time.
    ///   - parts: In how many parts of about equal length the time is told, 1 or more.
    ///   - instruments: How many there are in the run.
    package init(points: [WeightPoint], parts: Int, models: Int, instruments: Int) {
        precondition(parts > 0)
        self.models = models
        self.points = Self.chosen(points, parts)
        let empty = Part(
            sums: Array(
                repeating: Array(repeating: Sums(), count: instruments), count: models))
        self.parts = Array(repeating: empty, count: max(0, self.points.count - 1))
    }

    /// The first and last point, and those nearest before the ends of equal parts between.
    private static func chosen(_ points: [WeightPoint], _ parts: Int) -> [WeightPoint] {
        guard let first = points.first, let last = points.last, points.count > 1 else { return [] }
        let span = Double(last.time_ns) - Double(first.time_ns)
        var result = [first]
        for part in 1..<max(parts, 2) where parts > 1 {
            let until = Double(first.time_ns) + span * Double(part) / Double(parts)
            guard let point = points.last(where: { Double($0.time_ns) <= until }),
                let before = result.last, point.time_ns > before.time_ns
            else { continue }
            result.append(point)
        }
        result.append(last)
        return result
    }

    /// Takes in a change of the registry, in its place among the rounds.
    package mutating func apply(_ change: RegistryChange) {
        guard current < parts.count else { return }
        switch change {
        case .suspended(let model): parts[current].isCrashed.insert(model)
        case .retired(let model): parts[current].isRetired.insert(model)
        case .added, .resumed: break
        }
    }

    /// Takes in the lines of one round, in the order of the ledger.
    package mutating func settle(_ lines: [LedgerLine]) {
        guard let first = lines.first else { return }
        while current < parts.count, first.settled_ns > points[current + 1].time_ns { current += 1 }
        guard current < parts.count, first.settled_ns > points[current].time_ns || current == 0
        else { return }
        var all = 0.0, weight = 0.0
        for line in lines where line.isLive {
            all += line.weight * line.loss
            weight += line.weight
        }
        guard weight > 0 else { return }
        for line in lines where line.model < models && line.isLive {
            guard line.instrument < parts[current].sums[line.model].count else { continue }
            let right = line.outcome * (line.probabilityUp - 0.5)
            parts[current].sums[line.model][line.instrument].add(
                loss: line.loss, all: all / weight, erred: right < 0)
        }
    }

    /// Every change of at least `least`, by time and then by model.
    package func changes(least: Double) -> [WeightChange] {
        parts.indices.flatMap { part in
            (0..<models).compactMap { change(of: $0, in: part, least) }
        }
    }

    private func weight(_ model: Int, _ point: Int) -> Double {
        model < points[point].weights.count ? points[point].weights[model] : 0
    }

    private func change(of model: Int, in part: Int, _ least: Double) -> WeightChange? {
        let before = weight(model, part), after = weight(model, part + 1)
        guard abs(after - before) >= least else { return nil }
        return WeightChange(
            model: model, from_ns: points[part].time_ns, to_ns: points[part + 1].time_ns,
            before: before, after: after,
            reason: reason(model, part, moved: after - before, before: before, after: after))
    }

    private func reason(
        _ model: Int, _ part: Int, moved: Double, before: Double, after: Double
    ) -> WeightReason {
        let story = parts[part]
        if story.isRetired.contains(model) { return .retired }
        if story.isCrashed.contains(model), moved < 0 { return .crashed }
        if before == 0 { return .entered }
        if after == 0 { return .relapsed }
        guard let evidence = evidence(story.sums[model], moved: moved) else {
            return .silent(rival(model, part, moved))
        }
        let isTold = (evidence.lossOfAll - evidence.loss) * moved > 0
        return isTold ? .forecasts(evidence) : .others(rival(model, part, moved), evidence)
    }

    /// The model that moved most in the other direction.
    private func rival(_ model: Int, _ part: Int, _ moved: Double) -> Int? {
        let moves = (0..<models).map { weight($0, part + 1) - weight($0, part) }
        return moves.indices.filter { $0 != model && moves[$0] * moved < 0 }
            .max { abs(moves[$0]) < abs(moves[$1]) }
    }

    /// Of the instruments, the one whose rounds moved the model most in its direction.
    private func evidence(_ sums: [Sums], moved: Double) -> WeightEvidence? {
        let spoken = sums.indices.filter { sums[$0].rounds > 0 }
        let most = spoken.max { a, b in
            (sums[a].all - sums[a].loss) * moved < (sums[b].all - sums[b].loss) * moved
        }
        guard let instrument = most else { return nil }
        let sum = sums[instrument]
        return WeightEvidence(
            instrument: instrument, rounds: sum.rounds, erred: sum.erred,
            loss: sum.loss / Double(sum.rounds), lossOfAll: sum.all / Double(sum.rounds))
    }
}
