/// The x of 0 or more that makes x' A x / 2 - b' x least, with or without a sum of 1.
///
/// - Source: Lawson and Hanson 1974, on the normal equations.
enum QuadraticProgram {
    static func solve(_ a: SymmetricMatrix, _ b: [Double], sumsToOne: Bool) -> [Double] {
        let n = a.size
        var x = Array(repeating: 0.0, count: n)
        var free: [Int] = []
        if sumsToOne {
            free = [b.indices.max { b[$0] - a[$0, $0] / 2 < b[$1] - a[$1, $1] / 2 } ?? 0]
            x[free[0]] = 1
        }
        let scale = b.reduce(1e-300) { max($0, abs($1)) }
        // Each step makes the value smaller, so no set of free variables comes twice.
        for _ in 0..<(20 * n + 20) {
            let slope = zip(b, a.times(x)).map { $0 - $1 }
            let level = sumsToOne ? free.map { slope[$0] }.max() ?? 0 : 0
            let entering = (0..<n).filter {
                !free.contains($0) && slope[$0] > level + 1e-12 * scale
            }
            guard let best = entering.max(by: { slope[$0] < slope[$1] }) else { break }
            free.append(best)
            guard descend(a, b, &x, &free, sumsToOne) else { break }
        }
        return x
    }

    /// Moves to the least value over the free variables, dropping those that reach 0 on the way.
    private static func descend(
        _ a: SymmetricMatrix, _ b: [Double], _ x: inout [Double], _ free: inout [Int],
        _ sumsToOne: Bool
    ) -> Bool {
        while let goal = least(a, b, free, sumsToOne) {
            var step = 1.0
            for (index, slot) in free.enumerated() where goal[index] <= 0 {
                let span = x[slot] - goal[index]
                step = min(step, span > 0 ? x[slot] / span : 0)
            }
            for (index, slot) in free.enumerated() { x[slot] += step * (goal[index] - x[slot]) }
            if step == 1 { return true }
            let kept = free.enumerated().filter {
                goal[$0.offset] > 0 || x[$0.element] > 1e-15
            }.map(\.element)
            for slot in free where !kept.contains(slot) { x[slot] = 0 }
            if kept.count == free.count { return false }
            free = kept
            if free.isEmpty { return true }
        }
        return false
    }

    private static func least(
        _ a: SymmetricMatrix, _ b: [Double], _ free: [Int], _ sumsToOne: Bool
    ) -> [Double]? {
        guard let plain = a.solve(free.map { b[$0] }, part: free) else { return nil }
        guard sumsToOne else { return plain }
        guard let ones = a.solve(free.map { _ in 1 }, part: free) else { return nil }
        let excess = (plain.reduce(0, +) - 1) / ones.reduce(0, +)
        return zip(plain, ones).map { $0 - excess * $1 }
    }
}
