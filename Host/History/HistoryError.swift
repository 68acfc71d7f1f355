/// Why market data could not be read, written or believed, with all that a message needs.
package struct HistoryError: Error, Equatable, Sendable {
    package enum Kind: Sendable {
        /// The system refused a call: no such file, no space, no permission.
        case system
        /// Bytes are missing or a checksum differs.
        case damaged
        /// The file is not of the kind that was expected.
        case format
        /// A needed column is not in the file.
        case missingColumn
        /// A field is no number or time, or does not fit the instrument's units.
        case value
        /// The row is readable, but no market prints it.
        case impossible
        /// Times fall where they must not.
        case order
        /// Two bars of the same interval disagree.
        case conflict
        /// The series is not in the folder.
        case notFound
        /// The caller asked for something that cannot be done.
        case option
    }

    package let kind: Kind
    /// What failed, in one line without `error:`.
    package let summary: String
    package var file: String?
    /// Line of a text file, from 1, the header counted.
    package var line: Int?
    /// Row of a binary file or stored series, from 0.
    package var row: Int?
    package var field: String?
    package var found: String?
    package var allowed: String?
    /// The next step.
    package var help: String?

    package init(
        _ kind: Kind, _ summary: String, file: String? = nil, line: Int? = nil, row: Int? = nil,
        field: String? = nil, found: String? = nil, allowed: String? = nil, help: String? = nil
    ) {
        self.kind = kind
        self.summary = summary
        self.file = file
        self.line = line
        self.row = row
        self.field = field
        self.found = found
        self.allowed = allowed
        self.help = help
    }

    /// The facts beside the summary, in the order in which a message shows them.
    package var details: [(name: String, value: String)] {
        let all = [
            ("file", file), ("line", line.map(String.init)), ("row", row.map(String.init)),
            ("field", field), ("found", found), ("allowed", allowed),
        ]
        return all.compactMap { name, value in value.map { (name, $0) } }
    }

    /// The whole message in the house form, several lines, no line end at the end.
    package var message: String {
        var lines = ["error: " + summary]
        if !details.isEmpty {
            lines.append("  " + details.map { $0.name + ": " + $0.value }.joined(separator: "   "))
        }
        if let help { lines.append("  help: " + help) }
        return lines.joined(separator: "\n")
    }

    /// The same error, naming `file` where it names none yet.
    package func inFile(_ file: String) -> HistoryError {
        var copy = self
        copy.file = copy.file ?? file
        return copy
    }
}
