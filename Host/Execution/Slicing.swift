/// Cuts a quantity by cumulative rounding: what is due at any time is rounded down to whole lots,
/// so the error stays below one lot throughout and the parts add up exactly.
package enum Slicing {
    /// What of `quantity` is due once `weight` of `whole` has passed, in quantity units.
    ///
    /// - Parameters:
    ///   - weight: 0 or more; from `whole` on everything is due.
    ///   - lot: Smallest change of a quantity, above 0.
    package static func target(
        _ quantity: Int64, weight: Int64, of whole: Int64, lot: Int64
    ) -> Int64 {
        precondition(lot > 0, "a lot is above zero")
        guard weight < whole else { return quantity }
        guard weight > 0, quantity > 0 else { return 0 }
        let lots = Int128(quantity) * Int128(weight) / (Int128(whole) * Int128(lot))
        return Int64(lots) * lot
    }

    /// The parts of `quantity` along `weights`, which are 0 or more and add up to more than 0.
    package static func parts(of quantity: Int64, weights: [Int64], lot: Int64) -> [Int64] {
        let whole = weights.reduce(0, +)
        var passed: Int64 = 0, done: Int64 = 0, left = weights.count
        return weights.map { weight in
            passed += weight
            left -= 1
            let due =
                left == 0 ? quantity : target(quantity, weight: passed, of: whole, lot: lot)
            defer { done = due }
            return due - done
        }
    }
}

/// The times at which parts of an order are due, and how much is due by each.
package struct SliceSchedule: Equatable, Sendable {
    /// Most slices of one order.
    package static let countMax = 240
    /// Slices of a short order, unless it has fewer lots or seconds.
    private static let countMin = 10
    private static let minute: Int64 = 60_000_000_000
    private static let second: Int64 = 1_000_000_000

    /// Unix nanoseconds of the first slice.
    package let start_ns: Int64
    /// Above 0.
    package let duration_ns: Int64
    /// Weight that is due with each slice and those before it; never falls.
    package private(set) var cumulative: [Int64]

    /// - Parameter cumulative: At least one, never falling, the last above 0.
    package init(start_ns: Int64, duration_ns: Int64, cumulative: [Int64]) {
        precondition(duration_ns > 0 && (cumulative.last ?? 0) > 0, "a schedule has slices")
        self.start_ns = start_ns
        self.duration_ns = duration_ns
        self.cumulative = cumulative
    }

    /// Equal parts: time-weighted.
    package init(start_ns: Int64, duration_ns: Int64, count: Int) {
        self.init(
            start_ns: start_ns, duration_ns: duration_ns, cumulative: (1...count).map(Int64.init))
    }

    /// Parts as large as the volume that `curve` expects for their time.
    package init(start_ns: Int64, duration_ns: Int64, count: Int, curve: VolumeCurve) {
        let even = (1...Int64(count)).map { $0 * VolumeCurve.whole / Int64(count) }
        self.init(start_ns: start_ns, duration_ns: duration_ns, cumulative: even)
        revise(from: 0, by: curve)
    }

    /// How many slices an order is cut into: one a minute, at least 10 and at most 240, but never
    /// more than it has lots or than there are seconds.
    package static func count(duration_ns: Int64, lots: Int64) -> Int {
        let wanted = min(max(duration_ns / minute, Int64(countMin)), Int64(countMax))
        return Int(max(1, min(wanted, lots, duration_ns / second)))
    }

    package var count: Int { cumulative.count }

    /// When slice `index` is due; at `count` the schedule ends.
    package func time_ns(_ index: Int) -> Int64 {
        start_ns + Int64(Int128(duration_ns) * Int128(index) / Int128(count))
    }

    /// What of `quantity` is due with slice `index`; the whole with the last.
    package func target(_ quantity: Int64, slice index: Int, lot: Int64) -> Int64 {
        guard index + 1 < count else { return quantity }
        return Slicing.target(
            quantity, weight: cumulative[index], of: cumulative[count - 1], lot: lot)
    }

    /// Weighs slice `index` and those after it anew by the volume that is expected now: what is
    /// left is spread over the expected rest. What was due before stays.
    package mutating func revise(from index: Int, by curve: VolumeCurve) {
        guard index < count else { return }
        let whole = cumulative[count - 1], before = index > 0 ? cumulative[index - 1] : 0
        let rest = curve.expected(from: time_ns(index), to: time_ns(count))
        guard rest > 0 else { return }
        for slice in index..<(count - 1) {
            let part = curve.expected(from: time_ns(index), to: time_ns(slice + 1))
            cumulative[slice] =
                before + Int64(Int128(whole - before) * Int128(part) / Int128(rest))
        }
    }
}
