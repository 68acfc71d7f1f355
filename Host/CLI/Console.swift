import RialtoText

/// Where a command prints, and what is known about the other end.
package struct Console: Sendable {
    package enum Stream: Sendable { case out, error }

    /// Facts about the streams that decide how text is dressed.
    package struct Traits: Hashable, Sendable {
        package let outIsTerminal: Bool
        package let errorIsTerminal: Bool
        /// The `NO_COLOR` convention: set and not empty.
        package let isPlain: Bool
        /// Columns of the terminal, 20 or more.
        package let width: Int

        package init(outIsTerminal: Bool, errorIsTerminal: Bool, isPlain: Bool, width: Int) {
            self.outIsTerminal = outIsTerminal
            self.errorIsTerminal = errorIsTerminal
            self.isPlain = isPlain
            self.width = max(20, width)
        }
    }

    /// The meaning that a colour carries; the text says the same without it.
    package enum Tone: String, Sendable {
        case plain = "0"
        case strong = "1"
        case faint = "2"
        case bad = "31"
        case good = "32"
        case caution = "33"
    }

    package let traits: Traits
    /// Whether results go out as JSON, one object per line.
    package let isJSON: Bool
    private let write: @Sendable (Stream, String) -> Void

    package init(
        traits: Traits, isJSON: Bool, write: @escaping @Sendable (Stream, String) -> Void
    ) {
        self.traits = traits
        self.isJSON = isJSON
        self.write = write
    }

    /// The same console with another answer to whether results are JSON.
    func asking(json: Bool) -> Console { Console(traits: traits, isJSON: json, write: write) }

    /// Prints a line of a result for people; nothing when results are JSON.
    package func line(_ text: String = "", _ tone: Tone = .plain) {
        if !isJSON { write(.out, paint(text, tone, .out) + "\n") }
    }

    /// Prints text to stdout as it is, JSON or not: scripts, help, files.
    package func raw(_ text: String) { write(.out, text) }

    /// Prints a result for programs; nothing when results are for people.
    package func json(_ value: @autoclosure () -> JSON) {
        if isJSON { write(.out, value().line + "\n") }
    }

    /// Prints a remark to stderr.
    package func note(_ text: String) { write(.error, text + "\n") }

    /// Prints an error in the house form, or as JSON, to stderr.
    package func report(_ message: HouseMessage) {
        if isJSON { return write(.error, message.json.line + "\n") }
        var lines = message.lines
        let head = "error: "
        lines[0] = paint(head, .bad, .error) + lines[0].dropFirst(head.count)
        write(.error, lines.joined(separator: "\n") + "\n")
    }

    /// Prints to stderr without a line end, for progress.
    func progress(_ text: String) { write(.error, text) }

    /// Returns text in a colour where the stream is a terminal that wants any.
    package func paint(_ text: String, _ tone: Tone, _ stream: Stream) -> String {
        let isTerminal = stream == .out ? traits.outIsTerminal : traits.errorIsTerminal
        guard isTerminal, !traits.isPlain, tone != .plain, !text.isEmpty else { return text }
        return "\u{1B}[\(tone.rawValue)m\(text)\u{1B}[0m"
    }
}
