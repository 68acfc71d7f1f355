/// How an order is worked, with what the one who asked for it may choose.
package enum Algorithm: Equatable, Sendable {
    /// Equal parts over the duration.
    case twap(duration_ns: Int64)
    /// Parts as large as the volume that is expected for their time.
    case vwap(duration_ns: Int64)
    /// A share of the volume, in 10^-6; for as long as it takes where the duration is 0.
    case participation(rate_e6: Int64, duration_ns: Int64)
    /// Shows a part in the book, and the next when that has filled whole. What is shown varies by
    /// up to `jitter_e6` of 10^-6, the pause before it up to `delay_ns`.
    case iceberg(shown: Int64, jitter_e6: Int64, delay_ns: Int64)
    /// The schedule of Almgren and Chriss; the aversion is in 10^-6 per unit of money.
    case shortfall(duration_ns: Int64, aversion_e6: Int64)
    /// Waits in the book at the best price for the duration, then takes.
    case makerTaker(duration_ns: Int64)
    /// Both sides of an order through zero at once: the host's own, which nobody asks for.
    case sides

    /// Longest duration: 10 years.
    package static let durationMax_ns: Int64 = 315_360_000_000_000_000
    /// Largest part of what an iceberg shows that chance may change, in 10^-6.
    package static let jitterMax_e6: Int64 = 500_000

    /// The algorithm of that number in the contract; nil where there is none, or where what it
    /// needs is missing or out of range.
    package init?(number: UInt8, duration_ns: Int64, quantity: Int64, rate_e6: Int64) {
        guard duration_ns >= 0, duration_ns <= Self.durationMax_ns else { return nil }
        let lasts = duration_ns > 0
        switch number {
        case 1 where lasts: self = .twap(duration_ns: duration_ns)
        case 2 where lasts: self = .vwap(duration_ns: duration_ns)
        case 3 where rate_e6 > 0 && rate_e6 < Participation.whole:
            self = .participation(rate_e6: rate_e6, duration_ns: duration_ns)
        case 4 where quantity > 0 && rate_e6 <= Self.jitterMax_e6:
            self = .iceberg(shown: quantity, jitter_e6: rate_e6, delay_ns: duration_ns)
        case 5 where lasts: self = .shortfall(duration_ns: duration_ns, aversion_e6: rate_e6)
        case 6 where lasts: self = .makerTaker(duration_ns: duration_ns)
        default: return nil
        }
    }

    /// Its number in the contract, and in records.
    package var number: UInt8 {
        switch self {
        case .twap: 1
        case .vwap: 2
        case .participation: 3
        case .iceberg: 4
        case .shortfall: 5
        case .makerTaker: 6
        case .sides: 7
        }
    }

    /// Names by number, for people.
    package static let names = [
        "", "twap", "vwap", "pov", "iceberg", "shortfall", "maker-taker", "two sides",
    ]

    /// When it ends by itself, in nanoseconds after its start; 0 never.
    package var lifetime_ns: Int64 {
        switch self {
        case .twap(let duration), .vwap(let duration), .shortfall(let duration, _),
            .participation(_, let duration), .makerTaker(let duration):
            duration
        case .iceberg, .sides: 0
        }
    }

    /// Whether what is left at its end goes to the market; otherwise the order ends there.
    package var takesRest: Bool {
        switch self {
        case .twap, .vwap, .shortfall, .makerTaker: true
        case .participation, .iceberg, .sides: false
        }
    }
}
