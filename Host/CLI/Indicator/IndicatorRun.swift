import RialtoBacktest
import RialtoBinding
import RialtoHistory
import RialtoIndicators
import RialtoText
import RialtoValues

/// `rialto indicator run FUNCTION SERIES`: one function over one stored series.
enum IndicatorRun {
    static var command: Command {
        Command(
            "run", "compute an indicator over a stored series",
            discussion:
                "A built-in one carries its parameters in its name, such as MACD_12_26_9; those of "
                + "a bound\nfunction are set with --set. Rows before the first value are empty.",
            arguments: [
                Argument("function", .text("FUNCTION"), "as rialto indicator list names it"),
                SeriesName.argument(),
            ],
            options: [
                IndicatorCommand.binding,
                Option("set", .text("NAME=VALUE"), "a scalar of a bound function", repeats: true),
                Option("last", .integer(1...1_000_000_000), "print only so many rows"),
                Option(flag: "csv", "print CSV"),
                Option(
                    "calls", .integer(1...1_000_000),
                    "call a bound function so often, and say on stderr how long a row takes",
                    standard: "1"),
                DataFolder.option,
            ],
            examples: [
                Example("rialto indicator run RSI_14 BTC/USD bars 1h --last 10", "a built-in one"),
                Example(
                    "rialto indicator run RSI BTC/USD bars 1h --binding ta-lib "
                        + "--set timeperiod=21 --csv", "one of a C library"),
            ]
        ) { invocation, console in
            let folder = DataFolder.history(invocation)
            let name = try SeriesName(invocation.texts("series"))
            let data = try IndicatorColumns(folder.open(name.found(in: folder).key))
            let columns = try computed(invocation, data, console)
            let rows = data.time_ns.indices.suffix(invocation.integer("last") ?? data.time_ns.count)
            if invocation.flag("csv"), !console.isJSON {
                printCSV(columns, data.time_ns, rows, console)
            } else {
                table(columns, data.time_ns, rows).print(to: console)
            }
            return .done
        }
    }

    private static func computed(
        _ invocation: Invocation, _ data: IndicatorColumns, _ console: Console
    ) throws -> [BoundColumn] {
        let name = invocation.required("function")
        guard let folder = invocation.text("binding") else {
            guard invocation.texts("set").isEmpty else {
                throw HouseMessage.wrongCall(
                    "--set is for functions of a binding", help: "write it in the name: EMA_20")
            }
            return try builtIn(name, data)
        }
        let (binding, library) = try BoundLibrary.open(folder: folder)
        guard let function = binding.function(name) else {
            throw BindingError.noFunction(name, known: binding.functions.map(\.name))
        }
        var limits = try IndicatorCommand.settings()
        limits.deadline_ns += Int64(invocation.integer("calls") ?? 1) * 1_000_000_000
        let bound = BoundLibrary(
            binding, library, data: BoundData(data.columns), settings: limits)
        let set = try settings(invocation.texts("set"))
        let columns = try bound.run(function, set: set)
        try measure(bound, function, set, invocation.integer("calls") ?? 1, data, console)
        try bound.finish()
        return columns
    }

    private static func builtIn(
        _ name: String, _ data: IndicatorColumns
    ) throws(HouseMessage) -> [BoundColumn] {
        let found: [IndicatorCatalog.Output]
        let bars = try data.bars()
        do throws(IndicatorError) {
            found = try IndicatorCatalog.compute(name, over: bars)
        } catch {
            let usages = IndicatorCatalog.entries.map(\.usage)
            switch error {
            case .unknown:
                throw .wrongCall(
                    "there is no built-in indicator \(name)",
                    help: "known are \(usages.joined(separator: " ")); or name a --binding")
            case .parameters(_, let usage):
                throw .wrongCall("\(name) has other parameters", help: "write it as \(usage)")
            }
        }
        let rows = data.time_ns.indices
        return found.map { output in
            let values = rows.map { output.column[$0] ?? .nan }
            let first = min(output.column.first, rows.count)
            return BoundColumn(
                name: output.name, form: .f64, values: values, written: first..<rows.count)
        }
    }

    private static func settings(_ words: [String]) throws(HouseMessage) -> [String: Double] {
        var set: [String: Double] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
                throw .wrongCall(
                    "--set was \(word), allowed is a name and a number",
                    help: "such as --set timeperiod=14")
            }
            guard set.updateValue(value, forKey: String(parts[0])) == nil else {
                throw .wrongCall("--set names \(parts[0]) twice", help: "give it once")
            }
        }
        return set
    }

    /// Says how long a row takes: the calls alone, the way to the process and back left out.
    private static func measure(
        _ bound: BoundLibrary, _ function: BoundFunction, _ set: [String: Double], _ calls: Int,
        _ data: IndicatorColumns, _ console: Console
    ) throws {
        guard calls > 1 else { return }
        let start = Bench.now()
        _ = try bound.run(function, set: set)
        let between = Bench.now()
        _ = try bound.run(function, set: set, repeats: calls)
        let one = between - start, all = Bench.now() - between
        let each = max(0, all - one) / Double(calls - 1)
        let rows = Double(data.time_ns.count)
        console.note(
            "\(function.name): \(Cell.fixed(each / rows * 1e9, 3)) ns a row, "
                + "\(Cell.fixed(each * 1e9, 0)) ns a call over \(data.time_ns.count) rows; "
                + "\(Cell.fixed(one * 1e6, 0)) us with the way there and back")
    }

    // MARK: Printing

    private static func cell(_ column: BoundColumn, _ row: Int) -> Cell {
        let value = column.values[row]
        if !column.written.contains(row) { return .none }
        if column.form == .i32 { return .integer(Int64(value)) }
        return value.isFinite ? .number(value, decimals: 8) : .none
    }

    private static func table(
        _ columns: [BoundColumn], _ time_ns: [Int64], _ rows: Range<Int>
    ) -> Table {
        var table = Table([.init("time")] + columns.map { .init($0.name) })
        for row in rows { table.add([.time(time_ns[row])] + columns.map { cell($0, row) }) }
        return table
    }

    private static func printCSV(
        _ columns: [BoundColumn], _ time_ns: [Int64], _ rows: Range<Int>, _ console: Console
    ) {
        console.raw((["time"] + columns.map(\.name)).joined(separator: ",") + "\n")
        for row in rows {
            let cells = columns.map { column in
                switch cell(column, row) {
                case .integer(let value): String(value)
                case .number(let value, _): value.description
                default: ""
                }
            }
            console.raw(([UnixTime.text(time_ns[row])] + cells).joined(separator: ",") + "\n")
        }
    }
}
