/// Values of matrices in memory, row by row.
typealias Cells = UnsafeMutablePointer<Double>

/// The inner loops of a tape. Sums go in one fixed order, with no fused multiplication.
enum Kernels {
    /// c (m x n) += a (m x k) times b (k x n).
    static func multiply(_ a: Cells, _ b: Cells, into c: Cells, _ m: Int, _ k: Int, _ n: Int) {
        for i in 0..<m {
            let row = c + i * n, left = a + i * k
            var p = 0
            while p + 4 <= k {
                addFour(left + p, 1, b + p * n, n, into: row)
                p += 4
            }
            while p < k {
                addScaled(left[p], b + p * n, into: row, n)
                p += 1
            }
        }
    }

    /// c (k x n) += a (m x k), turned, times d (m x n).
    static func multiplyTurned(
        _ a: Cells, _ d: Cells, into c: Cells, _ m: Int, _ k: Int, _ n: Int
    ) {
        var i = 0
        while i + 4 <= m {
            for p in 0..<k { addFour(a + i * k + p, k, d + i * n, n, into: c + p * n) }
            i += 4
        }
        while i < m {
            for p in 0..<k { addScaled(a[i * k + p], d + i * n, into: c + p * n, n) }
            i += 1
        }
    }

    /// row += four rows of b, each times its own factor.
    private static func addFour(
        _ factors: Cells, _ step: Int, _ b: Cells, _ n: Int, into row: Cells
    ) {
        let f0 = factors[0], f1 = factors[step], f2 = factors[2 * step], f3 = factors[3 * step]
        let b1 = b + n, b2 = b + 2 * n, b3 = b + 3 * n
        for j in 0..<n {
            row[j] += (f0 * b[j] + f1 * b1[j]) + (f2 * b2[j] + f3 * b3[j])
        }
    }

    /// row += factor * b.
    static func addScaled(_ factor: Double, _ b: Cells, into row: Cells, _ n: Int) {
        for j in 0..<n { row[j] += factor * b[j] }
    }

    /// t (n x k) = b (k x n), turned.
    static func turn(_ b: Cells, into t: Cells, _ k: Int, _ n: Int) {
        for p in 0..<k { for j in 0..<n { t[j * k + p] = b[p * n + j] } }
    }

    static func dot(_ a: Cells, _ b: Cells, _ n: Int) -> Double {
        var sum = 0.0
        for j in 0..<n { sum += a[j] * b[j] }
        return sum
    }

    /// Parts that add up to 1.
    static func softmax(_ a: Cells, into out: Cells, _ n: Int) {
        let top = highest(a, n)
        var sum = 0.0
        for j in 0..<n {
            out[j] = Elementary.exp(a[j] - top)
            sum += out[j]
        }
        let inverse = 1 / sum
        for j in 0..<n { out[j] *= inverse }
    }

    /// a less ln(sum of e^a).
    static func logSoftmax(_ a: Cells, into out: Cells, _ n: Int) {
        let top = highest(a, n)
        var sum = 0.0
        for j in 0..<n { sum += Elementary.exp(a[j] - top) }
        let total = top + Elementary.log(sum)
        for j in 0..<n { out[j] = a[j] - total }
    }

    private static func highest(_ a: Cells, _ n: Int) -> Double {
        var top = a[0]
        for j in 1..<max(1, n) where a[j] > top { top = a[j] }
        return top
    }

    /// da += what flows back through a softmax whose parts are p.
    static func softmaxBack(_ p: Cells, _ d: Cells, into da: Cells, _ n: Int) {
        let sum = dot(p, d, n)
        for j in 0..<n { da[j] += p[j] * (d[j] - sum) }
    }

    // MARK: Gaussian error linear unit

    private static let geluFactor = 0.797884560802865355879892119868764  // sqrt(2 / pi)

    static func gelu(_ x: Double) -> Double {
        0.5 * x * (1 + Elementary.tanh(geluFactor * (x + 0.044715 * x * x * x)))
    }

    static func geluSlope(_ x: Double) -> Double {
        let t = Elementary.tanh(geluFactor * (x + 0.044715 * x * x * x))
        return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * geluFactor * (1 + 3 * 0.044715 * x * x)
    }
}
