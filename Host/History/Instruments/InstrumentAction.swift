import RialtoValues

/// Something that happens to an instrument itself, not to its price.
package struct InstrumentAction: Hashable, Sendable {
    package enum Change: Hashable, Sendable {
        /// Trading begins, under this name.
        case listing(name: String)
        /// It is called by another name from now on.
        case rename(from: String, to: String)
        /// Who holds one unit of base now holds 1/`units` of this amount of the currency more.
        ///
        /// In 10^-18 of the currency per whole unit of base, above 0, counted in the units from
        /// before a split of the same time.
        case dividend(perUnit: Int128)
        /// `denominator` units of base become `numerator`, both 1...10^9 and without common factor.
        case split(numerator: Int64, denominator: Int64)
        /// Who is long pays this share of the position's value to who is short; in 10^-9.
        case funding(rate_e9: Int64)
        /// Trading is interrupted.
        case halt
        /// Trading goes on.
        case resume
        /// Trading ends for good, by delisting or expiry, at a price in 10^-18 of the currency, or
        /// at the last one where that is nil.
        case settlement(price: Int128?)
    }

    /// Unix nanoseconds UTC from which it holds; of a day, the opening of its session.
    package let time_ns: Int64
    package let change: Change

    package init(time_ns: Int64, _ change: Change) {
        self.time_ns = time_ns
        self.change = change
    }

    /// The word for it in files and tables.
    package var name: String { Self.names[rank] }

    /// Words for all changes, in the order in which those of one time take effect.
    package static let names = [
        "listing", "rename", "resume", "dividend", "split", "funding", "halt", "delisting",
    ]

    /// Place among actions of the same time.
    var rank: Int {
        switch change {
        case .listing: 0
        case .rename: 1
        case .resume: 2
        case .dividend: 3
        case .split: 4
        case .funding: 5
        case .halt: 6
        case .settlement: 7
        }
    }

    /// What beside the word and the time says all: `4:1`, `0.205`, `FB>META`; empty for none.
    package var value: String {
        switch change {
        case .listing(let name): name
        case .rename(let old, let new): old + ">" + new
        case .dividend(let amount): ExactDecimal.shortText(amount, decimals: 18)
        case .split(let numerator, let denominator): "\(numerator):\(denominator)"
        case .funding(let rate): ExactDecimal.shortText(Int128(rate), decimals: 9)
        case .settlement(let price): price.map { ExactDecimal.shortText($0, decimals: 18) } ?? ""
        case .halt, .resume: ""
        }
    }

    /// What `name` and `value` spell; nil when they spell nothing.
    static func change(_ name: some StringProtocol, _ value: some StringProtocol) -> Change? {
        switch name {
        case "listing": return .listing(name: String(value))
        case "rename":
            let parts = value.split(separator: ">", omittingEmptySubsequences: false)
            return parts.count == 2 ? .rename(from: String(parts[0]), to: String(parts[1])) : nil
        case "dividend": return amount(value).map { .dividend(perUnit: $0) }
        case "split": return ratio(value)
        case "funding":
            return (try? ExactDecimal.units(value.utf8, decimals: 9)).map { .funding(rate_e9: $0) }
        case "halt": return value.isEmpty ? .halt : nil
        case "resume": return value.isEmpty ? .resume : nil
        case "delisting", "expiry":
            return value.isEmpty
                ? .settlement(price: nil) : amount(value).map { .settlement(price: $0) }
        default: return nil
        }
    }

    private static func amount(_ text: some StringProtocol) -> Int128? {
        try? ExactDecimal.units128(text.utf8, decimals: 18)
    }

    /// `4:1`, in lowest terms.
    private static func ratio(_ text: some StringProtocol) -> Change? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let up = Int64(parts[0]), let down = Int64(parts[1]), up > 0,
            down > 0
        else { return nil }
        return .split(up, for: down)
    }
}

extension InstrumentAction.Change {
    /// A split in lowest terms; both numbers are above 0.
    static func split(_ numerator: Int64, for denominator: Int64) -> Self {
        var (a, b) = (numerator, denominator)
        while b != 0 { (a, b) = (b, a % b) }
        return .split(numerator: numerator / a, denominator: denominator / a)
    }
}
