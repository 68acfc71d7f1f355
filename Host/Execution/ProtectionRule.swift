import RialtoLedger
import RialtoValues

/// How the host protects every position of an instance, whatever its plugin asks for.
///
/// Distances are taken on closed bars; the stop itself works at the venue and fills within a bar,
/// or at the open beyond a gap.
package struct ProtectionRule: Hashable, Sendable {
    /// What the stop's distance is made of.
    package enum Distance: Hashable, Sendable {
        /// A share of the price, in 10^-9.
        case share(e9: Int64)
        /// A multiple of the average true range, in 10^-6, over so many bars.
        case range(multiple_e6: Int64, length: Int)
    }

    /// How the stop goes on after the entry.
    package enum Course: UInt8, Hashable, Sendable {
        /// It stays where the entry put it.
        case fixed = 1
        /// It keeps its distance from the best price since the entry: a trailing stop, or with a
        /// range a chandelier. It never moves back.
        case trailing = 2
    }

    package let distance: Distance
    package let course: Course
    /// Once the best price is so many initial distances beyond the entry, in 10^-6, the stop is at
    /// least at the entry; 0 never.
    package let lock_e6: Int64
    /// Closes the position so long after it opened, in nanoseconds; 0 never.
    package let time_ns: Int64

    package init(distance: Distance, course: Course, lock_e6: Int64, time_ns: Int64) {
        self.distance = distance
        self.course = course
        self.lock_e6 = lock_e6
        self.time_ns = time_ns
    }

    /// Bars over which it takes the average true range; nil without one.
    package var rangeLength: Int? {
        if case .range(_, let length) = distance { length } else { nil }
    }
}

/// The average true range of one instrument, smoothed as Wilder does: the mean of the first
/// `length` ranges, then (last * (length - 1) + range) / length.
package struct RangeMeter: Sendable {
    private let length: Int
    private var last: Int64 = 0
    private var count = 0
    private var sum = 0.0

    /// - Parameter length: 1 or more.
    package init(length: Int) { self.length = length }

    /// In price units; nil before `length` ranges were seen.
    package var value: Double? { count >= length ? sum : nil }

    /// The instrument was split: ranges in the new units.
    package mutating func restate(_ split: ShareSplit) {
        last = split.applied(toPrice: last)
        sum *= Double(split.denominator) / Double(split.numerator)
    }

    /// A bar has closed.
    package mutating func add(high: Int64, low: Int64, close: Int64) {
        defer { last = close }
        let range = last == 0 ? high - low : max(high, last) - min(low, last)
        count += 1
        if count <= length {
            sum += Double(range) / Double(length)
        } else {
            sum = (sum * Double(length - 1) + Double(range)) / Double(length)
        }
    }
}

/// The stop that a rule keeps for one position.
package struct PositionGuard: Equatable, Sendable {
    package let side: Side
    /// Price of the fill that opened the position.
    package private(set) var entry: Int64
    /// Where the position is closed, in price units.
    package private(set) var stop: Int64
    /// Best price since the entry.
    package private(set) var best: Int64
    private var initial: Int64

    /// The guard in the new units after the instrument was split.
    package func restated(_ split: ShareSplit) -> PositionGuard {
        var restated = self
        restated.entry = split.applied(toPrice: entry)
        restated.stop = split.applied(toPrice: stop)
        restated.best = split.applied(toPrice: best)
        restated.initial = split.applied(toPrice: initial)
        return restated
    }

    /// A position of `side` opens at `entry`.
    ///
    /// - Parameter range: Average true range in price units, where the rule takes one.
    /// - Returns: nil where the distance is not known yet.
    package init?(_ rule: ProtectionRule, side: Side, entry: Int64, range: Double?) {
        guard let distance = rule.distance(from: entry, range: range) else { return nil }
        self.side = side
        self.entry = entry
        best = entry
        initial = distance
        stop = PositionGuard.level(entry, distance, side)
    }

    private static func level(_ price: Int64, _ distance: Int64, _ side: Side) -> Int64 {
        max(1, side == .buy ? price - distance : price + distance)
    }

    /// A bar has closed, or a price was printed (then both are the price).
    ///
    /// - Returns: Whether the stop has moved. It only ever comes nearer.
    package mutating func see(
        high: Int64, low: Int64, range: Double?, _ rule: ProtectionRule
    ) -> Bool {
        best = side == .buy ? max(best, high) : min(best, low)
        let before = stop
        if rule.course == .trailing, let distance = rule.distance(from: best, range: range) {
            approach(PositionGuard.level(best, distance, side))
        }
        let gain = side == .buy ? best - entry : entry - best
        if rule.lock_e6 > 0,
            Int128(gain) * 1_000_000 >= Int128(initial) * Int128(rule.lock_e6)
        {
            approach(entry)
        }
        return stop != before
    }

    private mutating func approach(_ level: Int64) {
        stop = side == .buy ? max(stop, level) : min(stop, level)
    }
}

extension ProtectionRule {
    /// The distance at a price, in price units, at least 1; nil where it is not known yet.
    func distance(from price: Int64, range: Double?) -> Int64? {
        switch distance {
        case .share(let e9):
            return max(1, Int64(clamping: Int128(price) * Int128(e9) / 1_000_000_000))
        case .range(let multiple_e6, _):
            guard let range else { return nil }
            let exact = range * Double(multiple_e6) / 1e6
            return exact < 9e18 ? max(1, Int64(exact.rounded())) : nil
        }
    }
}
