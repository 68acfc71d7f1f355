/// A model that others compute: an engine, or the code of a plugin.
public struct EngineShape: Hashable, Sendable {
    /// What its number is.
    public enum Output: String, CaseIterable, Hashable, Sendable {
        /// The logit of a rise.
        case logit
        /// The probability of a rise, 0...1.
        case probability
    }

    /// `gradient-boosting`, `random-forest`, `onnx`, or the id of the plugin that trained it.
    public let kind: String
    /// What computes it, such as `lightgbm`; of a plugin its id.
    public let engine: String
    /// Of the engine that made it, or of the plugin; ``anyVersion`` where none made it.
    public let version: String
    /// Numbers in a row, 1...256.
    public let features: Int
    /// Rows that it looks at, 1...512.
    public let length: Int
    /// What its number is.
    public let output: Output
    /// The model in the engine's own format; 1...``bytesMax``.
    public let bytes: [UInt8]

    /// The version of a model that an engine may compute in every version.
    public static let anyVersion = "any"
    /// Most bytes: a file with them must fit beside batches into a worker's window.
    public static let bytesMax = 7 << 20

    /// - Throws: ``NetworkShape/Refusal`` when a number is out of its range.
    public init(
        kind: String, engine: String, version: String, features: Int, length: Int = 1,
        output: Output = .logit, bytes: [UInt8]
    ) throws(NetworkShape.Refusal) {
        let ranges = [
            ("features", features, 1...256), ("length", length, 1...512),
            ("bytes", bytes.count, 1...Self.bytesMax), ("kind", kind.utf8.count, 1...128),
            ("engine", engine.utf8.count, 1...128), ("version", version.utf8.count, 1...64),
        ]
        for (name, number, range) in ranges where !range.contains(number) {
            throw NetworkShape.Refusal(
                "\(name) was \(number); allowed is \(range.lowerBound)...\(range.upperBound)")
        }
        self.kind = kind
        self.engine = engine
        self.version = version
        self.features = features
        self.length = length
        self.output = output
        self.bytes = bytes
    }

    /// The logit of the number that it gave; nil when that is none of its kind.
    public func logit(_ number: Double) -> Double? {
        switch output {
        case .logit: return number.isFinite ? number : nil
        case .probability:
            guard number >= 0, number <= 1 else { return nil }
            let inside = min(1 - 1e-9, max(1e-9, number))
            return Elementary.log(inside / (1 - inside))
        }
    }
}
