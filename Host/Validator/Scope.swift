import RialtoPluginHost
import RialtoText

/// What the checks of one library are given beside it.
package struct Scope: Sendable, Equatable {
    /// Calls of V46.
    package var generated = GeneratedCalls.standard
    /// Libraries of former versions, whose state V43 hands to this one.
    package var previous: [String] = []
    /// A second build, which V10 compares; nil for none.
    package var rebuilt: String?
    /// How long V34 runs on; 0 is as long as it takes to see.
    package var soak_minutes = 0

    package init() {}
}

/// Which calls the check V46 generates.
package struct GeneratedCalls: Sendable, Equatable {
    /// Of the calls: the same seed gives the same calls.
    package let seed: UInt64
    /// How many, of each plugin of the library.
    package let count: UInt64

    package init(seed: UInt64, count: UInt64) {
        self.seed = seed
        self.count = count
    }

    /// Those of a certificate, unless others are asked for.
    package static let standard = GeneratedCalls(seed: 1, count: 2000)

    /// Processor time that they may take beyond that of another check, in nanoseconds.
    var time_ns: Int64 { Int64(clamping: count) &* 2_000_000 }
}

/// A scope whose files are read.
struct Given: Sendable {
    /// A library of a former version.
    struct Former: Sendable {
        let path: String
        let bytes: [UInt8]
        let home: String
    }

    let generated: GeneratedCalls
    let previous: [Former]
    /// SHA-256 of a second build; nil for none.
    let rebuilt: String?
    let soak_minutes: Int

    init(_ scope: Scope) throws(HouseMessage) {
        generated = scope.generated
        soak_minutes = scope.soak_minutes
        var former: [Former] = []
        for path in scope.previous {
            former.append(
                Former(
                    path: path, bytes: try TextFile.read(path, limit: Validation.sizeMax),
                    home: Validation.folder(of: path)))
        }
        previous = former
        rebuilt =
            if let path = scope.rebuilt {
                SHA256.hex(try TextFile.read(path, limit: Validation.sizeMax))
            } else { nil }
    }
}
