import RialtoValues

/// The worth of something at rising times, such as an account at the end of each day.
package struct EquityCurve: Hashable, Sendable {
    /// Unix nanoseconds UTC, rising.
    package let times: [Int64]
    /// Worth at each time, in units of the currency.
    package let values: [Double]

    package init(times: [Int64], values: [Double]) {
        precondition(times.count == values.count, "each time has its value")
        self.times = times
        self.values = values
    }

    /// - Parameter cash: Exact worth in 10^-18 of the currency.
    package init(times: [Int64], cash: [Int128]) {
        self.init(times: times, values: cash.map(Self.amount))
    }

    /// The nearest double to a cash amount of 10^-18.
    package static func amount(_ cash: Int128) -> Double { Double(cash) / 1e18 }

    /// Simple returns between neighbours; nil when a value before the last is not above zero.
    package var returns: [Double]? {
        var result: [Double] = []
        result.reserveCapacity(max(0, values.count - 1))
        for index in values.indices.dropFirst() {
            guard values[index - 1] > 0 else { return nil }
            result.append(values[index] / values[index - 1] - 1)
        }
        return result
    }

    /// Fall from the highest value so far at each time, 0 or below: -0.25 is a quarter lost.
    package var drawdowns: [Double] {
        var peak = -Double.infinity
        return values.map { value in
            peak = max(peak, value)
            return peak > 0 ? value / peak - 1 : 0
        }
    }
}

/// How many samples make a year.
package struct Annualisation: Hashable, Sendable {
    /// Which days a market is open.
    package enum Calendar: Double, Sendable {
        case everyDay = 365
        case tradingDays = 252
    }

    /// Samples in a year, above 0.
    package let periods: Double
    /// What was assumed, for a report: `365 days a year, samples of 1 day`.
    package let note: String

    /// - Parameter interval: Nanoseconds between two samples, above 0.
    package init(_ calendar: Calendar, interval: Int64) {
        precondition(interval > 0, "samples are apart")
        let days = Double(interval) / 86_400e9
        periods = calendar.rawValue / days
        let unit = days == 1 ? "day" : "days"
        note = "\(Int(calendar.rawValue)) days a year, samples of \(Self.text(days)) \(unit)"
    }

    private static func text(_ days: Double) -> String {
        if let whole = Int(exactly: days) { return String(whole) }
        let (quotient, rest) = (
            Int(days), Int((days.truncatingRemainder(dividingBy: 1) * 1e6).rounded())
        )
        return ExactDecimal.shortText(Int128(quotient) * 1_000_000 + Int128(rest), decimals: 6)
    }
}
