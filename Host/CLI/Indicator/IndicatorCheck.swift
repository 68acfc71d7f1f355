import RialtoBinding
import RialtoPluginHost
import RialtoText
import RialtoValues

/// `rialto indicator check FOLDER`: a binding tried out, function by function.
enum IndicatorCheck {
    static var command: Command {
        Command(
            "check", "try every function of a binding",
            discussion:
                "The table is read, the library's digest compared, every symbol found, and every "
                + "function\ncalled over made-up bars: as a whole, over one row, and once more for "
                + "the same answer.\nExit status 1 when one of them failed.",
            arguments: [Argument("folder", .folder, "with a C library and its binding.json")],
            options: [
                Option("rows", .integer(2...1_000_000), "made-up bars", standard: "1000"),
                Option("seed", .integer(0...Int(Int32.max)), "of the made-up bars", standard: "1"),
            ],
            examples: [Example("rialto indicator check ta-lib", "all functions of a binding")]
        ) { invocation, console in
            let (binding, library) = try BoundLibrary.open(folder: invocation.required("folder"))
            let seed = UInt64(invocation.integer("seed") ?? 1)
            let rows = invocation.integer("rows") ?? 1000
            let trial = BindingTrial(
                binding, library, rows: rows, seed: seed, settings: try IndicatorCommand.settings())
            var table = Table([
                .init("function"), .init("result"), .init("first_row"), .init("finding"),
            ])
            var failed = 0
            for function in binding.functions {
                let result = trial.result(of: function)
                if !result.isGood { failed += 1 }
                table.add([
                    .text(function.name), .text(result.isGood ? "pass" : "fail"),
                    result.firstRow.map { .integer(Int64($0)) } ?? .none, .text(result.finding),
                ])
            }
            let end = trial.end()
            table.print(to: console)
            if let end { console.note("error: \(end)") }
            console.note(
                "\(binding.functions.count - failed) of \(binding.functions.count) functions of "
                    + "\(binding.name) \(binding.version) passed")
            return failed == 0 && end == nil ? .done : .failed
        }
    }
}
