/// Makes a binding of a table's text. Every mistake is kept, up to a bound, so that a person mends
/// a file once.
package struct BindingReader {
    private(set) var mistakes: [BindingMistake] = []
    /// Most mistakes that are told.
    private static let mistakesMax = 20

    /// Reads a table.
    ///
    /// - Returns: The binding, or every mistake that was found.
    package static func read(_ bytes: [UInt8]) -> Result<Binding, BindingMistakes> {
        var reader = BindingReader()
        let node: TableNode
        do throws(BindingMistake) { node = try TableText.read(bytes) } catch {
            return .failure(BindingMistakes(all: [error]))
        }
        let binding = reader.binding(node)
        guard reader.mistakes.isEmpty, let binding else {
            return .failure(BindingMistakes(all: reader.mistakes))
        }
        return .success(binding)
    }

    /// Members of every object, with whether they must be there. The schema says the same.
    package static let members: [String: [(name: String, isNeeded: Bool)]] = [
        "table": [
            ("binding", true), ("id", true), ("name", true), ("version", true), ("license", true),
            ("summary", true), ("library", true), ("init", false), ("shutdown", false),
            ("functions", true),
        ],
        "library": [("file", true), ("sha256", true)],
        "step": [("symbol", true), ("result", true)],
        "result": [("type", true), ("success", false)],
        "function": [
            ("name", true), ("symbol", true), ("group", false), ("summary", true),
            ("result", true), ("lookback", false), ("layout", false), ("arguments", true),
        ],
        "start": [("pass", true), ("type", false)],
        "end": [("pass", true), ("type", false)],
        "rows": [("pass", true), ("type", false)],
        "input": [("pass", true), ("column", true)],
        "scalar": [
            ("pass", true), ("name", true), ("type", true), ("lowest", true), ("highest", true),
            ("initial", true), ("unit", false), ("summary", false),
        ],
        "begin": [("pass", true)],
        "count": [("pass", true)],
        "output": [("pass", true), ("name", true), ("type", true)],
    ]
    /// Kinds of arguments.
    package static let passes = [
        "start", "end", "rows", "input", "scalar", "begin", "count", "output",
    ]

    private mutating func complain(_ text: String, _ line: Int) {
        if mistakes.count < Self.mistakesMax { mistakes.append(BindingMistake(text, line: line)) }
    }

    // MARK: Values

    /// The members of an object of one kind; nil after a complaint.
    private mutating func object(_ node: TableNode, _ kind: String) -> [String: TableNode]? {
        let allowed = Self.members[kind] ?? []
        guard case .object(let found) = node.value else {
            complain("\(kind) was \(node.value.kind), allowed is an object", node.line)
            return nil
        }
        let names = allowed.map(\.name)
        for (key, value) in found where !names.contains(key) {
            complain(
                "\(kind) has a member \"\(key.prefix(60))\", allowed are "
                    + names.joined(separator: ", "), value.line)
        }
        let members = Dictionary(
            found.map { ($0.key, $0.node) }, uniquingKeysWith: { one, _ in one })
        var isWhole = true
        for (name, isNeeded) in allowed where isNeeded && members[name] == nil {
            complain("\(kind) has no member \"\(name)\"", node.line)
            isWhole = false
        }
        return isWhole ? members : nil
    }

    private mutating func text(
        _ node: TableNode?, _ what: String, _ most: Int = 400, _ rule: String = "text",
        _ isAllowed: (String) -> Bool = { _ in true }
    ) -> String {
        guard let node else { return "" }
        guard case .text(let text) = node.value, text.utf8.count <= most, isAllowed(text),
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
        else {
            complain(
                "\(what) was \(node.value.kind), allowed is \(rule) of up to \(most) bytes",
                node.line)
            return ""
        }
        return text
    }

    private mutating func symbol(_ node: TableNode?, _ what: String) -> String {
        text(node, what, 128, "a C name") { Self.isName($0, mayStartLow: true) }
    }

    private mutating func word(_ node: TableNode?, _ what: String) -> String {
        text(node, what, 64, "letters, digits and _, a letter first") {
            Self.isName($0, mayStartLow: false)
        }
    }

    /// Whether a text is letters, digits and _, with a letter first.
    package static func isName(_ text: String, mayStartLow: Bool) -> Bool {
        guard let first = text.utf8.first else { return false }
        let isLetter = { (byte: UInt8) in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        guard isLetter(first) || (mayStartLow && first == 0x5F) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x5F }
    }

    private mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ node: TableNode?, _ what: String, standard: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let node else { return standard }
        if case .text(let text) = node.value, let choice = Choice(rawValue: text) { return choice }
        complain(
            "\(what) was \(node.value.kind), allowed is "
                + Choice.allCases.map(\.rawValue).joined(separator: ", "), node.line)
        return standard
    }

    private mutating func number(_ node: TableNode?, _ what: String, isWhole: Bool) -> Double {
        guard let node else { return 0 }
        if case .number(let text) = node.value, text.utf8.count <= 40, let value = Double(text),
            value.isFinite, !isWhole || Int32(exactly: value) != nil
        {
            return value
        }
        complain(
            "\(what) was \(node.value.kind), allowed is "
                + (isWhole ? "a whole number of 32 bits" : "a finite number"), node.line)
        return 0
    }

    private mutating func list(
        _ node: TableNode?, _ what: String, _ range: ClosedRange<Int>
    )
        -> [TableNode]
    {
        guard let node else { return [] }
        guard case .list(let items) = node.value else {
            complain("\(what) was \(node.value.kind), allowed is a list", node.line)
            return []
        }
        guard range.contains(items.count) else {
            complain(
                "\(what) has \(items.count) items, allowed is \(range.lowerBound)..."
                    + "\(range.upperBound)", node.line)
            return []
        }
        return items
    }

    // MARK: Parts

    private mutating func binding(_ node: TableNode) -> Binding? {
        guard let members = object(node, "table") else { return nil }
        if let format = members["binding"], format.value != .number("1") {
            complain("binding was \(format.value.kind), known is format 1", format.line)
            return nil
        }
        let functions = list(members["functions"], "functions", 1...Binding.functionsMax)
            .compactMap { function($0) }
        noneTwice(functions.map { ($0.name.lowercased(), "function") }, node.line)
        return Binding(
            id: text(members["id"], "id", 128, "a name such as com.example.name", Self.isId),
            name: text(members["name"], "name", 100),
            version: text(members["version"], "version", 64),
            license: text(members["license"], "license", 200),
            summary: text(members["summary"], "summary"),
            library: library(members["library"]), initial: step(members["init"]),
            final: step(members["shutdown"]), functions: functions)
    }

    static func isId(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count >= 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
                    }
            }
    }

    private mutating func noneTwice(_ names: [(String, String)], _ line: Int) {
        var known: Set<String> = []
        for (name, what) in names where !name.isEmpty && !known.insert(name).inserted {
            complain("two of the \(what)s are called \(name)", line)
        }
    }

    private mutating func library(_ node: TableNode?) -> Binding.Library {
        guard let node, let members = object(node, "library") else {
            return Binding.Library(file: "", sha256: "")
        }
        let file = text(members["file"], "file", 200, "the name of a file in this folder") {
            !$0.isEmpty && !$0.hasPrefix(".") && !$0.contains("/")
        }
        let digest = text(members["sha256"], "sha256", 64, "64 hexadecimal digits") { text in
            text.utf8.count == 64
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
        return Binding.Library(file: file, sha256: digest)
    }

    private mutating func step(_ node: TableNode?) -> Binding.Step? {
        guard let node, let members = object(node, "step") else { return nil }
        return Binding.Step(
            symbol: symbol(members["symbol"], "symbol"), success: result(members["result"]))
    }

    /// The status that means success; nil for none.
    private mutating func result(_ node: TableNode?) -> Int32? {
        guard let node, let members = object(node, "result") else { return nil }
        let type = text(members["type"], "type", 16, "status or none") {
            $0 == "status" || $0 == "none"
        }
        guard type == "status" else {
            if let success = members["success"], type == "none" {
                complain("a result of type none has no success", success.line)
            }
            return nil
        }
        guard let success = members["success"] else {
            complain("a result of type status has no member \"success\"", node.line)
            return nil
        }
        return Int32(number(success, "success", isWhole: true))
    }

    private mutating func function(_ node: TableNode) -> BoundFunction? {
        guard let members = object(node, "function") else { return nil }
        let arguments = list(members["arguments"], "arguments", 1...64)
            .compactMap { argument($0) }
        let function = BoundFunction(
            name: word(members["name"], "name"), symbol: symbol(members["symbol"], "symbol"),
            group: text(members["group"], "group", 100),
            summary: text(members["summary"], "summary"), success: result(members["result"]),
            lookback: members["lookback"].map { symbol($0, "lookback") },
            layout: choice(members["layout"], "layout", standard: .packed), arguments: arguments)
        check(function, node.line)
        return function
    }

    /// What must hold between the arguments of a function.
    private mutating func check(_ function: BoundFunction, _ line: Int) {
        let name = function.name
        noneTwice(function.scalars.map { ($0.name, "scalar") }, line)
        noneTwice(function.outputs.map { ($0.name, "output") }, line)
        for (what, count) in Self.singles(function.arguments) where count > 1 {
            complain("\(name) takes \(what) \(count) times, allowed is once", line)
        }
        if !(1...16).contains(function.outputs.count) {
            complain("\(name) has \(function.outputs.count) outputs, allowed is 1...16", line)
        }
        let counts = Self.singles(function.arguments)
        if counts["end"] == nil, counts["rows"] == nil {
            complain(
                "\(name) is not told how many rows there are: it takes neither end nor rows", line)
        }
        if function.layout == .packed, counts["begin"] == nil, function.lookback == nil {
            complain(
                "\(name) packs its values, and neither begin nor a lookback says where they "
                    + "belong; allowed is layout aligned", line)
        }
    }

    private static func singles(_ arguments: [BoundFunction.Argument]) -> [String: Int] {
        var counts: [String: Int] = [:]
        for argument in arguments {
            switch argument {
            case .start: counts["start", default: 0] += 1
            case .end: counts["end", default: 0] += 1
            case .rows: counts["rows", default: 0] += 1
            case .begin: counts["begin", default: 0] += 1
            case .count: counts["count", default: 0] += 1
            case .input, .scalar, .output: break
            }
        }
        return counts
    }

    private mutating func argument(_ node: TableNode) -> BoundFunction.Argument? {
        guard case .object(let found) = node.value,
            let pass = found.first(where: { $0.key == "pass" }),
            case .text(let kind) = pass.node.value,
            Self.passes.contains(kind)
        else {
            complain(
                "an argument names no \"pass\", allowed is \(Self.passes.joined(separator: ", "))",
                node.line)
            return nil
        }
        guard let members = object(node, kind) else { return nil }
        switch kind {
        case "start": return .start(choice(members["type"], "type", standard: .int32))
        case "end": return .end(choice(members["type"], "type", standard: .int32))
        case "rows": return .rows(choice(members["type"], "type", standard: .int32))
        case "input": return .input(choice(members["column"], "column", standard: .close))
        case "begin": return .begin
        case "count": return .count
        case "scalar": return scalar(members, node.line).map { .scalar($0) }
        default:
            return .output(
                BoundFunction.Output(
                    name: word(members["name"], "name"),
                    form: choice(members["type"], "type", standard: .f64)))
        }
    }

    private mutating func scalar(
        _ members: [String: TableNode], _ line: Int
    ) -> BoundFunction.Scalar? {
        let form = choice(members["type"], "type", standard: BoundFunction.Scalar.Form.int32)
        let isWhole = form == .int32
        let scalar = BoundFunction.Scalar(
            name: word(members["name"], "name"), form: form,
            lowest: number(members["lowest"], "lowest", isWhole: isWhole),
            highest: number(members["highest"], "highest", isWhole: isWhole),
            initial: number(members["initial"], "initial", isWhole: isWhole),
            unit: text(members["unit"], "unit", 40), summary: text(members["summary"], "summary"))
        guard scalar.lowest <= scalar.initial, scalar.initial <= scalar.highest else {
            complain(
                "\(scalar.name) begins at \(scalar.initial), allowed is "
                    + "\(scalar.lowest)...\(scalar.highest)", line)
            return nil
        }
        return scalar
    }
}

/// All mistakes of one table.
package struct BindingMistakes: Error, Equatable {
    package let all: [BindingMistake]
}
