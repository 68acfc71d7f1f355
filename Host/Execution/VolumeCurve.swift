/// How a market's volume is spread over a session, learned from sessions that are over.
///
/// The share of a slot is its mean share of the last sessions, drawn to an even spread while few
/// are known: `(K * mean + k0 * even) / (K + k0)`. Whole numbers only, so every machine agrees.
package struct VolumeCurve: Equatable, Sendable {
    /// Shares of one session add up to this.
    package static let whole: Int64 = 1_000_000_000
    /// Sessions that are remembered.
    package static let sessionsMax = 8
    /// `k0`: how many sessions an even spread counts for.
    package static let evenWeight: Int64 = 2

    /// Nanoseconds from session to session, counted from 1970-01-01 UTC.
    package let session_ns: Int64
    package let slots: Int
    /// Shares of each session that is over, the oldest first.
    private var past: [[Int64]] = []
    private var volumes: [Int64]
    private var session: Int64 = .min
    /// The session began before anything was known of it.
    private var isPartial = false

    /// - Parameter slots: Of equal length; divides `session_ns`.
    package init(session_ns: Int64, slots: Int) {
        precondition(slots > 0 && session_ns % Int64(slots) == 0, "slots fill a session")
        self.session_ns = session_ns
        self.slots = slots
        volumes = Array(repeating: 0, count: slots)
    }

    /// A day of half hours.
    package static var day: VolumeCurve { VolumeCurve(session_ns: 86_400_000_000_000, slots: 48) }

    /// A week of hours, for markets that never close.
    package static var week: VolumeCurve {
        VolumeCurve(session_ns: 604_800_000_000_000, slots: 168)
    }

    /// Sessions that it has learned from.
    package var sessions: Int { past.count }

    private var slot_ns: Int64 { session_ns / Int64(slots) }

    private static func floored(_ value: Int64, _ unit: Int64) -> Int64 {
        let quotient = value / unit
        return value % unit < 0 ? quotient - 1 : quotient
    }

    /// Learns a volume that was traded evenly from `from_ns` to before `to_ns`, or at `from_ns`
    /// where both are equal. Times never fall from call to call by more than a session.
    package mutating func add(_ volume: Int64, from_ns: Int64, to_ns: Int64) {
        guard to_ns > from_ns else { return put(volume, at: from_ns) }
        let length = Int128(to_ns - from_ns)
        var begin = from_ns, done: Int64 = 0
        while begin < to_ns {
            let end = min(to_ns, (Self.floored(begin, slot_ns) + 1) * slot_ns)
            let due = Int64(Int128(volume) * Int128(end - from_ns) / length)
            put(due - done, at: begin)
            (begin, done) = (end, due)
        }
    }

    private mutating func put(_ volume: Int64, at time_ns: Int64) {
        let current = Self.floored(time_ns, session_ns)
        if current > session { begin(current, at: time_ns) }
        guard current == session else { return }
        let slot = Int((time_ns - current * session_ns) / slot_ns)
        let (sum, over) = volumes[slot].addingReportingOverflow(volume)
        volumes[slot] = over ? .max : sum
    }

    private mutating func begin(_ next: Int64, at time_ns: Int64) {
        let isFirst = session == .min
        if !isFirst, !isPartial { close() }
        isPartial = isFirst && time_ns - next * session_ns >= slot_ns
        session = next
        volumes = Array(repeating: 0, count: slots)
    }

    private mutating func close() {
        let total = volumes.reduce(Int128(0)) { $0 + Int128($1) }
        guard total > 0 else { return }
        past.append(volumes.map { Int64(Int128($0) * Int128(Self.whole) / total) })
        if past.count > Self.sessionsMax { past.removeFirst() }
    }

    /// The share of a slot, 0...`whole`.
    package func share(_ slot: Int) -> Int64 {
        let even = Self.whole / Int64(slots)
        let sum = past.reduce(Int64(0)) { $0 + $1[slot] }
        return (sum + Self.evenWeight * even) / (Int64(past.count) + Self.evenWeight)
    }

    /// What is expected from `from` to before `to`, in shares of a session: `whole` for all of one.
    package func expected(from: Int64, to: Int64) -> Int64 {
        var begin = from
        var sum: Int128 = 0
        while begin < to {
            let index = Self.floored(begin, slot_ns)
            let end = min(to, (index + 1) * slot_ns)
            let slot = Int(index - Self.floored(index, Int64(slots)) * Int64(slots))
            sum += Int128(share(slot)) * Int128(end - begin)
            begin = end
        }
        return Int64(clamping: sum / Int128(slot_ns))
    }
}

/// How much prices have moved, from prices at least five minutes apart.
package struct VolatilityMeter: Equatable, Sendable {
    private static let apart_ns: Int64 = 300_000_000_000

    private var last: (price: Int64, time_ns: Int64)?
    private var squares = 0.0
    private var elapsed_ns = 0.0

    package init() {}

    /// Takes note of a price, above 0.
    package mutating func add(price: Int64, at time_ns: Int64) {
        guard let before = last else {
            last = (price, time_ns)
            return
        }
        let passed = time_ns - before.time_ns
        guard passed >= Self.apart_ns else { return }
        let change = Double(price - before.price) / Double(before.price)
        squares += change * change
        elapsed_ns += Double(passed)
        last = (price, time_ns)
    }

    /// Variance of relative changes for one day; nil before there were two prices.
    package var dailyVariance: Double? {
        elapsed_ns > 0 ? squares / elapsed_ns * 86_400_000_000_000 : nil
    }

    package static func == (a: Self, b: Self) -> Bool {
        a.squares == b.squares && a.elapsed_ns == b.elapsed_ns
            && a.last?.price == b.last?.price && a.last?.time_ns == b.last?.time_ns
    }
}
