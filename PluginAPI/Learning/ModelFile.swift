/// A trained model with all that it takes to ask it: what it looks at, how that is standardised,
/// what it was trained on and until when, its weights, and what it scored.
public struct ModelFile: Hashable, Sendable {
    /// What the weights belong to.
    public enum Network: Hashable, Sendable {
        /// Gives the logit of a rise over the horizon.
        case sequence(NetworkShape)
        /// Chooses a position -1, 0 or 1 from a row and the position before.
        case policy(PolicyShape)
        /// Gives the logit of a rise, computed by an engine or by a plugin's code.
        case engine(EngineShape)
    }

    /// A number of the model's card.
    public struct Score: Hashable, Sendable {
        /// Such as `log_loss`.
        public let name: String
        /// Finite.
        public let value: Double

        public init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    /// What the weights belong to.
    public let network: Network
    /// Names of the features of a row, in order.
    public let features: [String]
    /// Length of a bar, in nanoseconds.
    public let interval_ns: Int64
    /// Hash of the feature schema that it was trained with, 16 hexadecimal digits.
    public let schemaHash: String
    /// The series that it was trained on.
    public let data: String
    /// How far ahead it looks, in nanoseconds.
    public let horizon_ns: Int64
    /// Close of the first bar that it has learned from, Unix nanoseconds UTC.
    public let from_ns: Int64
    /// The last instant that it has learned anything of, Unix nanoseconds UTC.
    public let until_ns: Int64
    /// When it is too old to be asked, Unix nanoseconds UTC; 0 never.
    public let expires_ns: Int64
    /// What its learning followed from.
    public let seed: UInt64
    /// Of each feature, taken off.
    public let means: [Double]
    /// Of each feature, above 0, divided by.
    public let deviations: [Double]
    /// The probability is sigmoid(slope x logit + intercept); 1 and 0 for a policy.
    public let slope: Double
    /// See ``slope``.
    public let intercept: Double
    /// What it scored, for its card; at most ``scoresMax``.
    public let scores: [Score]
    /// In the order of ``Tape/weights``; none where an engine has them.
    public let weights: [Double]

    /// Most scores of a file.
    public static let scoresMax = 1024
    /// Largest file, in bytes.
    public static let sizeMax = 64 << 20
    /// Version of the format.
    public static let version: UInt32 = 1

    /// - Throws: ``ModelFileError/content(_:)`` when the parts do not fit together.
    public init(
        network: Network, features: [String], interval_ns: Int64, schemaHash: String, data: String,
        horizon_ns: Int64, from_ns: Int64, until_ns: Int64, expires_ns: Int64, seed: UInt64,
        means: [Double], deviations: [Double], slope: Double, intercept: Double, scores: [Score],
        weights: [Double]
    ) throws(ModelFileError) {
        self.network = network
        self.features = features
        self.interval_ns = interval_ns
        self.schemaHash = schemaHash
        self.data = data
        self.horizon_ns = horizon_ns
        self.from_ns = from_ns
        self.until_ns = until_ns
        self.expires_ns = expires_ns
        self.seed = seed
        self.means = means
        self.deviations = deviations
        self.slope = slope
        self.intercept = intercept
        self.scores = scores
        self.weights = weights
        try check()
    }

    /// `lstm`, `transformer`, `ppo`, or what ``EngineShape/kind`` says.
    public var kind: String {
        switch network {
        case .sequence(let shape): shape.kind.rawValue
        case .policy: "ppo"
        case .engine(let shape): shape.kind
        }
    }

    /// Rows that it looks at before it says anything, 1 or more.
    public var length: Int {
        switch network {
        case .sequence(let shape): shape.length
        case .policy: 1
        case .engine(let shape): shape.length
        }
    }

    /// A score of this name; nil when there is none.
    public func score(_ name: String) -> Double? { scores.first { $0.name == name }?.value }

    private func check() throws(ModelFileError) {
        let (width, wanted) = expected
        let doubles = [
            ("means", means), ("deviations", deviations), ("weights", weights),
            ("calibration", [slope, intercept]), ("scores", scores.map(\.value)),
        ]
        let rules = [
            (features.count == width, "\(features.count) features, where the network has \(width)"),
            (means.count == features.count, "\(means.count) means for \(features.count) features"),
            (
                deviations.count == features.count,
                "\(deviations.count) deviations for \(features.count) features"
            ),
            (weights.count == wanted, "\(weights.count) weights, where the network has \(wanted)"),
            (deviations.allSatisfy { $0 > 0 }, "a deviation that is not above 0"),
            (interval_ns > 0 && horizon_ns > 0, "an interval or horizon that is not above 0"),
            (from_ns <= until_ns, "a training range that ends before it begins"),
            (expires_ns == 0 || expires_ns > until_ns, "an end of use within the training range"),
            (
                scores.count <= Self.scoresMax,
                "\(scores.count) scores, allowed is \(Self.scoresMax)"
            ),
        ]
        for (holds, text) in rules where !holds { throw .content(text) }
        for (name, numbers) in doubles where !numbers.allSatisfy(\.isFinite) {
            throw .content("\(name) that are not finite numbers")
        }
    }

    /// Features and weights that the network has.
    private var expected: (features: Int, weights: Int) {
        switch network {
        case .sequence(let shape): (shape.features, shape.weightCount)
        case .policy(let shape): (shape.observations - 1, shape.weightCount)
        case .engine(let shape): (shape.features, 0)
        }
    }
}

/// Why bytes are no model.
public enum ModelFileError: Error, Equatable, Sendable {
    /// They do not begin as a model file does.
    case notAModel
    /// The file is of another version of the format.
    case version(UInt32)
    /// The file has `found` bytes, where it says that it has `stated`.
    case size(found: Int, stated: Int)
    /// The file is larger than ``ModelFile/sizeMax``.
    case tooLarge(Int)
    /// What is in it is not what was written.
    case digest
    /// The parts do not fit together: what was found.
    case content(String)

    /// For people: lower case first, no full stop.
    public var text: String {
        switch self {
        case .notAModel: "this is no model file: it does not begin with RIALTO-M"
        case .version(let version):
            "the model file has format \(version); this build reads \(ModelFile.version)"
        case .size(let found, let stated):
            "the model file has \(found) bytes, where it says \(stated): it was cut or joined"
        case .tooLarge(let size):
            "the model file would have \(size) bytes; allowed is \(ModelFile.sizeMax)"
        case .digest: "the model file was changed after it was written: its digest differs"
        case .content(let text): "the model file has \(text)"
        }
    }
}

extension NetworkShape {
    /// Weights of a ``SequenceNetwork`` of this shape.
    public var weightCount: Int {
        let head = width + 1
        switch kind {
        case .lstm:
            let first = 4 * width * (features + 1 + width)
            return first + (layers - 1) * 4 * width * (2 * width + 1) + head
        case .transformer:
            // Norms, attention with its output, and the inner layer of twice the width.
            let layer = 4 * width + 4 * width * (width + 1) + 4 * width * width + 3 * width
            return (length + features + 1) * width + layers * layer + 2 * width + head
        }
    }
}

extension PolicyShape {
    /// Weights of a ``PolicyNetwork`` of this shape.
    public var weightCount: Int {
        2 * width * (observations + 1 + width + 1) + (width + 1) * (actions + 1)
    }
}
