/// Relative strength index, 0...100, with Wilder's averages of gains and losses, started with the
/// mean of the first `length` changes. 0 while nothing ever moved. First value at row `length`.
@frozen public struct RSI: Sendable, Codable {
    @usableFromInline let length: Int
    @usableFromInline var changes = -1
    @usableFromInline var last = 0.0
    @usableFromInline var gain: WilderMean
    @usableFromInline var loss: WilderMean

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        checkLength(length)
        self.length = length
        gain = WilderMean(length: length, start: 0)
        loss = gain
    }

    /// Takes the next value in; nil until `length` changes were seen.
    @inlinable public mutating func update(_ input: Double) -> Double? {
        let change = input - last
        last = input
        if changes >= length {
            gain.update(max(change, 0))
            loss.update(max(-change, 0))
            return Self.ratio(gain.value, loss.value)
        }
        changes += 1
        guard changes > 0 else { return nil }
        gain.value += max(change, 0)
        loss.value += max(-change, 0)
        guard changes == length else { return nil }
        gain.value /= Double(length)
        loss.value /= Double(length)
        return Self.ratio(gain.value, loss.value)
    }

    @inlinable static func ratio(_ gain: Double, _ loss: Double) -> Double {
        let sum = gain + loss
        return sum > 0 ? 100 * gain / sum : 0
    }

    /// Computes the index over a whole column.
    /// - Complexity: O(rows), one allocation.
    @inlinable public static func column(_ input: [Double], length: Int) -> IndicatorColumn {
        checkLength(length)
        return IndicatorColumn(rows: input.count, warmUp: length) { output in
            input.withUnsafeBufferPointer { fill($0, length: length, output) }
        }
    }

    /// Writes `input.count` - `length` values. The input is longer than `length`.
    @inlinable public static func fill(
        _ input: UnsafeBufferPointer<Double>, length: Int, _ output: UnsafeMutablePointer<Double>
    ) {
        var up = 0.0
        var down = 0.0
        for row in 1...length {
            let change = input[row] - input[row - 1]
            up += max(change, 0)
            down += max(-change, 0)
        }
        var gain = WilderMean(length: length, start: up / Double(length))
        var loss = WilderMean(length: length, start: down / Double(length))
        output[0] = ratio(gain.value, loss.value)
        for row in length + 1..<max(length + 1, input.count) {
            let change = input[row] - input[row - 1]
            gain.update(max(change, 0))
            loss.update(max(-change, 0))
            output[row - length] = ratio(gain.value, loss.value)
        }
    }
}
