import Glibc

/// Seeds of a property test: a fixed share where nothing is said, as many as asked for in
/// `scripts/prove invariants`.
package enum Seeds {
    /// - Parameter share: How many the test runs through by itself.
    /// - Returns: 0..<`share`, or `RIALTO_SEEDS` seeds from `RIALTO_FIRST_SEED` on.
    package static func share(_ share: UInt64) -> Range<UInt64> {
        let first = number("RIALTO_FIRST_SEED") ?? 0
        return first..<first + (number("RIALTO_SEEDS") ?? share)
    }

    /// The `part`-th of `parts` pieces of equal length.
    package static func share(_ share: UInt64, part: Int, of parts: Int) -> Range<UInt64> {
        let all = self.share(share), count = UInt64(all.count), whole = UInt64(parts)
        let from = all.lowerBound + count * UInt64(part) / whole
        return from..<all.lowerBound + count * UInt64(part + 1) / whole
    }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
