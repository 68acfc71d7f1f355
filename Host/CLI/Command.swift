import RialtoText

/// How a program ended, as its exit status.
package enum CommandStatus: Int32, Sendable {
    case done = 0
    case failed = 1
    case calledWrongly = 2
}

/// What an option or argument holds; decides checking, help and completion.
package enum ValueKind: Hashable, Sendable {
    /// Free text, named in help: `KEY=VALUE`.
    case text(String)
    case integer(ClosedRange<Int>)
    case choice([String])
    /// A file whose name ends in one of these; any file when there is none.
    case file([String])
    case folder

    /// The word that stands for a value in help.
    var placeholder: String {
        switch self {
        case .text(let name): name
        case .integer: "N"
        case .choice(let words):
            Self.isShort(words) ? words.joined(separator: "|") : "WORD"
        case .file(let endings): "FILE" + (endings.first ?? "")
        case .folder: "FOLDER"
        }
    }

    /// Whether the words of a choice fit beside the option's name.
    static func isShort(_ words: [String]) -> Bool {
        words.count <= 4 && words.reduce(0) { $0 + $1.count } <= 32
    }
}

/// A value that stands alone on the command line.
package struct Argument: Hashable, Sendable {
    /// Name in code and help: `run`.
    package let name: String
    package let kind: ValueKind
    package let summary: String
    package let isRequired: Bool
    /// Whether it takes all that is left; only the last argument may.
    package let repeats: Bool

    package init(
        _ name: String, _ kind: ValueKind, _ summary: String, isRequired: Bool = true,
        repeats: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.summary = summary
        self.isRequired = isRequired
        self.repeats = repeats
    }
}

/// A flag (`--json`) or a named value (`--seed 7`, `--seed=7`).
package struct Option: Hashable, Sendable {
    /// Name without dashes.
    package let name: String
    /// One letter, for `-s`.
    package let short: Character?
    /// Nil for a flag.
    package let kind: ValueKind?
    package let summary: String
    /// Value when neither the command line nor the environment has one.
    package let standard: String?
    /// Variable that gives the value when the command line does not.
    package let environment: String?
    /// Whether it may be given more than once.
    package let repeats: Bool

    /// An option that is either there or not.
    package init(flag name: String, short: Character? = nil, _ summary: String) {
        self.name = name
        self.short = short
        self.summary = summary
        kind = nil
        standard = nil
        environment = nil
        repeats = false
    }

    package init(
        _ name: String, short: Character? = nil, _ kind: ValueKind, _ summary: String,
        standard: String? = nil, environment: String? = nil, repeats: Bool = false
    ) {
        self.name = name
        self.short = short
        self.kind = kind
        self.summary = summary
        self.standard = standard
        self.environment = environment
        self.repeats = repeats
    }

    /// Accepted by every command that runs.
    static let common = [
        Option(flag: "json", "print the same facts as JSON, one object per line"),
        Option(flag: "help", short: "h", "print this help"),
    ]
}

/// A line that a person can copy, and what it does.
package struct Example: Hashable, Sendable {
    package let line: String
    package let summary: String

    package init(_ line: String, _ summary: String) {
        self.line = line
        self.summary = summary
    }
}

/// One word of the command line, with everything that is said about it anywhere.
package struct Command: Sendable {
    package typealias Body = @Sendable (Invocation, Console) throws -> CommandStatus

    package let name: String
    /// A few words for lists.
    package let summary: String
    /// Paragraphs for its own help; may be empty.
    package let discussion: String
    package let arguments: [Argument]
    package let options: [Option]
    package let examples: [Example]
    package let commands: [Command]
    /// What it does; nil for a command that only groups others.
    package let body: Body?

    /// A command that does something.
    package init(
        _ name: String, _ summary: String, discussion: String = "", arguments: [Argument] = [],
        options: [Option] = [], examples: [Example] = [], body: @escaping Body
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.arguments = arguments
        self.options = options + Option.common
        self.examples = examples
        commands = []
        self.body = body
    }

    /// A command that groups others.
    package init(
        _ name: String, _ summary: String, discussion: String = "", examples: [Example] = [],
        commands: [Command]
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        arguments = []
        options = Option.common.filter { $0.name == "help" }
        self.examples = examples
        self.commands = commands
        body = nil
    }
}

/// A command with the values that its user gave.
package struct Invocation: Sendable {
    /// Words that led to the command, `rialto` first.
    package let path: [String]
    package let command: Command
    let values: [String: [String]]

    /// Whether a flag was given. The command has declared it.
    package func flag(_ name: String) -> Bool { !texts(name).isEmpty }

    /// The value of an option or argument; nil when it was left out and has no default.
    package func text(_ name: String) -> String? { texts(name).last }

    /// All values of an option or argument that repeats, in order.
    package func texts(_ name: String) -> [String] {
        let declared = command.options.map(\.name) + command.arguments.map(\.name)
        precondition(declared.contains(name), "the command declares what it reads")
        return values[name] ?? []
    }

    /// The value of an option or argument that holds a whole number.
    package func integer(_ name: String) -> Int? { text(name).flatMap { Int($0) } }

    /// The first option given that is neither of `own` nor common to all commands; nil for none.
    package func stray(besides own: [String]) -> Option? {
        let known = Set(own + Option.common.map(\.name))
        return command.options.first { !known.contains($0.name) && !texts($0.name).isEmpty }
    }

    /// The value of a required argument.
    package func required(_ name: String) -> String {
        let value = text(name)
        precondition(value != nil, "only required arguments are read as such")
        return value ?? ""
    }
}
