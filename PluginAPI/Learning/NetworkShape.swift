/// What a network is made of, except its weights.
public struct NetworkShape: Hashable, Sendable {
    /// How it reads a window of rows.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Long short-term memory: row by row, keeping what it finds worth keeping.
        case lstm
        /// Attention of each row to those before it.
        case transformer
    }

    /// How it reads a window.
    public let kind: Kind
    /// Numbers in a row, 1...256.
    public let features: Int
    /// Rows in a window, 1...512.
    public let length: Int
    /// Hidden units, or width of a transformer, 1...512.
    public let width: Int
    /// Layers, 1...8.
    public let layers: Int
    /// Of a transformer, a divisor of `width`; otherwise 1.
    public let heads: Int
    /// Part that drops out in training, 0...0.9.
    public let dropout: Double

    /// Why a shape cannot be: what was found, and what is allowed.
    public struct Refusal: Error, Equatable, Sendable {
        /// Lower case first, no full stop.
        public let text: String

        init(_ text: String) { self.text = text }
    }

    /// - Throws: ``Refusal`` when a number is out of its range.
    public init(
        _ kind: Kind, features: Int, length: Int, width: Int, layers: Int = 1, heads: Int = 1,
        dropout: Double = 0
    ) throws(Refusal) {
        let ranges = [
            ("features", features, 1...256), ("length", length, 1...512), ("width", width, 1...512),
            ("layers", layers, 1...8), ("heads", heads, 1...64),
        ]
        for (name, number, range) in ranges where !range.contains(number) {
            throw Refusal(
                "\(name) was \(number); allowed is \(range.lowerBound)...\(range.upperBound)")
        }
        guard width % heads == 0 else {
            throw Refusal("heads was \(heads), which does not divide the width of \(width)")
        }
        guard kind == .transformer || heads == 1 else {
            throw Refusal("heads was \(heads); an lstm has 1")
        }
        guard dropout >= 0, dropout <= 0.9 else {
            throw Refusal("dropout was \(dropout); allowed is 0...0.9")
        }
        self.kind = kind
        self.features = features
        self.length = length
        self.width = width
        self.layers = layers
        self.heads = heads
        self.dropout = dropout
    }
}
