/// An ordered list of features of bars of one length.
public struct FeatureSchema: Hashable, Sendable {
    /// Its columns.
    public let features: [Feature]
    /// Length of a bar, in nanoseconds.
    public let interval_ns: Int64

    /// Most features of one schema.
    public static let featuresMax = 256
    /// Rises when a formula changes.
    public static let version = 1

    /// - Parameter names: As ``Feature/init(_:)`` reads them, 1...``featuresMax``, none twice.
    /// - Throws: ``FeatureError``.
    public init(_ names: [String], interval_ns: Int64) throws(FeatureError) {
        guard interval_ns > 0 else { throw .interval(interval_ns) }
        guard !names.isEmpty, names.count <= Self.featuresMax else { throw .count(names.count) }
        var features: [Feature] = []
        for name in names {
            let feature = try Feature(name)
            guard !features.contains(feature) else { throw .doubled(name: name) }
            features.append(feature)
        }
        self.features = features
        self.interval_ns = interval_ns
    }

    /// Names of the columns.
    public var names: [String] { features.map(\.name) }

    /// The whole schema as text, such as
    /// `rialto.features/1 interval_ns=60000000000 rsi_14 atr_14`. Equal texts mean equal columns.
    public var text: String {
        (["rialto.features/\(Self.version)", "interval_ns=\(interval_ns)"] + names)
            .joined(separator: " ")
    }

    /// Of ``text``, in 16 hexadecimal digits: FNV-1a with 64 bits. It tells schemas apart by
    /// mistake, not by malice.
    ///
    /// - Source: Fowler, Noll, Vo; draft-eastlake-fnv.
    public var hash: String {
        let number = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
