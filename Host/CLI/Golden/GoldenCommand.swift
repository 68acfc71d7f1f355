import RialtoText

/// `rialto golden FILE.json`: makes the values of another program again, and compares.
package enum GoldenCommand {
    package static let command = Command(
        "golden", "recompute every value of a golden file",
        discussion:
            "Recomputes what another program computed, and prints the worst error of each column\n"
            + "relative to the expected value (absolute where that is 0, and for mixtures of "
            + "experts\nand changes throughout). Exit status 1 when one is out of tolerance.\n\n"
            + "Files known: "
            + GoldenKind.all.map { $0.name + " (" + $0.shape + ")" }.joined(separator: ";\n") + ".",
        arguments: [Argument("file", .file([".json"]), "the golden file")],
        options: [
            Option("tolerance", .text("X"), "largest error; else as the file says")
        ],
        examples: [
            Example("rialto golden talib_indicators.json", "compare our indicators with TA-Lib's"),
            Example(
                "rialto golden expert_aggregation_opera.json --json",
                "compare our mixtures of experts with opera's"),
        ]
    ) { invocation, console in
        let given = try tolerance(invocation.text("tolerance"))
        let file = try GoldenFile(invocation.required("file"))
        let work = try file.work()
        guard let tolerance = given ?? work.tolerance else {
            throw HouseMessage.wrongCall(
                "the file states no tolerance", help: "add --tolerance 1e-9")
        }
        let lines = work.lines()
        print(lines, tolerance, console)
        return conclude(lines, tolerance, work, console)
    }

    private static func tolerance(_ text: String?) throws(HouseMessage) -> Double? {
        guard let text else { return nil }
        guard let value = Double(text), value >= 0, value.isFinite else {
            throw .wrongCall(
                "--tolerance was \"\(text)\"; allowed is a number, 0 or more", help: "such as 1e-9")
        }
        return value
    }

    private static func print(_ lines: [GoldenLine], _ tolerance: Double, _ console: Console) {
        var table = Table([
            .init("name"), .init("output"), .init("rows"), .init("worst error"),
            .init("at row"), .init("result"),
        ])
        for line in lines {
            table.add([
                .text(line.name), line.output.isEmpty ? .none : .text(line.output),
                .count(line.rows), line.refusal == nil ? .text(text(line.worst)) : .none,
                line.worstRow.map { .count($0) } ?? .none, .text(result(line, tolerance)),
            ])
            console.json(json(line, tolerance))
        }
        if !console.isJSON { table.print(to: console) }
    }

    private static func result(_ line: GoldenLine, _ tolerance: Double) -> String {
        if let refusal = line.refusal { return "fail: " + refusal }
        if line.worst <= tolerance { return "pass" }
        return line.worst.isFinite ? "fail" : "fail: a value on one side only"
    }

    private static func json(_ line: GoldenLine, _ tolerance: Double) -> JSON {
        .object([
            .init("name", .text(line.name)),
            .init("output", line.output.isEmpty ? .null : .text(line.output)),
            .init("rows", .integer(Int64(line.rows))),
            .init("worst_error", .number(line.worst)),
            .init("worst_row", line.worstRow.map { .integer(Int64($0)) } ?? .null),
            .init("passes", .flag(line.worst <= tolerance)),
            .init("result", .text(result(line, tolerance))),
        ])
    }

    /// Two digits of an error, such as `3.1e-14`.
    static func text(_ error: Double) -> String {
        guard error.isFinite else { return "-" }
        guard error > 0 else { return "0" }
        var exponent = 0, digits = error
        while digits < 1 { (digits, exponent) = (digits * 10, exponent - 1) }
        while digits >= 9.95 { (digits, exponent) = (digits / 10, exponent + 1) }
        return Cell.fixed(digits, 1) + "e" + String(exponent)
    }

    private static func conclude(
        _ lines: [GoldenLine], _ tolerance: Double, _ work: GoldenWork, _ console: Console
    ) -> CommandStatus {
        let failed = lines.filter { !($0.worst <= tolerance) }
        let names = failed.prefix(5).map { ($0.name + " " + $0.output).trimmed }
        guard !failed.isEmpty || lines.isEmpty else {
            console.line(
                "\(lines.count) of \(lines.count) columns within \(tolerance), "
                    + "made by " + (work.reference.isEmpty ? "an unnamed program" : work.reference))
            return .done
        }
        console.report(
            HouseMessage(
                lines.isEmpty
                    ? "the file holds no value to compare"
                    : "\(failed.count) of \(lines.count) columns are out of tolerance",
                details: [.init("tolerance", String(tolerance))]
                    + (names.isEmpty ? [] : [.init("found", names.joined(separator: ", "))])))
        return .failed
    }
}

extension String {
    fileprivate var trimmed: String { Table.trimmed(self) }
}
