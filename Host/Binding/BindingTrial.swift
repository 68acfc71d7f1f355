import RialtoPluginHost
import RialtoText
import RialtoValues

/// Tries the functions of a binding on made-up bars. Use it on one thread at a time.
package final class BindingTrial {
    /// What became of one function.
    package struct Result: Equatable, Sendable {
        package let isGood: Bool
        /// Row of the first value; nil where there is none.
        package let firstRow: Int?
        /// One line: what was found.
        package let finding: String
    }

    private let whole: BoundLibrary
    private let single: BoundLibrary

    /// - Parameter rows: Made-up bars, 2 or more.
    package init(
        _ binding: Binding, _ library: [UInt8], rows: Int, seed: UInt64, settings: WorkerSettings
    ) {
        let bars = Self.bars(rows, seed: seed)
        whole = BoundLibrary(binding, library, data: BoundData(bars), settings: settings)
        single = BoundLibrary(
            binding, library, data: BoundData(bars.mapValues { Array($0.prefix(1)) }),
            settings: settings)
    }

    /// Calls a function with its initial values: twice over all rows, and over one row.
    package func result(of function: BoundFunction) -> Result {
        do throws(BindingError) {
            let first = try whole.run(function), again = try whole.run(function)
            let row = first.first.map(\.written).flatMap { $0.isEmpty ? nil : $0.lowerBound }
            guard Self.isSame(first, again) else {
                return Result(isGood: false, firstRow: row, finding: "it answers twice otherwise")
            }
            if let row, let said = try whole.lookback(function), said != row {
                return Result(
                    isGood: false, firstRow: row,
                    finding: "its lookback says \(said), its first value is in row \(row)")
            }
            _ = try single.run(function)
            return Result(isGood: true, firstRow: row, finding: "")
        } catch { return Result(isGood: false, firstRow: nil, finding: error.reason) }
    }

    /// Ends the library. Returns what went wrong with that; nil for nothing.
    package func end() -> String? {
        do throws(BindingError) {
            try whole.finish()
            try single.finish()
            return nil
        } catch { return error.reason }
    }

    /// Whether both have the same bits.
    private static func isSame(_ one: [BoundColumn], _ other: [BoundColumn]) -> Bool {
        zip(one, other).allSatisfy { one, other in
            one.written == other.written
                && one.written.allSatisfy {
                    one.values[$0].bitPattern == other.values[$0].bitPattern
                }
        }
    }

    /// A random walk of bars.
    package static func bars(
        _ rows: Int, seed: UInt64
    ) -> [BoundFunction.InputColumn: [Double]] {
        var random = SeededGenerator(seed: seed)
        var columns: [BoundFunction.InputColumn: [Double]] = [:]
        var last = 100.0
        for _ in 0..<rows {
            let open = last
            last *= 1 + Double.random(in: -0.02...0.02, using: &random)
            let reach = Double.random(in: 0...0.5, using: &random)
            columns[.open, default: []].append(open)
            columns[.high, default: []].append(max(open, last) + reach)
            columns[.low, default: []].append(min(open, last) - reach / 2)
            columns[.close, default: []].append(last)
            columns[.price, default: []].append(last)
            columns[.volume, default: []].append(
                Double(Int.random(in: 1...10_000, using: &random)))
        }
        return columns
    }
}
