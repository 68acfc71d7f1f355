/// Exponential moving average with factor 2 / (length + 1), started with the mean of the first
/// `length` values. First value at row `length` - 1.
@frozen public struct EMA: Sendable, Codable {
    @usableFromInline let factor: Double
    @usableFromInline let length: Int
    @usableFromInline var seen = 0
    @usableFromInline var value = 0.0

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        checkLength(length)
        self.length = length
        factor = 2 / Double(length + 1)
    }

    /// Takes the next value in; nil until `length` were seen.
    @inlinable public mutating func update(_ input: Double) -> Double? {
        if seen >= length {
            value = value * (1 - factor) + input * factor
            return value
        }
        value += input
        seen += 1
        guard seen == length else { return nil }
        value /= Double(length)
        return value
    }

    /// Computes the average over a whole column.
    /// - Complexity: O(rows), one allocation.
    @inlinable public static func column(_ input: [Double], length: Int) -> IndicatorColumn {
        checkLength(length)
        return IndicatorColumn(rows: input.count, warmUp: length - 1) { output in
            input.withUnsafeBufferPointer { fill($0, length: length, output) }
        }
    }

    /// Writes `input.count` - `length` + 1 values. The input is at least `length` long.
    @inlinable public static func fill(
        _ input: UnsafeBufferPointer<Double>, length: Int, _ output: UnsafeMutablePointer<Double>
    ) {
        let factor = 2 / Double(length + 1)
        let keep = 1 - factor
        var value = 0.0
        for row in 0..<length { value += input[row] }
        value /= Double(length)
        output[0] = value
        for row in length..<max(length, input.count) {
            value = value * keep + input[row] * factor
            output[row - length + 1] = value
        }
    }
}

/// Wilder's average: each step keeps (length - 1) / length of it. Started with a mean by its user.
@frozen @usableFromInline struct WilderMean: Sendable, Codable {
    @usableFromInline let keep: Double
    @usableFromInline let part: Double
    @usableFromInline var value: Double

    @inlinable init(length: Int, start: Double) {
        keep = Double(length - 1) / Double(length)
        part = 1 / Double(length)
        value = start
    }

    @inlinable mutating func update(_ input: Double) { value = value * keep + input * part }
}
