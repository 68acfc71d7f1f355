/// Lengths of time as people write them: `250ms`, `1m`, `4h`, `1d`.
package enum Interval {
    private static let units: [(name: String, length_ns: Int64)] = [
        ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000),
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]

    /// Returns `interval_ns`, above zero, as the largest unit that divides it: `90s`, `1h`.
    package static func text(_ interval_ns: Int64) -> String {
        for unit in units where interval_ns % unit.length_ns == 0 {
            return String(interval_ns / unit.length_ns) + unit.name
        }
        return String(interval_ns) + "ns"
    }

    /// Returns the nanoseconds of a text such as `5m`, above zero, or nil when it is none.
    package static func parse(_ text: some StringProtocol) -> Int64? {
        let digits = text.prefix { $0 >= "0" && $0 <= "9" }
        let name = text.dropFirst(digits.count)
        guard let count = Int64(digits), count > 0,
            let unit = units.first(where: { $0.name == name })
        else { return nil }
        let (length_ns, over) = count.multipliedReportingOverflow(by: unit.length_ns)
        return over ? nil : length_ns
    }
}
