import RialtoPluginHost
import RialtoText

/// A binding at work on one set of data: its library runs in a process behind walls, which is
/// started when it is first needed and again after a fault. Use it on one thread at a time.
package final class BoundLibrary {
    package let binding: Binding
    private let bytes: [UInt8]
    private let data: BoundData
    /// Rows of the columns that calls are given, at most those of the data.
    private var rows: Int
    private let order: [BoundFunction.InputColumn]
    private let settings: WorkerSettings
    private var inputs: InputColumns?
    private var process: BridgeProcess?

    /// Reads a table, and checks its library's digest. Nothing of the library runs.
    package static func open(folder: String) throws -> (binding: Binding, library: [UInt8]) {
        let path = folder + "/" + Binding.fileName
        let text = try TextFile.read(path, limit: Binding.sizeMax)
        let binding: Binding
        switch BindingReader.read(text) {
        case .success(let found): binding = found
        case .failure(let mistakes): throw BindingError.table(path: path, mistakes.all)
        }
        let file = folder + "/" + binding.library.file
        let bytes = try TextFile.read(file, limit: Binding.libraryMax)
        let digest = SHA256.hex(bytes)
        guard digest == binding.library.sha256 else {
            throw BindingError.digest(
                path: file, found: digest, expected: binding.library.sha256)
        }
        return (binding, bytes)
    }

    /// - Parameters:
    ///   - library: The bytes whose digest was checked.
    ///   - settings: Limits of one call.
    package init(
        _ binding: Binding, _ library: [UInt8], data: BoundData, settings: WorkerSettings
    ) {
        self.binding = binding
        bytes = library
        self.data = data
        rows = data.rows
        self.settings = settings
        order = BoundFunction.InputColumn.allCases.filter { data.columns[$0] != nil }
    }

    /// Calls a function over all rows.
    ///
    /// - Parameters:
    ///   - set: Scalars by name; the others have their initial values.
    ///   - repeats: How often it is called, 1 or more: for measuring.
    /// - Returns: One column an output, in the order of the table.
    package func run(
        _ function: BoundFunction, set: [String: Double] = [:], repeats: Int = 1
    ) throws(BindingError) -> [BoundColumn] {
        let (values, arguments) = try prepared(function, set)
        let process = try running(function)
        let answer = try asking(function) { () throws(BridgeFault) in
            try process.call(
                function.symbol, arguments, hasStatus: function.success != nil, rows: rows,
                repeats: repeats)
        }
        if let success = function.success, answer.status != success {
            throw .refused(function: function.name, status: answer.status, success: success)
        }
        let written = try range(function, answer, values, process)
        return try columns(function, written, process)
    }

    /// Calls a function over rows that stand in the place of the data's first ones, and gives what
    /// it says of the last of them alone.
    ///
    /// - Parameters:
    ///   - prepared: Of ``prepared(_:_:)`` and this function.
    ///   - rows: 1 or more, at most those of the data.
    ///   - fill: Is given each column of the data, and where its rows are to be put.
    /// - Returns: One value an output, in the order of the table; nil where the row has none.
    package func last(
        _ function: BoundFunction, _ prepared: (values: [Double], arguments: [BridgeArgument]),
        rows: Int, fill: (BoundFunction.InputColumn, UnsafeMutableBufferPointer<Double>) -> Void
    ) throws(BindingError) -> [Double]? {
        precondition(rows >= 1 && rows <= data.rows)
        self.rows = rows
        let process = try running(function)
        let answer = try asking(function) { () throws(BridgeFault) in
            let inputs = try columnsInMemory()
            for (place, column) in order.enumerated() { fill(column, inputs[place]) }
            return try process.call(
                function.symbol, prepared.arguments, hasStatus: function.success != nil,
                rows: rows)
        }
        if let success = function.success, answer.status != success {
            throw .refused(function: function.name, status: answer.status, success: success)
        }
        let written = try range(function, answer, prepared.values, process)
        guard written.upperBound == rows, !written.isEmpty else { return nil }
        return try values(function, written, process)
    }

    /// The last value of each output.
    private func values(
        _ function: BoundFunction, _ written: Range<Int>, _ process: BridgeProcess
    ) throws(BindingError) -> [Double] {
        let place = function.layout == .packed ? written.count - 1 : rows - 1
        var values: [Double] = []
        for (number, output) in function.outputs.enumerated() {
            var value = [Double.nan]
            try asking(function) { () throws(BridgeFault) in
                switch output.form {
                case .f64: try copyReals(number, place, 0..<1, &value, process)
                case .i32: try copyIntegers(number, place, 0..<1, &value, process)
                }
            }
            guard value[0].bitPattern != Self.unwritten else {
                throw .unwritten(function: function.name, output: output.name, row: rows - 1)
            }
            values.append(value[0])
        }
        return values
    }

    /// Rows before the first value, as the library says; nil where it does not.
    package func lookback(
        _ function: BoundFunction, set: [String: Double] = [:]
    ) throws(BindingError) -> Int? {
        guard let symbol = function.lookback else { return nil }
        return try lookback(symbol, function, try prepared(function, set).values, running(function))
    }

    /// Calls the library's shutdown, where it has one, and ends its process.
    package func finish() throws(BindingError) {
        guard let process else { return }
        if let step = binding.final { try call(step, process) }
        self.process = nil
    }

    // MARK: Parts

    /// The arguments of a call, checked.
    package func prepared(
        _ function: BoundFunction, _ set: [String: Double]
    ) throws(BindingError) -> (values: [Double], arguments: [BridgeArgument]) {
        guard rows >= 1, rows <= InputColumns.rowsMax else {
            throw .tooLong(rows: rows, most: InputColumns.rowsMax)
        }
        let known = function.scalars.map(\.name)
        for name in set.keys.sorted() where !known.contains(name) {
            throw .noScalar(name, function: function.name, known: known)
        }
        var values: [Double] = []
        for scalar in function.scalars {
            values.append(try scalar.checked(set[scalar.name] ?? scalar.initial))
        }
        var next = values.makeIterator(), arguments: [BridgeArgument] = []
        for argument in function.arguments {
            arguments.append(try passed(argument, function, &next))
        }
        return (values, arguments)
    }

    private func passed(
        _ argument: BoundFunction.Argument, _ function: BoundFunction,
        _ values: inout IndexingIterator<[Double]>
    ) throws(BindingError) -> BridgeArgument {
        switch argument {
        case .start(let width): return .start(isWide: width == .int64)
        case .end(let width): return .end(isWide: width == .int64)
        case .rows(let width): return .rows(isWide: width == .int64)
        case .begin: return .begin
        case .count: return .count
        case .output(let output): return output.form == .f64 ? .reals : .integers
        case .scalar(let scalar): return scalar.passed(values.next() ?? scalar.initial)
        case .input(let column):
            guard let place = order.firstIndex(of: column) else {
                throw .noColumn(
                    column.rawValue, function: function.name, known: order.map(\.rawValue))
            }
            return .input(place)
        }
    }

    /// The process, started and initialised where there is none.
    private func running(_ function: BoundFunction) throws(BindingError) -> BridgeProcess {
        if let process { return process }
        var settings = settings
        // Outputs are the library's own memory: there is room for all of the widest function.
        settings.memoryMax += UInt64(data.rows) * 8 * 20
        let made = try asking(function) { () throws(BridgeFault) in
            let made = try BridgeProcess(bytes, inputs: try columnsInMemory(), settings: settings)
            try made.bind(binding.symbols)
            return made
        }
        if let step = binding.initial { try call(step, made) }
        process = made
        return made
    }

    private func columnsInMemory() throws(BridgeFault) -> InputColumns {
        if let inputs { return inputs }
        guard let made = InputColumns(order.count, rows: data.rows) else { throw .memory }
        for (place, column) in order.enumerated() {
            _ = made[place].update(fromContentsOf: data.columns[column] ?? [])
        }
        inputs = made
        return made
    }

    private func call(_ step: Binding.Step, _ process: BridgeProcess) throws(BindingError) {
        let answer: BridgeAnswer
        do throws(BridgeFault) {
            answer = try process.call(step.symbol, [], hasStatus: step.success != nil, rows: 1)
        } catch { throw told(error, step.symbol, []) }
        if let success = step.success, answer.status != success {
            throw .refused(function: step.symbol, status: answer.status, success: success)
        }
    }

    private func lookback(
        _ symbol: String, _ function: BoundFunction, _ values: [Double], _ process: BridgeProcess
    ) throws(BindingError) -> Int {
        let arguments = zip(function.scalars, values).map { $0.passed($1) }
        let found = try asking(function) { () throws(BridgeFault) in
            try process.call(symbol, arguments, hasStatus: true, rows: rows).status
        }
        guard found >= 0 else { throw .badLookback(function: function.name, found: found) }
        return Int(found)
    }

    /// The rows that have a value.
    private func range(
        _ function: BoundFunction, _ answer: BridgeAnswer, _ values: [Double],
        _ process: BridgeProcess
    ) throws(BindingError) -> Range<Int> {
        let counts = function.arguments.contains(.count)
        if counts, answer.count == 0 { return 0..<0 }
        var begin = Int(answer.begin)
        if !function.arguments.contains(.begin) {
            begin = 0
            if let symbol = function.lookback {
                begin = min(try lookback(symbol, function, values, process), rows)
            }
        }
        let count = counts ? Int(answer.count) : rows - begin
        guard begin >= 0, begin <= rows, count >= 0, count <= rows - begin else {
            throw .badRange(
                function: function.name, begin: begin, count: count, rows: rows)
        }
        return begin..<(begin + count)
    }

    private func columns(
        _ function: BoundFunction, _ written: Range<Int>, _ process: BridgeProcess
    ) throws(BindingError) -> [BoundColumn] {
        var columns: [BoundColumn] = []
        for (number, output) in function.outputs.enumerated() {
            var values = [Double](repeating: .nan, count: rows)
            let from = function.layout == .packed ? 0 : written.lowerBound
            try asking(function) { () throws(BridgeFault) in
                switch output.form {
                case .f64: try copyReals(number, from, written, &values, process)
                case .i32: try copyIntegers(number, from, written, &values, process)
                }
            }
            if let row = written.first(where: { values[$0].bitPattern == Self.unwritten }) {
                throw .unwritten(function: function.name, output: output.name, row: row)
            }
            columns.append(
                BoundColumn(
                    name: output.name, form: output.form, values: values, written: written))
        }
        return columns
    }

    private func copyReals(
        _ output: Int, _ from: Int, _ rows: Range<Int>, _ values: inout [Double],
        _ process: BridgeProcess
    ) throws(BridgeFault) {
        try values.withUnsafeMutableBufferPointer { values throws(BridgeFault) in
            let part = UnsafeMutableBufferPointer(rebasing: values[rows])
            try process.copy(
                output, offset: from * 8, into: UnsafeMutableRawBufferPointer(part))
        }
    }

    private func copyIntegers(
        _ output: Int, _ from: Int, _ rows: Range<Int>, _ values: inout [Double],
        _ process: BridgeProcess
    ) throws(BridgeFault) {
        var whole = [Int32](repeating: 0, count: rows.count)
        try whole.withUnsafeMutableBufferPointer { part throws(BridgeFault) in
            try process.copy(
                output, offset: from * 4, into: UnsafeMutableRawBufferPointer(part))
        }
        for (row, value) in zip(rows, whole) {
            values[row] =
                value == Self.unwrittenInteger
                ? Double(bitPattern: Self.unwritten) : Double(value)
        }
    }

    /// What stands in an output before the call.
    private static let unwritten: UInt64 = 0x7FF4_C5C5_C5C5_C5C5
    private static let unwrittenInteger = Int32(bitPattern: 0xC5C5_C5C5)

    // MARK: Faults

    /// Asks the process, and says what became of it in the function's words.
    private func asking<Answer>(
        _ function: BoundFunction, _ question: () throws(BridgeFault) -> Answer
    ) throws(BindingError) -> Answer {
        do throws(BridgeFault) { return try question() } catch {
            throw told(error, function.name, function.outputs.map(\.name))
        }
    }

    /// What wrote where it should not, or is gone, is not asked again: the next call has a process
    /// of its own.
    private func told(_ fault: BridgeFault, _ name: String, _ outputs: [String]) -> BindingError {
        process = nil
        let output = { (number: Int) in
            number < outputs.count ? outputs[number] : "output \(number)"
        }
        switch fault {
        case .worker(let fault): return .worker(function: name, fault)
        case .missing(let symbol): return .symbol(symbol, isForeign: false)
        case .foreign(let symbol): return .symbol(symbol, isForeign: true)
        case .wroteBefore(let number):
            return .wrote(function: name, place: "in front of \(output(number))")
        case .wroteBehind(let number):
            return .wrote(function: name, place: "behind the end of \(output(number))")
        case .wroteBeside: return .wrote(function: name, place: "beside begin or count")
        case .memory: return .memory(function: name)
        case .form: return .form(function: name)
        }
    }
}

extension BoundFunction.Scalar {
    /// A value in range, whole where it must be.
    func checked(_ value: Double) throws(BindingError) -> Double {
        guard form == .double || value == value.rounded(), value.isFinite else {
            throw .malformed(
                name, found: "\(value)", form: form == .int32 ? "whole number" : "finite number")
        }
        guard value >= lowest, value <= highest else {
            throw .outOfRange(
                name, found: text(min(max(value, -1e15), 1e15)), lowest: text(lowest),
                highest: text(highest), unit: unit)
        }
        return value
    }

    func passed(_ value: Double) -> BridgeArgument {
        form == .int32 ? .integer(Int64(value), isWide: false) : .number(value)
    }
}
