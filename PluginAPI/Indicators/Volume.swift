/// On-balance volume: the running sum of volume, added when the close rises and taken off when it
/// falls, starting with the first volume. First value at row 0.
@frozen public struct OBV: Sendable {
    @usableFromInline var sum = 0.0
    @usableFromInline var last = 0.0
    @usableFromInline var started = false

    /// A sum that has seen no bar.
    @inlinable public init() {}

    /// Takes the next bar in and returns the sum, in units of volume.
    @inlinable public mutating func update(close: Double, volume: Double) -> Double {
        if !started || close > last {
            sum += volume
        } else if close < last {
            sum -= volume
        }
        (last, started) = (close, true)
        return sum
    }

    /// Computes the sum over whole columns of the same length.
    @inlinable public static func column(close: [Double], volume: [Double]) -> IndicatorColumn {
        precondition(close.count == volume.count)
        var state = OBV()
        return IndicatorColumn(rows: close.count, warmUp: 0) { output in
            for row in close.indices {
                output[row] = state.update(close: close[row], volume: volume[row])
            }
        }
    }
}

/// Volume-weighted average price of typical prices (high + low + close) / 3: from the first bar on
/// (first value at row 0), or over the last `length` bars (first value at row `length` - 1).
///
/// Where no volume was traded it is the typical price.
@frozen public struct VWAP: Sendable {
    @usableFromInline var values: Window?
    @usableFromInline var volumes: Window?
    @usableFromInline var value = 0.0
    @usableFromInline var volume = 0.0

    /// The average from the first bar on.
    @inlinable public init() {
        values = nil
        volumes = nil
    }

    /// The average over a window.
    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        values = Window(length: length)
        volumes = Window(length: length)
    }

    /// Takes the next bar in; nil until the window is full.
    @inlinable public mutating func update(
        high: Double, low: Double, close: Double, volume traded: Double
    ) -> Double? {
        let typical = (high + low + close) / 3
        if let full = values?.isFull, full {
            value -= values?.oldest ?? 0
            volume -= volumes?.oldest ?? 0
        }
        value += typical * traded
        volume += traded
        values?.push(typical * traded)
        volumes?.push(traded)
        guard values?.isFull ?? true else { return nil }
        return volume > 0 ? value / volume : typical
    }

    /// Computes the average over whole columns of the same length; `length` nil is from the start.
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double], volume: [Double], length: Int?
    ) -> IndicatorColumn {
        precondition(high.count == low.count && low.count == close.count)
        precondition(close.count == volume.count)
        var state = length.map { VWAP(length: $0) } ?? VWAP()
        let warmUp = (length ?? 1) - 1
        return IndicatorColumn(rows: high.count, warmUp: warmUp) { output in
            for row in high.indices {
                let value = state.update(
                    high: high[row], low: low[row], close: close[row], volume: volume[row])
                if let value { output[row - warmUp] = value }
            }
        }
    }
}

/// Money flow index, 0...100: the part of typical price times volume that came with a rising
/// typical price, over `length` changes. 0 where no money flowed. First value at row `length`.
@frozen public struct MFI: Sendable {
    @usableFromInline var rises: Window
    @usableFromInline var falls: Window
    @usableFromInline var last = 0.0
    @usableFromInline var started = false
    @usableFromInline var rise = 0.0
    @usableFromInline var fall = 0.0

    /// - Parameter length: 1...100_000.
    @inlinable public init(length: Int) {
        rises = Window(length: length)
        falls = Window(length: length)
    }

    /// Takes the next bar in; nil until `length` changes were seen.
    @inlinable public mutating func update(
        high: Double, low: Double, close: Double, volume: Double
    ) -> Double? {
        let typical = (high + low + close) / 3
        let change = typical - last
        last = typical
        guard started else {
            started = true
            return nil
        }
        if rises.isFull {
            rise -= rises.oldest
            fall -= falls.oldest
        }
        let flow = typical * volume
        let up = change > 0 ? flow : 0
        let down = change < 0 ? flow : 0
        rise += up
        fall += down
        rises.push(up)
        falls.push(down)
        guard rises.isFull else { return nil }
        let sum = rise + fall
        return sum > 0 ? min(max(100 * rise / sum, 0), 100) : 0
    }

    /// Computes the index over whole columns of the same length.
    @inlinable public static func column(
        high: [Double], low: [Double], close: [Double], volume: [Double], length: Int
    ) -> IndicatorColumn {
        precondition(high.count == low.count && low.count == close.count)
        precondition(close.count == volume.count)
        var state = MFI(length: length)
        return IndicatorColumn(rows: high.count, warmUp: length) { output in
            for row in high.indices {
                let value = state.update(
                    high: high[row], low: low[row], close: close[row], volume: volume[row])
                if let value { output[row - length] = value }
            }
        }
    }
}
