import Glibc

/// Positive masses kept as logarithms, so that no run is long enough to lose one to underflow.
struct LogMasses: Sendable {
    /// Natural logarithm of each slot's mass; minus infinity means that it is not a member.
    private(set) var logs: [Double]

    init(_ masses: [Double]) {
        precondition(masses.allSatisfy { $0 >= 0 && $0.isFinite })
        logs = masses.map { log($0) }
        rescale()
    }

    init(logs: [Double]) { self.logs = logs }

    func isMember(_ slot: Int) -> Bool { logs[slot] > -.infinity }

    var members: Int { logs.count { $0 > -.infinity } }

    /// Returns the masses of the awake members divided by their sum; 0 elsewhere.
    func weights(awake: [Bool]) -> [Double] {
        var top = -Double.infinity
        for slot in logs.indices where awake[slot] && logs[slot] > top { top = logs[slot] }
        var result = [Double](repeating: 0, count: logs.count)
        guard top > -.infinity else { return result }
        var sum = 0.0
        for slot in logs.indices where awake[slot] && isMember(slot) {
            result[slot] = exp(logs[slot] - top)
            sum += result[slot]
        }
        for slot in result.indices { result[slot] /= sum }
        return result
    }

    /// Adds `change(slot)` to the logarithms of the awake members, then scales these so that their
    /// total is what it was. The masses of the others are untouched.
    mutating func shift(awake: [Bool], by change: (Int) -> Double) {
        let before = total { awake[$0] }
        guard before > -.infinity else { return }
        for slot in logs.indices where awake[slot] && isMember(slot) { logs[slot] += change(slot) }
        let excess = total { awake[$0] } - before
        for slot in logs.indices where awake[slot] && isMember(slot) { logs[slot] -= excess }
    }

    /// Replaces the part `alpha` of the awake members' total by even parts of it.
    mutating func share(awake: [Bool], alpha: Double) {
        let sum = total { awake[$0] }
        let sharers = logs.indices.count { awake[$0] && isMember($0) }
        guard sharers > 0, alpha > 0 else { return }
        let part = log(alpha) + sum - log(Double(sharers))
        for slot in logs.indices where awake[slot] && isMember(slot) {
            logs[slot] = Self.logAdd(logs[slot] + log1p(-alpha), part)
        }
    }

    mutating func addSlot() { logs.append(-.infinity) }

    mutating func admit(_ slot: Int, share: Double) {
        precondition(!isMember(slot))
        precondition(share > 0 && share <= 1)
        let whole = members == 0 ? 0 : total { _ in true }
        for other in logs.indices where isMember(other) { logs[other] += log1p(-share) }
        logs[slot] = log(share) + whole
        rescale()
    }

    mutating func withdraw(_ slot: Int) {
        logs[slot] = -.infinity
        rescale()
    }

    /// Scales all masses so that they add up to 1.
    private mutating func rescale() {
        let sum = total { _ in true }
        guard sum > -.infinity else { return }
        for slot in logs.indices where isMember(slot) { logs[slot] -= sum }
    }

    /// The logarithm of the sum of the included masses.
    func total(_ included: (Int) -> Bool) -> Double {
        var top = -Double.infinity
        for slot in logs.indices where included(slot) && logs[slot] > top { top = logs[slot] }
        guard top > -.infinity else { return top }
        var sum = 0.0
        for slot in logs.indices where included(slot) { sum += exp(logs[slot] - top) }
        return top + log(sum)
    }

    private static func logAdd(_ a: Double, _ b: Double) -> Double {
        let high = max(a, b)
        let low = min(a, b)
        return high > -.infinity ? high + log1p(exp(low - high)) : high
    }
}
