import Glibc

/// What a window says of one more pair of prices.
struct PairView {
    /// Slope of the first price on the second, both in logarithms.
    let ratio: Double
    /// Of the two over the window, -1...1.
    let correlation: Double
    /// Residual of the pair less the window's mean, in the window's deviations.
    let distance: Double
}

/// The last pairs of two prices, in logarithms, and their moments.
///
/// Logarithms are held as integers of 2^-30 and their sums are exact, so that what has left the
/// window leaves nothing behind, however long the run. An update costs O(1) and allocates nothing.
struct PairWindow {
    let length: Int
    private var ys: [Int64]
    private var xs: [Int64]
    private var next = 0
    private var count = 0
    private var y: Int128 = 0
    private var x: Int128 = 0
    private var yy: Int128 = 0
    private var xx: Int128 = 0
    private var xy: Int128 = 0

    /// - Parameter length: 10...100_000; then no sum passes 2^110.
    init(length: Int) {
        self.length = length
        ys = [Int64](repeating: 0, count: length)
        xs = [Int64](repeating: 0, count: length)
    }

    /// Adds a pair of prices above 0, in place of the oldest when full.
    mutating func push(_ first: Int64, _ second: Int64) {
        if count == length { add(ys[next], xs[next], sign: -1) }
        (ys[next], xs[next]) = (PairWindow.logarithm(first), PairWindow.logarithm(second))
        add(ys[next], xs[next], sign: 1)
        next = next + 1 == length ? 0 : next + 1
        count = min(count + 1, length)
    }

    private mutating func add(_ a: Int64, _ b: Int64, sign: Int128) {
        let (a, b) = (Int128(a), Int128(b))
        y += sign * a
        x += sign * b
        yy += sign * a * a
        xx += sign * b * b
        xy += sign * a * b
    }

    /// What the window says of a pair that is not in it; nil before it is full, and while one of
    /// the prices or the residual does not move.
    func view(_ first: Int64, _ second: Int64) -> PairView? {
        guard count == length else { return nil }
        let n = Int128(length)
        let varianceX = n * xx - x * x, varianceY = n * yy - y * y, covariance = n * xy - x * y
        guard varianceX > 0, varianceY > 0 else { return nil }
        let ratio = Double(covariance) / Double(varianceX)
        let rest = Double(varianceY) - ratio * Double(covariance)
        guard rest > Double(varianceY) * 1e-12 else { return nil }
        let size = Double(length)
        let a = Double(PairWindow.logarithm(first)) - Double(y) / size
        let b = Double(PairWindow.logarithm(second)) - Double(x) / size
        return PairView(
            ratio: ratio,
            correlation: Double(covariance)
                / (Double(varianceX).squareRoot() * Double(varianceY).squareRoot()),
            distance: (a - ratio * b) / (rest.squareRoot() / size))
    }

    private static func logarithm(_ price: Int64) -> Int64 {
        Int64((log(Double(max(1, price))) * 1_073_741_824).rounded())
    }
}
