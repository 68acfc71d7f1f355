/// The last `length` numbers of a stream, in one allocation made by `init`.
@frozen public struct Window: Sendable {
    @usableFromInline var values: [Double]
    @usableFromInline var next = 0
    @usableFromInline var filled = 0

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        checkLength(length)
        values = [Double](repeating: 0, count: length)
    }

    /// Whether as many numbers were pushed as the window holds.
    @inlinable public var isFull: Bool { filled == values.count }

    /// The number that the next push drops. The window is full.
    @inlinable public var oldest: Double { values[next] }

    /// Adds a number, in place of the oldest when full.
    @inlinable public mutating func push(_ value: Double) {
        values[next] = value
        next += 1
        if next == values.count { next = 0 }
        if filled < values.count { filled += 1 }
    }
}

/// The largest (or smallest) of the last `length` numbers of a stream.
///
/// Keeps only numbers that can still become the extreme, so an update costs O(1) on average.
@frozen public struct Extreme: Sendable {
    @usableFromInline var values: [Double]
    @usableFromInline var rows: [Int]
    @usableFromInline var head = 0
    @usableFromInline var kept = 0
    @usableFromInline var row = 0
    @usableFromInline let sign: Double

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int, largest: Bool) {
        checkLength(length)
        values = [Double](repeating: 0, count: length)
        rows = [Int](repeating: 0, count: length)
        sign = largest ? 1 : -1
    }

    /// Takes a number in and returns the extreme of the last `length` ones, or of all when fewer.
    @inlinable public mutating func update(_ value: Double) -> Double {
        let length = values.count
        let signed = value * sign
        if kept > 0, rows[head] <= row - length {
            head = head + 1 == length ? 0 : head + 1
            kept -= 1
        }
        while kept > 0 {
            let last = head + kept - 1
            if values[last < length ? last : last - length] > signed { break }
            kept -= 1
        }
        let place = head + kept
        values[place < length ? place : place - length] = signed
        rows[place < length ? place : place - length] = row
        kept += 1
        row += 1
        return values[head] * sign
    }
}
