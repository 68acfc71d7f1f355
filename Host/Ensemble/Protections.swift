/// What holds a model back beside its own weight. `none` changes nothing.
package struct Protections: Equatable, Sendable {
    /// How a rise of a model's losses is seen; the model then goes back to probation, unless it is
    /// the last one that is heard. Nil never looks.
    package let drift: DriftWatch?
    /// Largest part of one model in what is played, above 0, at most 1; what is over goes to the
    /// others pro rata. With too few models for it, all have the same part.
    package let weightMax: Double?
    /// Largest part together of models whose losses move as one, above 0, at most 1.
    package let groupMax: Double?
    /// Smallest part of a model that is heard, 0...1; with too many models for it, all have the
    /// same part.
    package let weightMin: Double?

    package static let none = Protections(drift: nil, weightMax: nil, groupMax: nil)

    package init(
        drift: DriftWatch?, weightMax: Double?, groupMax: Double?, weightMin: Double? = nil
    ) {
        precondition((weightMin ?? 0) >= 0 && (weightMin ?? 0) <= 1)
        self.weightMin = weightMin
        precondition((weightMax ?? 1) > 0 && (weightMax ?? 1) <= 1)
        precondition((groupMax ?? 1) > 0 && (groupMax ?? 1) <= 1)
        self.drift = drift
        self.weightMax = weightMax
        self.groupMax = groupMax
    }
}

/// Which detector watches the losses of each live model.
package enum DriftWatch: Equatable, Sendable {
    /// Losses of 0...1 need a threshold of about 5.
    case pageHinkley(threshold: Double)
    /// Chance of a false alarm at a check, above 0 and below 1; a check every 32 rounds.
    case adwin(delta: Double)
    /// Probability of the test of Kolmogorov and Smirnov below which losses have changed; the
    /// change counts when their mean has risen. Its draws follow from the seed.
    case kswin(alpha: Double, seed: UInt32)
}

/// The detector of one model.
enum LossWatch: Sendable {
    case pageHinkley(PageHinkley)
    case adwin(Adwin)
    case kswin(Kswin)

    init(_ watch: DriftWatch) {
        switch watch {
        case .pageHinkley(let threshold):
            self = .pageHinkley(PageHinkley(threshold: threshold, mode: .up))
        case .adwin(let delta): self = .adwin(Adwin(delta: delta))
        case .kswin(let alpha, let seed): self = .kswin(Kswin(alpha: alpha, seed: seed))
        }
    }

    /// Takes in a loss and returns whether losses have risen with it.
    mutating func hasRisen(with loss: Double) -> Bool {
        switch self {
        case .pageHinkley(var detector):
            defer { self = .pageHinkley(detector) }
            return detector.add(loss)
        case .adwin(var detector):
            defer { self = .adwin(detector) }
            return detector.add(loss) && detector.isRise == true
        case .kswin(var detector):
            defer { self = .kswin(detector) }
            let isRise = detector.isRise(with: loss)
            return detector.add(loss) && isRise
        }
    }
}

/// How alike the losses of each two models are, with a fading memory.
struct LossLikeness: Sendable {
    /// Correlation from which two models count as one.
    static let least = 0.95
    /// Rounds with both before they are compared.
    static let roundsMin = 30
    private static let memory = 0.98

    private struct Pair {
        var rounds = 0
        var weight = 0.0
        var a = 0.0, b = 0.0
        var aa = 0.0, bb = 0.0, ab = 0.0

        mutating func add(_ x: Double, _ y: Double) {
            rounds += 1
            weight = weight * LossLikeness.memory + 1
            a = a * LossLikeness.memory + x
            b = b * LossLikeness.memory + y
            aa = aa * LossLikeness.memory + x * x
            bb = bb * LossLikeness.memory + y * y
            ab = ab * LossLikeness.memory + x * y
        }

        var isAlike: Bool {
            guard rounds >= LossLikeness.roundsMin else { return false }
            let (u, v) = (aa - a * a / weight, bb - b * b / weight)
            guard u > 1e-12 * aa, v > 1e-12 * bb else { return false }
            return ab - a * b / weight > LossLikeness.least * (u * v).squareRoot()
        }
    }

    /// For each model, its pairs with those before it.
    private var pairs: [[Pair]] = []

    mutating func addModel() { pairs.append(Array(repeating: Pair(), count: pairs.count)) }

    /// Takes in the losses of a round, in the order of models, less what they paid on average.
    mutating func add(_ losses: some Collection<ModelLoss>) {
        guard losses.count > 1 else { return }
        let mean = losses.reduce(0) { $0 + $1.loss } / Double(losses.count)
        for (place, later) in losses.enumerated() {
            for earlier in losses.prefix(place) {
                pairs[later.model][earlier.model].add(later.loss - mean, earlier.loss - mean)
            }
        }
    }

    /// For each model, the first model that it is alike to, itself or through others.
    func groups() -> [Int] {
        var first = Array(pairs.indices)
        for later in pairs.indices {
            for earlier in 0..<later where pairs[later][earlier].isAlike {
                let (low, high) = (
                    min(first[later], first[earlier]), max(first[later], first[earlier])
                )
                for model in first.indices where first[model] == high { first[model] = low }
            }
        }
        return first
    }
}

/// Smallest parts.
enum WeightFloor {
    /// Gives each model that is awake at least `least`, taken pro rata from what is above it.
    static func apply(_ weights: inout [Double], least: Double, awake: [Double]) {
        let heard = awake.count { $0 > 0 }
        guard heard > 0 else { return }
        let floor = min(least, 1 / Double(heard))
        for slot in weights.indices where awake[slot] > 0 {
            weights[slot] = floor + (1 - floor * Double(heard)) * weights[slot]
        }
    }
}

/// Largest parts.
enum WeightCap {
    /// Turns of the two caps after each other: each leaves less over than the one before.
    private static let turnsMax = 32
    /// What counts as a part at all: far less than a sum of parts can tell.
    private static let least = 1e-200

    /// Holds each model and each group of two or more to its largest part. Weights add up to 1, or
    /// are all 0.
    ///
    /// - Parameter awake: Above 0 for each model that is heard: what is over goes to these, evenly
    ///   where they have nothing to go by.
    static func apply(
        _ weights: inout [Double], weightMax: Double?, groupMax: Double?, groups: [Int],
        awake: [Double]
    ) {
        guard weightMax != nil || groupMax != nil, weights.contains(where: { $0 > 0 }) else {
            return
        }
        for slot in weights.indices where awake[slot] > 0 {
            weights[slot] = max(weights[slot], least)
        }
        let each = Array(weights.indices)
        for _ in 0..<turnsMax {
            var isDone = true
            if let groupMax {
                isDone = !hold(&weights, most: groupMax, units: groups, sizeMin: 2)
            }
            if let weightMax {
                isDone = !hold(&weights, most: weightMax, units: each, sizeMin: 1) && isDone
            }
            if isDone { return }
        }
    }

    /// Sets the units that are over to `most` and scales the others up, until none is over; when
    /// nobody is left to scale, all have the same part.
    ///
    /// - Returns: Whether anything moved.
    private static func hold(
        _ weights: inout [Double], most: Double, units: [Int], sizeMin: Int
    ) -> Bool {
        var sums = Array(repeating: 0.0, count: weights.count)
        var sizes = Array(repeating: 0, count: weights.count)
        for slot in weights.indices where weights[slot] > 0 {
            sums[units[slot]] += weights[slot]
            sizes[units[slot]] += 1
        }
        var isHeld = Array(repeating: false, count: sums.count)
        // A factor of them would overflow where all that is free is next to nothing.
        var (free, rest, part, held) = (1.0, 1.0, most, 0.0)
        while let over = sums.indices.first(where: {
            !isHeld[$0] && sizes[$0] >= sizeMin && sums[$0] / free * rest > most * (1 + 1e-9)
        }) {
            isHeld[over] = true
            held += 1
            let left = sums.indices.reduce(0) { isHeld[$1] ? $0 : $0 + sums[$1] }
            if left > 0 { (free, rest) = (left, 1 - held * most) } else { part = 1 / held }
        }
        guard held > 0 else { return false }
        var moved = false
        for slot in weights.indices where weights[slot] > 0 {
            let unit = units[slot], before = weights[slot]
            weights[slot] =
                isHeld[unit] ? before / sums[unit] * part : before / free * rest
            moved = moved || abs(weights[slot] - before) > 1e-9 * before
        }
        return moved
    }
}
