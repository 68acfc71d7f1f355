import Glibc

/// A window that is cut where the means of its two parts differ more than chance allows.
///
/// The window is kept as buckets of 1, 2, 4, ... numbers, so memory and time of a check grow with
/// the logarithm of its length.
/// - Source: Bifet and Gavaldà 2007; numbers as the package river has them.
package struct Adwin: DriftDetector, Equatable {
    private struct Bucket: Equatable {
        let total: Double
        /// Sum of squared deviations from the bucket's mean.
        let variance: Double
    }

    /// Chance of a false alarm at a check, above 0 and below 1.
    package let delta: Double
    /// A check is made at every number of this count.
    package let clock: Int
    package let bucketsMax: Int
    package let partMin: Int
    package let gracePeriod: Int
    /// Buckets of 2^row numbers, the oldest first.
    private var rows: [[Bucket]] = [[]]
    private var total = 0.0
    private var variance = 0.0
    private var width = 0.0
    private var ticks = 0
    /// Whether the newer part of the window had the higher mean at the last change; nil before one.
    package private(set) var isRise: Bool?

    package init(
        delta: Double = 0.002, clock: Int = 32, bucketsMax: Int = 5, partMin: Int = 5,
        gracePeriod: Int = 10
    ) {
        precondition(delta > 0 && delta < 1)
        precondition(clock > 0 && bucketsMax > 0 && partMin > 0 && gracePeriod >= 0)
        self.delta = delta
        self.clock = clock
        self.bucketsMax = bucketsMax
        self.partMin = partMin
        self.gracePeriod = gracePeriod
    }

    package mutating func add(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        insert(value)
        ticks += 1
        guard ticks.isMultiple(of: clock), width > Double(gracePeriod), cut() else { return false }
        let isRise = self.isRise
        self = Adwin(
            delta: delta, clock: clock, bucketsMax: bucketsMax, partMin: partMin,
            gracePeriod: gracePeriod)
        self.isRise = isRise
        return true
    }

    private mutating func insert(_ value: Double) {
        rows[0].append(Bucket(total: value, variance: 0))
        width += 1
        if width > 1 {
            let deviation = value - total / (width - 1)
            variance += (width - 1) * deviation * deviation / width
        }
        total += value
        var row = 0
        while row < rows.count, rows[row].count > bucketsMax {
            if row + 1 == rows.count { rows.append([]) }
            let size = Self.size(row)
            let (a, b) = (rows[row][0], rows[row][1])
            let apart = (a.total - b.total) / size
            rows[row].removeFirst(2)
            rows[row + 1].append(
                Bucket(
                    total: a.total + b.total,
                    variance: a.variance + b.variance + size * apart * apart / 2))
            row += 1
        }
    }

    /// Whether some cut of the window shows a difference; the oldest such tells its direction.
    private mutating func cut() -> Bool {
        guard width > 1 else { return false }
        var (older, olderTotal) = (0.0, 0.0)
        let bound = log(2 * log(width) / delta)
        for row in rows.indices.reversed() {
            for bucket in rows[row] {
                older += Self.size(row)
                olderTotal += bucket.total
                let newer = width - older
                guard older >= Double(partMin), newer >= Double(partMin) else { continue }
                let apart = olderTotal / older - (total - olderTotal) / newer
                if abs(apart) > allowed(older, newer, bound) {
                    isRise = apart < 0
                    return true
                }
            }
        }
        return false
    }

    private func allowed(_ older: Double, _ newer: Double, _ bound: Double) -> Double {
        let least = Double(partMin) - 1
        let parts = 1 / (older - least) + 1 / (newer - least)
        return (2 * parts * max(variance, 0) / width * bound).squareRoot() + 2 / 3 * bound * parts
    }

    private static func size(_ row: Int) -> Double { Double(1 << row) }
}
