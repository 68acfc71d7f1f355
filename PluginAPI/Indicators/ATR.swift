/// True range: how far a bar reaches, counted from the close before it. First value at row 1.
@frozen public struct TrueRange: Sendable, Codable {
    @usableFromInline var last = 0.0
    @usableFromInline var started = false

    /// A range that has seen no bar.
    @inlinable public init() {}

    /// Takes the next bar in; nil for the first one.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Double? {
        defer {
            last = close
            started = true
        }
        return started ? Self.range(high: high, low: low, last: last) : nil
    }

    @inlinable static func range(high: Double, low: Double, last: Double) -> Double {
        max(high, last) - min(low, last)
    }

    /// Computes the range over whole columns of the same length.
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double]
    ) -> IndicatorColumn {
        precondition(high.count == low.count && low.count == close.count)
        return IndicatorColumn(rows: high.count, warmUp: 1) { output in
            for row in 1..<high.count {
                output[row - 1] = range(high: high[row], low: low[row], last: close[row - 1])
            }
        }
    }
}

/// Average true range: Wilder's average of the true range, started with the mean of the first
/// `length` ranges. First value at row `length`.
@frozen public struct ATR: Sendable, Codable {
    @usableFromInline let length: Int
    @usableFromInline var range = TrueRange()
    @usableFromInline var seen = 0
    @usableFromInline var mean: WilderMean

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        checkLength(length)
        self.length = length
        mean = WilderMean(length: length, start: 0)
    }

    /// Takes the next bar in; nil until `length` ranges were seen.
    @inlinable public mutating func update(high: Double, low: Double, close: Double) -> Double? {
        guard let value = range.update(high: high, low: low, close: close) else { return nil }
        if seen >= length {
            mean.update(value)
            return mean.value
        }
        mean.value += value
        seen += 1
        guard seen == length else { return nil }
        mean.value /= Double(length)
        return mean.value
    }

    /// Computes the average over whole columns of the same length.
    /// - Complexity: O(rows), one allocation.
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double], length: Int
    ) -> IndicatorColumn {
        checkLength(length)
        precondition(high.count == low.count && low.count == close.count)
        return IndicatorColumn(rows: high.count, warmUp: length) { output in
            high.withUnsafeBufferPointer { high in
                low.withUnsafeBufferPointer { low in
                    close.withUnsafeBufferPointer { close in
                        fill(high: high, low: low, close: close, length: length, output)
                    }
                }
            }
        }
    }

    /// Writes `high.count` - `length` values. The columns are longer than `length`.
    @inlinable public static func fill(
        high: UnsafeBufferPointer<Double>, low: UnsafeBufferPointer<Double>,
        close: UnsafeBufferPointer<Double>, length: Int, _ output: UnsafeMutablePointer<Double>
    ) {
        var sum = 0.0
        for row in 1...length {
            sum += TrueRange.range(high: high[row], low: low[row], last: close[row - 1])
        }
        var mean = WilderMean(length: length, start: sum / Double(length))
        output[0] = mean.value
        for row in length + 1..<max(length + 1, high.count) {
            mean.update(TrueRange.range(high: high[row], low: low[row], last: close[row - 1]))
            output[row - length] = mean.value
        }
    }
}
