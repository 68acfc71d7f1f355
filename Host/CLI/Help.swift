/// Help texts, made from a command's definition.
package enum Help {
    /// Returns what `--help` prints, with a line end after each line.
    package static func text(_ path: [String], _ command: Command) -> String {
        var out = path.joined(separator: " ") + ": " + command.summary + "\n"
        out += "\nusage: " + usage(path, command) + "\n"
        if !command.discussion.isEmpty { out += "\n" + command.discussion + "\n" }
        out += section("commands", command.commands.map { ($0.name, $0.summary) })
        out += section("arguments", command.arguments.map { ($0.name.uppercased(), note($0)) })
        out += section("options", command.options.map { (spelling($0), note($0)) })
        if !command.examples.isEmpty {
            out += "\nexamples\n"
            for example in command.examples { out += "  # \(example.summary)\n  \(example.line)\n" }
        }
        return out
    }

    /// Returns one line: the words, arguments and options of a command.
    package static func usage(_ path: [String], _ command: Command) -> String {
        var words = path
        if !command.commands.isEmpty { words.append("COMMAND") }
        for argument in command.arguments {
            let name = argument.name.uppercased() + (argument.repeats ? "..." : "")
            words.append(argument.isRequired ? name : "[\(name)]")
        }
        if command.body != nil { words.append("[OPTIONS]") }
        return words.joined(separator: " ")
    }

    /// `-s, --seed N`.
    static func spelling(_ option: Option) -> String {
        let short = option.short.map { "-\($0), " } ?? ""
        return short + "--" + option.name + (option.kind.map { " " + $0.placeholder } ?? "")
    }

    static func note(_ option: Option) -> String {
        var text = option.summary
        if case .integer(let range)? = option.kind {
            text += " (\(range.lowerBound)...\(range.upperBound))"
        }
        if case .choice(let words)? = option.kind, !ValueKind.isShort(words) {
            text += " (\(words.joined(separator: ", ")))"
        }
        if option.repeats { text += "; may be given more than once" }
        if let standard = option.standard { text += "; default \(standard)" }
        if let variable = option.environment { text += "; from $\(variable)" }
        return text
    }

    static func note(_ argument: Argument) -> String {
        argument.isRequired ? argument.summary : argument.summary + "; optional"
    }

    private static func section(_ title: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let width = rows.map(\.0.count).max() ?? 0
        let lines = rows.map { name, text in
            let margin = String(repeating: " ", count: width + 4)
            let text = wrapped(text, in: max(40, columns - margin.count))
            return "  " + name + margin.dropFirst(name.count + 2)
                + text.joined(separator: "\n" + margin) + "\n"
        }
        return "\n" + title + "\n" + lines.joined()
    }

    /// Where lines of a table end; a word that is longer does not.
    private static let columns = 110

    private static func wrapped(_ text: String, in width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

/// The manual as Markdown, made from the same definitions.
package enum Manual {
    /// Returns one document on `root` and every command below it.
    package static func markdown(_ root: Command) -> String {
        section([root.name], root, depth: 1)
    }

    private static func section(_ path: [String], _ command: Command, depth: Int) -> String {
        let heading = String(repeating: "#", count: min(depth, 4))
        var out = "\(heading) \(path.joined(separator: " "))\n\n\(sentence(command.summary))\n\n"
        out += "    \(Help.usage(path, command))\n\n"
        if !command.discussion.isEmpty { out += command.discussion + "\n\n" }
        out += table("argument", command.arguments.map { ($0.name.uppercased(), Help.note($0)) })
        out += table("option", command.options.map { (Help.spelling($0), Help.note($0)) })
        for example in command.examples {
            out += "\(sentence(example.summary))\n\n    \(example.line)\n\n"
        }
        for below in command.commands {
            out += section(path + [below.name], below, depth: depth + 1)
        }
        return out
    }

    private static func table(_ what: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = rows.map { "| `\(cell($0))` | \(cell($1)) |\n" }
        return "| \(what) | meaning |\n|---|---|\n" + lines.joined() + "\n"
    }

    private static func cell(_ text: String) -> String { text.replacing("|", with: "\\|") }

    private static func sentence(_ text: String) -> String {
        text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
