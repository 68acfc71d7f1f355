/// An unmodified C library, and the signatures by which its functions are called: what a folder's
/// `binding.json` says, checked. Nothing of the library has run yet.
package struct Binding: Equatable, Sendable {
    /// Reverse domain name, such as `org.ta-lib`.
    package let id: String
    package let name: String
    package let version: String
    package let license: String
    package let summary: String
    package let library: Library
    /// Called once before all others; nil for none.
    package let initial: Step?
    /// Called once after all others; nil for none.
    package let final: Step?
    /// In the order of the table; names are unique, also without regard to case.
    package let functions: [BoundFunction]

    /// The library's file.
    package struct Library: Equatable, Sendable {
        /// Name of a file in the table's folder.
        package let file: String
        /// 64 lower-case hexadecimal digits.
        package let sha256: String
    }

    /// A function without arguments.
    package struct Step: Equatable, Sendable {
        package let symbol: String
        /// The status that means success; nil where it returns nothing.
        package let success: Int32?
    }

    /// The function of a name; case counts only where it parts two.
    package func function(_ name: String) -> BoundFunction? {
        functions.first { $0.name.lowercased() == name.lowercased() }
    }

    /// Every symbol, each once, in the order of the table.
    package var symbols: [String] {
        var known: Set<String> = []
        let all =
            [initial?.symbol, final?.symbol].compactMap { $0 }
            + functions.flatMap { [$0.symbol] + ($0.lookback.map { [$0] } ?? []) }
        return all.filter { known.insert($0).inserted }
    }

    /// Name of the file that holds it.
    package static let fileName = "binding.json"
    /// Largest table that is read, in bytes.
    package static let sizeMax = 4 << 20
    /// Largest library, in bytes.
    package static let libraryMax = 64 << 20
    /// Most functions of one table: with a lookback each they are as many as are bound at once.
    package static let functionsMax = 2000
}

/// One function of a bound library.
package struct BoundFunction: Equatable, Sendable {
    package let name: String
    package let symbol: String
    package let group: String
    package let summary: String
    /// The status that means success; nil where it returns nothing.
    package let success: Int32?
    /// Symbol of the function that says how many rows come before the first value, called with the
    /// scalars in their order; nil where there is none.
    package let lookback: String?
    package let layout: Layout
    /// 1...64.
    package let arguments: [Argument]

    /// Where an output's first value stands.
    package enum Layout: String, CaseIterable, Sendable {
        /// At the beginning of the column: element 0 belongs to row `begin`.
        case packed
        /// In its own row.
        case aligned
    }

    /// What stands at one place of the argument list.
    package enum Argument: Equatable, Sendable {
        case start(Width)
        case end(Width)
        case rows(Width)
        case input(InputColumn)
        case scalar(Scalar)
        case begin
        case count
        case output(Output)
    }

    /// Width of an integer that the host passes.
    package enum Width: String, CaseIterable, Sendable {
        case int32, int64
    }

    /// Market data of a row.
    package enum InputColumn: String, CaseIterable, Sendable {
        case open, high, low, close, volume
        /// The close of a bar, the price of a trade.
        case price
    }

    /// A number that a user sets.
    package struct Scalar: Equatable, Sendable {
        /// How it is passed.
        package enum Form: String, CaseIterable, Sendable {
            case int32, double
        }

        package let name: String
        package let form: Form
        /// Inclusive.
        package let lowest: Double
        package let highest: Double
        package let initial: Double
        package let unit: String
        package let summary: String
    }

    /// A column that the function writes.
    package struct Output: Equatable, Sendable {
        /// Of a value.
        package enum Form: String, CaseIterable, Sendable {
            case f64, i32
        }

        package let name: String
        package let form: Form
    }

    package var scalars: [Scalar] {
        arguments.compactMap { if case .scalar(let scalar) = $0 { scalar } else { nil } }
    }

    package var outputs: [Output] {
        arguments.compactMap { if case .output(let output) = $0 { output } else { nil } }
    }

    /// Each once, in the order of the arguments.
    package var inputs: [InputColumn] {
        var known: Set<InputColumn> = []
        return arguments.compactMap { argument in
            guard case .input(let column) = argument, known.insert(column).inserted else {
                return nil
            }
            return column
        }
    }

    /// How it is written in lists: `MACD(fastperiod=12, slowperiod=26, signalperiod=9)`.
    package var usage: String {
        let set = scalars.map { "\($0.name)=\($0.text($0.initial))" }
        return set.isEmpty ? name : name + "(" + set.joined(separator: ", ") + ")"
    }
}

extension BoundFunction.Scalar {
    /// A value as a person writes it.
    package func text(_ value: Double) -> String {
        form == .int32 ? "\(Int64(value))" : "\(value)"
    }
}
