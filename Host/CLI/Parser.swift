import RialtoText

/// Turns the words of the command line into an ``Invocation``.
package struct Parser {
    /// What the words ask for.
    package enum Outcome {
        case run(Invocation)
        /// Help on the command that the path leads to.
        case help([String], Command)
    }

    private let environment: [String: String]
    private var path: [String]
    private var command: Command
    private var values: [String: [String]] = [:]
    private var loose: [String] = []

    /// Parses `words`, which do not hold the program's own name.
    ///
    /// - Throws: What is wrong, with the nearest word that is allowed.
    package static func parse(
        _ words: [String], root: Command, environment: [String: String] = [:]
    ) throws(HouseMessage) -> Outcome {
        var parser = Parser(environment: environment, path: [root.name], command: root)
        return try parser.outcome(words)
    }

    private mutating func outcome(_ words: [String]) throws(HouseMessage) -> Outcome {
        var rest = words[...]
        var optionsEnded = false
        while let word = rest.popFirst() {
            if !optionsEnded, word == "--" {
                optionsEnded = true
            } else if !optionsEnded, word.hasPrefix("-"), word.count > 1 {
                try option(word, &rest)
            } else if !command.commands.isEmpty {
                try descend(word)
            } else {
                loose.append(word)
            }
        }
        if values["help"] != nil || command.body == nil { return .help(path, command) }
        try placeArguments()
        fillIn()
        try checkKinds()
        return .run(Invocation(path: path, command: command, values: values))
    }

    private mutating func descend(_ word: String) throws(HouseMessage) {
        guard let next = command.commands.first(where: { $0.name == word }) else {
            let names = command.commands.map(\.name)
            let near = Suggestion.help(for: word, among: names)
            throw wrong("unknown command \"\(word)\"", help: near.isEmpty ? seeHelp : near)
        }
        command = next
        path.append(word)
    }

    private mutating func option(
        _ word: String, _ rest: inout ArraySlice<String>
    )
        throws(HouseMessage)
    {
        let (name, attached) = split(word)
        let found = command.options.first {
            name.hasPrefix("--") ? "--" + $0.name == name : $0.short.map { "-\($0)" } == name
        }
        guard let found else {
            let names = command.options.map { "--" + $0.name }
            let near = Suggestion.help(for: name, among: names)
            throw wrong("unknown option \(name)", help: near.isEmpty ? seeHelp : near)
        }
        guard found.repeats || values[found.name] == nil else {
            throw wrong("option --\(found.name) was given twice", help: "give it once")
        }
        guard let kind = found.kind else {
            guard attached == nil else { throw wrong("option --\(found.name) takes no value") }
            values[found.name, default: []].append("")
            return
        }
        guard let value = attached ?? rest.popFirst() else {
            throw wrong("option --\(found.name) needs a value: \(kind.placeholder)", help: seeHelp)
        }
        values[found.name, default: []].append(value)
    }

    private func split(_ word: String) -> (name: String, value: String?) {
        guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else {
            return (word, nil)
        }
        return (String(word[..<equals]), String(word[word.index(after: equals)...]))
    }

    private mutating func placeArguments() throws(HouseMessage) {
        var rest = loose[...]
        for argument in command.arguments {
            if argument.repeats {
                values[argument.name] = Array(rest)
                rest = []
            } else if let word = rest.popFirst() {
                values[argument.name] = [word]
            }
            if argument.isRequired, values[argument.name]?.isEmpty ?? true {
                throw wrong("missing \(argument.name): \(argument.summary)", help: seeHelp)
            }
        }
        if let extra = rest.first { throw wrong("unexpected \"\(extra)\"", help: seeHelp) }
    }

    private mutating func fillIn() {
        for option in command.options where values[option.name] == nil {
            let variable = option.environment.flatMap { environment[$0] }
            if let value = variable ?? option.standard { values[option.name] = [value] }
        }
    }

    private func checkKinds() throws(HouseMessage) {
        for option in command.options {
            guard let kind = option.kind else { continue }
            for value in values[option.name] ?? [] { try check(value, kind, "--" + option.name) }
        }
        for argument in command.arguments {
            for value in values[argument.name] ?? [] {
                try check(value, argument.kind, argument.name)
            }
        }
    }

    private func check(_ value: String, _ kind: ValueKind, _ name: String) throws(HouseMessage) {
        switch kind {
        case .integer(let range):
            guard let number = Int(value), range.contains(number) else {
                throw wrong(
                    "\(name) was \"\(value)\"; allowed is a whole number, "
                        + "\(range.lowerBound)...\(range.upperBound)")
            }
        case .choice(let words):
            guard words.contains(value) else {
                throw wrong(
                    "\(name) was \"\(value)\"; allowed is \(words.joined(separator: ", "))",
                    help: Suggestion.help(for: value, among: words))
            }
        case .text, .file, .folder:
            guard !value.isEmpty else { throw wrong("\(name) was empty") }
        }
    }

    private var seeHelp: String { "see " + path.joined(separator: " ") + " --help" }

    private func wrong(_ text: String, help: String = "") -> HouseMessage {
        HouseMessage(text, help: help, cause: .calledWrongly)
    }
}
