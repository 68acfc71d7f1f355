import RialtoPluginHost
import RialtoText

/// What is wrong in a table, and where.
package struct BindingMistake: Error, Equatable, Sendable {
    /// What was found and what is allowed.
    package let text: String
    /// Line of the file, from 1; 0 where it is about all of it.
    package let line: Int

    init(_ text: String, line: Int = 0) {
        self.text = text
        self.line = line
    }
}

/// Why a binding is refused, or a function of it gave nothing.
package enum BindingError: Error, Equatable, Sendable {
    /// Mistakes of a table, in the order of its lines.
    case table(path: String, [BindingMistake])
    /// The library is not the one that the table is about.
    case digest(path: String, found: String, expected: String)
    case noFunction(String, known: [String])
    case noScalar(String, function: String, known: [String])
    case malformed(String, found: String, form: String)
    case outOfRange(String, found: String, lowest: String, highest: String, unit: String)
    /// The data have no such column.
    case noColumn(String, function: String, known: [String])
    case tooLong(rows: Int, most: Int)
    /// The library has no such symbol, or it is no function of its own.
    case symbol(String, isForeign: Bool)
    /// The process of the library was ended, or could not be started.
    case worker(function: String, WorkerFault)
    case refused(function: String, status: Int32, success: Int32)
    case wrote(function: String, place: String)
    case badRange(function: String, begin: Int, count: Int, rows: Int)
    case unwritten(function: String, output: String, row: Int)
    case badLookback(function: String, found: Int32)
    case memory(function: String)
    case form(function: String)
    /// A column was chosen for a price that the function does not read.
    case noPrice(function: String, input: String, reads: [String])
    /// A series would have a name that is too long.
    case seriesName(String)
    /// The function has no value within the window.
    case window(function: String, lookback: Int, window: Int)
}

extension BindingError: HouseError {
    package var messages: [HouseMessage] {
        if case .table(let path, let mistakes) = self {
            return mistakes.map { mistake in
                HouseMessage(
                    "binding refused: \(mistake.text)",
                    details: [.init("file", path)]
                        + (mistake.line > 0 ? [.init("line", "\(mistake.line)")] : []),
                    help: "the form of the file is PluginAPI/binding.schema.json")
            }
        }
        return [HouseMessage(reason, help: help, cause: isWrongCall ? .calledWrongly : .failed)]
    }

    /// One line: what was found and what is allowed.
    package var reason: String {
        switch self {
        case .table(_, let mistakes): mistakes.first?.text ?? ""
        case .digest(let path, let found, let expected):
            "binding refused: \(path) has SHA-256 \(found.prefix(16))..., the table says "
                + "\(expected.prefix(16))..."
        case .noFunction(let name, _): "there is no function \(name)"
        case .noScalar(let name, let function, let known):
            "\(function) has no scalar \(name); known: "
                + (known.isEmpty ? "none" : known.joined(separator: ", "))
        case .malformed(let name, let found, let form): "\(name) was \(found), which is no \(form)"
        case .outOfRange(let name, let found, let lowest, let highest, let unit):
            "\(name) was \(found), allowed is \(lowest)...\(highest)"
                + (unit.isEmpty ? "" : " " + unit)
        case .noColumn(let column, let function, let known):
            "\(function) reads \(column), the data have \(known.joined(separator: ", "))"
        case .tooLong(let rows, let most): "there are \(rows) rows, allowed is 1...\(most)"
        case .symbol(let name, let isForeign):
            isForeign
                ? "\(name) is no function of the library's own"
                : "the library has no symbol \(name)"
        case .worker(let function, let fault): "\(function): \(fault.reason)"
        case .refused(let function, let status, let success):
            "\(function) returned \(status), success is \(success)"
        case .wrote(let function, let place): "\(function) wrote \(place)"
        case .badRange(let function, let begin, let count, let rows):
            "\(function) says \(count) values from row \(begin) on, there are \(rows) rows"
        case .unwritten(let function, let output, let row):
            "\(function) counts row \(row) of \(output), and did not write it"
        case .badLookback(let function, let found):
            "\(function) says that \(found) rows come before the first value"
        case .memory(let function): "\(function): there is no memory for its outputs"
        case .noPrice(let function, let input, let reads):
            "\(function) reads \(reads.joined(separator: ", ")), and no price: input was \(input)"
        case .seriesName(let name): "\(name) is no name for a series, allowed are 1...64 bytes"
        case .window(let function, let lookback, let window):
            "\(function) has a value after \(lookback) rows, the window has \(window)"
        case .form(let function): "\(function) could not be called: its list is out of range"
        }
    }

    /// The next step.
    package var help: String {
        switch self {
        case .table: ""
        case .digest: "get the library that the table is about, or write a table for this one"
        case .noFunction(let name, let known):
            Suggestion.help(for: name, among: known)
        case .noScalar, .malformed, .outOfRange: "see them with: rialto indicator list"
        case .noColumn: "name a series that has the column, such as bars"
        case .tooLong: "name a shorter period with --from and --until"
        case .symbol: "see what it has with: nm -D --defined-only FILE"
        case .worker(_, let fault): fault.help
        case .refused: "the library refuses these values: try others with --set"
        case .wrote, .badRange, .unwritten, .badLookback, .form:
            "the table or the library is wrong: compare the arguments with its header"
        case .memory: "take fewer rows"
        case .noPrice: "leave input out"
        case .seriesName: "give the indicator a shorter id"
        case .window(_, let lookback, _): "set window to \(lookback + 1) or more"
        }
    }

    private var isWrongCall: Bool {
        switch self {
        case .noFunction, .noScalar, .malformed, .outOfRange: true
        default: false
        }
    }
}
