/// Percentage of volume: how much of an order may have been done for the volume of others.
package enum Participation {
    /// Rates are in 10^-6 of all volume, our own included.
    package static let whole: Int64 = 1_000_000

    /// The most that we may have done while others did `volume`, so that own / (own + others) stays
    /// at or below the rate; whole lots.
    ///
    /// - Parameters:
    ///   - volume: Of others, in quantity units, 0 or more.
    ///   - rate_e6: Above 0, below `whole`.
    package static func target(volume: Int64, rate_e6: Int64, lot: Int64) -> Int64 {
        precondition(rate_e6 > 0 && rate_e6 < whole, "a rate lies between 0 and 1")
        precondition(lot > 0, "a lot is above zero")
        let lots = Int128(rate_e6) * Int128(volume) / (Int128(whole - rate_e6) * Int128(lot))
        return Int64(clamping: lots * Int128(lot))
    }
}

/// What an iceberg order shows of itself.
package enum Iceberg {
    /// The next quantity to be shown: `shown`, up to a share of it more or less, in whole lots, at
    /// least one and never more than what is left.
    ///
    /// - Parameters:
    ///   - left: What is still to be done, above 0.
    ///   - jitter_e6: Largest share of `shown`, in 10^-6, 0...500_000.
    package static func next<Random: RandomNumberGenerator>(
        shown: Int64, left: Int64, jitter_e6: Int64, lot: Int64, using random: inout Random
    ) -> Int64 {
        var quantity = Int128(shown)
        if jitter_e6 > 0 {
            let draw = Int64.random(in: -jitter_e6...jitter_e6, using: &random)
            quantity += quantity * Int128(draw) / 1_000_000
        }
        let lots = max(1, quantity / Int128(lot))
        return Int64(min(Int128(left), lots * Int128(lot)))
    }

    /// How long it waits before it shows more, in nanoseconds, 0...`delay_ns`.
    package static func wait<Random: RandomNumberGenerator>(
        delay_ns: Int64, using random: inout Random
    ) -> Int64 {
        delay_ns > 0 ? Int64.random(in: 0...delay_ns, using: &random) : 0
    }
}
