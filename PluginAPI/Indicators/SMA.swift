/// Simple moving average: the mean of the last `length` values. First value at row `length` - 1.
@frozen public struct SMA: Sendable {
    @usableFromInline var window: Window
    @usableFromInline var sum = 0.0
    @usableFromInline let inverse: Double

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        window = Window(length: length)
        inverse = 1 / Double(length)
    }

    /// Takes the next value in; nil until `length` were seen.
    @inlinable public mutating func update(_ value: Double) -> Double? {
        if window.isFull { sum -= window.oldest }
        sum += value
        window.push(value)
        return window.isFull ? sum * inverse : nil
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
        let inverse = 1 / Double(length)
        var sum = 0.0
        for row in 0..<length { sum += input[row] }
        output[0] = sum * inverse
        for row in length..<max(length, input.count) {
            sum -= input[row - length]
            sum += input[row]
            output[row - length + 1] = sum * inverse
        }
    }
}

/// Simple moving average of integers, such as prices in price units: exact, with no rounding ever.
@frozen public struct IntegerSMA: Sendable {
    @usableFromInline var values: [Int64]
    @usableFromInline var next = 0
    @usableFromInline var seen = 0
    @usableFromInline var total: Int64 = 0

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        checkLength(length)
        values = [Int64](repeating: 0, count: length)
    }

    /// Values in the window.
    @inlinable public var length: Int { values.count }

    /// The sum of the last `length` values, or of all when fewer.
    @inlinable public var sum: Int64 { total }

    /// Whether `length` values were seen.
    @inlinable public var isWarm: Bool { seen == values.count }

    /// Takes the next value in. The sum of the window fits Int64.
    @inlinable public mutating func update(_ value: Int64) {
        total = total - values[next] + value
        values[next] = value
        next += 1
        if next == values.count { next = 0 }
        if seen < values.count { seen += 1 }
    }

    /// The mean, rounded once; nil until warm. For display and models: compare with `isAbove`.
    @inlinable public var mean: Double? { isWarm ? Double(sum) / Double(values.count) : nil }

    /// Whether this mean is above the other one, exactly. Both are warm.
    @inlinable public func isAbove(_ other: borrowing IntegerSMA) -> Bool {
        precondition(isWarm && other.isWarm)
        let left = sum.multipliedFullWidth(by: Int64(other.length))
        let right = other.sum.multipliedFullWidth(by: Int64(length))
        return (left.high, left.low) > (right.high, right.low)
    }

    /// Whether both means are the same number, exactly. Both are warm.
    @inlinable public func equals(_ other: borrowing IntegerSMA) -> Bool {
        !isAbove(other) && !other.isAbove(self)
    }
}
