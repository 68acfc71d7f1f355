import Glibc

/// What came after each bar: the logarithmic return of a fixed time to come.
package struct ForwardLabels: Sendable {
    /// ln(price at the end of the horizon / close); NaN where the series ends before that.
    package let values: [Double]
    /// The row whose close was the last known at the end of the horizon; the row itself where there
    /// was none since.
    package let ends: [Int]

    /// - Parameters:
    ///   - time_ns: When each bar closed, rising.
    ///   - close: Above 0, in any one unit, as many.
    ///   - horizon_ns: 1 or more.
    package init(time_ns: [Int64], close: [Double], horizon_ns: Int64) {
        precondition(time_ns.count == close.count && horizon_ns > 0)
        var values = [Double](repeating: .nan, count: close.count)
        var ends = Array(close.indices), end = 0
        for row in close.indices {
            let (due, isOver) = time_ns[row].addingReportingOverflow(horizon_ns)
            guard !isOver, let last = time_ns.last, due <= last else { continue }
            end = max(end, row)
            while end + 1 < time_ns.count, time_ns[end + 1] <= due { end += 1 }
            ends[row] = end
            values[row] = log(close[end] / close[row])
        }
        self.values = values
        self.ends = ends
    }

    /// Most rows that a label reaches ahead.
    package var span: Int { zip(ends, ends.indices).map { $0 - $1 }.max() ?? 0 }
}
