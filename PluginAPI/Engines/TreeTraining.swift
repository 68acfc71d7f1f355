/// Rows and what came true of them, for trees.
public struct TreeRows: Sendable {
    /// Numbers in a row, 1 or more.
    public let features: Int
    /// Row by row; as many times `features` as there are labels.
    public let values: [Float]
    /// 0 or 1.
    public let labels: [Float]

    public init(features: Int, values: [Float], labels: [Float]) {
        precondition(values.count == features * labels.count, "a label for each row")
        self.features = features
        self.values = values
        self.labels = labels
    }
}

/// How trees are grown.
public struct TreeSettings: Hashable, Sendable {
    /// How trees are put together.
    public enum Forest: String, CaseIterable, Hashable, Sendable {
        /// Each mends what those before it left over.
        case gradientBoosting = "gradient-boosting"
        /// Each is grown alone, on a part of rows and features.
        case randomForest = "random-forest"
    }

    /// How trees are put together.
    public var forest = Forest.gradientBoosting
    /// Most trees, 1 or more.
    public var trees = 200
    /// Most leaves of a tree, 2 or more.
    public var leaves = 15
    /// Fewest rows of a leaf, 1 or more.
    public var leafRows = 200
    /// Most levels of a tree, 1 or more; 0 as many as its leaves allow.
    public var depth = 0
    /// What large leaf values cost, 0 or more; nil for the engine's own.
    public var l2: Double?
    /// How much of each tree counts, above 0; of boosting only.
    public var rate = 0.05
    /// Part of the rows that a tree is grown on, above 0, at most 1.
    public var rowPart = 0.7
    /// Part of the features that a tree looks at, above 0, at most 1.
    public var featurePart = 0.7
    /// Trees without a better loss of the rows kept apart after which growing ends; of boosting.
    public var patience = 20
    /// What everything drawn follows from.
    public var seed: UInt64 = 1

    /// 200 trees of at most 15 leaves.
    public init() {}

    /// The seed as engines take it.
    var engineSeed: Int32 { Int32(truncatingIfNeeded: seed & 0x7FFF_FFFF) }
}

/// How far growing is.
public struct TreeRound: Hashable, Sendable {
    /// Trees so far.
    public let number: Int
    /// Mean log loss of the rows kept apart, in nats.
    public let validation: Double
    /// Whether it is the best so far.
    public let isBest: Bool
}

/// Grown trees.
public struct GrownTrees: Sendable {
    /// In the engine's own format.
    public let bytes: [UInt8]
    /// Trees in it.
    public let trees: Int
    /// Of each feature: by how much its splits made the loss smaller, in the engine's measure.
    public let gains: [Double]
    /// Of each feature: its splits.
    public let splits: [Double]
}

/// Keeps count of the best round.
struct BestRound {
    private(set) var number = 0
    private var loss = Double.infinity

    /// Whether `loss` is the best so far.
    mutating func take(_ round: Int, _ loss: Double) -> Bool {
        guard loss < self.loss else { return false }
        self.loss = loss
        number = round
        return true
    }
}
