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

    /// Writes the masses of the awake members, each times its confidence, divided by their sum; 0
    /// elsewhere. `awake` is 0...1 for each slot. No allocation when `weights` has the length.
    func weigh(_ awake: [Double], into weights: inout [Double]) {
        weights.fit(logs.count)
        var top = -Double.infinity
        for slot in logs.indices where awake[slot] > 0 && logs[slot] > top { top = logs[slot] }
        guard top > -.infinity else { return weights.clear() }
        var sum = 0.0
        for slot in logs.indices {
            weights[slot] = awake[slot] > 0 ? awake[slot] * exp(logs[slot] - top) : 0
            sum += weights[slot]
        }
        for slot in weights.indices { weights[slot] /= sum }
    }

    /// Adds `change(slot)` to the logarithms of the awake members, then scales these so that their
    /// total is what it was. The masses of the others are untouched.
    ///
    /// A member of confidence c between 0 and 1 takes that part of the change, and for the rest
    /// moves as the awake do on average, so the total of all masses stays what it was.
    mutating func shift(awake: [Double], by change: (Int) -> Double) {
        let before = total(awake) { logs[$0] }
        guard before > -.infinity else { return }
        let excess = total(awake) { logs[$0] + change($0) } - before
        for slot in logs.indices where awake[slot] > 0 && isMember(slot) {
            let confidence = awake[slot]
            if confidence < 1 {
                let moved = change(slot) - excess
                logs[slot] += Self.logAdd(log1p(-confidence), log(confidence) + moved)
            } else {
                logs[slot] = (logs[slot] + change(slot)) - excess
            }
        }
    }

    /// Replaces the part `alpha` of the awake members' total by parts of it as their confidences.
    mutating func share(awake: [Double], alpha: Double) {
        let sum = total(awake) { logs[$0] }
        var sharers = 0.0
        for slot in logs.indices where isMember(slot) { sharers += awake[slot] }
        guard sharers > 0, alpha > 0 else { return }
        let part = log(alpha) + sum - log(sharers)
        for slot in logs.indices where awake[slot] > 0 && isMember(slot) {
            let confidence = awake[slot]
            let kept = logs[slot] + log1p(-alpha * confidence)
            logs[slot] = Self.logAdd(kept, confidence < 1 ? part + log(confidence) : part)
        }
    }

    /// Adds `change` to one member's logarithm.
    mutating func add(_ change: Double, to slot: Int) { logs[slot] += change }

    /// Scales all to a sum of 1, then replaces the part `alpha` of it by even parts for everyone.
    mutating func shareAll(alpha: Double) {
        rescale()
        guard alpha > 0, members > 0 else { return }
        let part = log(alpha) - log(Double(members))
        for slot in logs.indices where isMember(slot) {
            logs[slot] = Self.logAdd(logs[slot] + log1p(-alpha), part)
        }
    }

    mutating func addSlot() { logs.append(-.infinity) }

    mutating func admit(_ slot: Int, share: Double) {
        admit(slot, share: share, of: members == 0 ? 0 : total { _ in true })
    }

    /// - Parameter whole: Logarithm of what `share` is a part of.
    mutating func admit(_ slot: Int, share: Double, of whole: Double) {
        precondition(!isMember(slot))
        precondition(share > 0 && share <= 1)
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

    /// The logarithm of the sum of exp(logarithm(slot)) over the awake, each times its confidence.
    private func total(_ awake: [Double], of logarithm: (Int) -> Double) -> Double {
        var top = -Double.infinity
        for slot in logs.indices where awake[slot] > 0 { top = max(top, logarithm(slot)) }
        guard top > -.infinity else { return top }
        var sum = 0.0
        for slot in logs.indices where awake[slot] > 0 {
            sum += awake[slot] * exp(logarithm(slot) - top)
        }
        return top + log(sum)
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

    static func logAdd(_ a: Double, _ b: Double) -> Double {
        let high = max(a, b)
        let low = min(a, b)
        return high > -.infinity ? high + log1p(exp(low - high)) : high
    }
}

extension [Double] {
    /// Gives the array the length `count`; allocates only when it had another.
    mutating func fit(_ count: Int) {
        if self.count != count { self = Array(repeating: 0, count: count) }
    }

    /// Sets every entry to 0.
    mutating func clear() { for index in indices { self[index] = 0 } }

    /// Divides entries that are not negative by their sum, so that none is above 1 by rounding.
    mutating func scaleToOne() {
        var sum = 0.0
        for entry in self { sum += entry }
        guard sum > 0 else { return }
        for index in indices { self[index] /= sum }
    }
}
