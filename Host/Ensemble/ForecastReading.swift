import Glibc
import RialtoValues

/// Why a forecast was taken as silence. Each counts as one fault of its model.
package enum ForecastFault: UInt8, CaseIterable, Sendable {
    /// A number that is read is NaN or infinite.
    case notFinite = 1
    /// A number is outside the range that its kind allows.
    case outOfRange
    /// The horizon is not above 0, or ends beyond what Int64 nanoseconds hold.
    case horizon
    /// It may be used only until before it was issued.
    case validity
    /// Quantiles are fewer than 2, more than 8, or not in rising order.
    case quantiles
    /// Its horizon ends at or before the moment up to which everything is settled.
    case late
    /// One more horizon of this instrument would exceed the configured number of series.
    case tooManyHorizons
}

extension Forecast {
    /// Returns what forbids the use of the forecast, or nil when it is sound.
    package var fault: ForecastFault? {
        guard value.isFinite, deviation.isFinite, confidence.isFinite else { return .notFinite }
        guard (0...1).contains(confidence), deviation >= 0 else { return .outOfRange }
        guard horizon_ns > 0, !issued_ns.addingReportingOverflow(horizon_ns).overflow else {
            return .horizon
        }
        guard validUntil_ns >= issued_ns else { return .validity }
        switch kind {
        case .probabilityUp: return (0...1).contains(value) ? nil : .outOfRange
        case .targetPosition: return (-1...1).contains(value) ? nil : .outOfRange
        case .meanDeviation: return nil
        case .quantiles: return quantileFault
        }
    }

    private var quantileFault: ForecastFault? {
        let count = Int(quantileCount)
        guard (2...Self.quantilesMax).contains(count) else { return .quantiles }
        for index in 0..<count {
            let level = quantileLevels[index]
            let value = quantileValues[index]
            guard level.isFinite, value.isFinite else { return .notFinite }
            guard level > 0, level < 1 else { return .outOfRange }
            guard index > 0 else { continue }
            guard level > quantileLevels[index - 1], value >= quantileValues[index - 1] else {
                return .quantiles
            }
        }
        return nil
    }

    /// When the horizon ends, Unix nanoseconds UTC. The forecast is sound.
    package var due_ns: Int64 { issued_ns + horizon_ns }

    /// The probability that the price rises over the horizon, 0...1. The forecast is sound.
    ///
    /// A mean and deviation are read as a normal distribution; quantiles are joined by straight
    /// lines, and beyond the outermost ones their level holds; a target x is read as (1 + x) / 2.
    package var probabilityUp: Double {
        switch kind {
        case .probabilityUp: value
        case .targetPosition: (1 + value) / 2
        case .meanDeviation: normalUp
        case .quantiles: 1 - levelOfZero
        }
    }

    /// The position the forecast argues for, -1...1: the target, or 2p - 1.
    package var position: Double { kind == .targetPosition ? value : 2 * probabilityUp - 1 }

    /// The mean return over the horizon as a fraction, where the forecast tells one.
    ///
    /// Quantiles: the mean under the joined lines, with flat ends.
    package var expectedReturn: Double? {
        switch kind {
        case .probabilityUp, .targetPosition: nil
        case .meanDeviation: value
        case .quantiles: quantileMean
        }
    }

    /// The return that is not passed with probability `level`, as a fraction.
    ///
    /// Quantiles are joined by straight lines with flat ends. A mean is read with its own
    /// deviation; a probability as that of a normal distribution with the given one, above 0.
    func quantile(_ level: Double, deviation known: Double) -> Double {
        switch kind {
        case .quantiles: quantileAt(level)
        case .meanDeviation: value + deviation * Normal.quantile(level)
        case .probabilityUp, .targetPosition:
            known
                * (Normal.quantile(
                    min(max(probabilityUp, LossKind.probabilityMin), 1 - LossKind.probabilityMin))
                    + Normal.quantile(level))
        }
    }

    private func quantileAt(_ level: Double) -> Double {
        let last = Int(quantileCount) - 1
        if level <= quantileLevels[0] { return quantileValues[0] }
        for index in 1...last where level <= quantileLevels[index] {
            let width = quantileLevels[index] - quantileLevels[index - 1]
            let part = (level - quantileLevels[index - 1]) / width
            return quantileValues[index - 1]
                + part * (quantileValues[index] - quantileValues[index - 1])
        }
        return quantileValues[last]
    }

    private var normalUp: Double {
        guard deviation > 0 else { return value > 0 ? 1 : value < 0 ? 0 : 0.5 }
        return 0.5 * erfc(-value / deviation / 2.0.squareRoot())
    }

    /// The level at which the quantile line crosses a return of 0.
    private var levelOfZero: Double {
        let last = Int(quantileCount) - 1
        guard quantileValues[0] <= 0 else { return quantileLevels[0] }
        guard quantileValues[last] >= 0 else { return quantileLevels[last] }
        var below = 0
        var above = last
        while below < last, quantileValues[below] < 0 { below += 1 }
        while above > 0, quantileValues[above] > 0 { above -= 1 }
        if below <= above { return (quantileLevels[below] + quantileLevels[above]) / 2 }
        swap(&below, &above)
        let part = -quantileValues[below] / (quantileValues[above] - quantileValues[below])
        return quantileLevels[below] + part * (quantileLevels[above] - quantileLevels[below])
    }

    private var quantileMean: Double {
        let last = Int(quantileCount) - 1
        var sum = quantileLevels[0] * quantileValues[0]
        sum += (1 - quantileLevels[last]) * quantileValues[last]
        for index in 1...last {
            let width = quantileLevels[index] - quantileLevels[index - 1]
            sum += width * (quantileValues[index] + quantileValues[index - 1]) / 2
        }
        return sum
    }
}
