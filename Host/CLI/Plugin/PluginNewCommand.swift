import RialtoPluginHost
import RialtoText

/// `rialto plugin new`: a project that builds and passes its test with nothing else installed.
enum PluginNewCommand {
    static var command: Command {
        Command(
            "new", "write a plugin project with a passing test",
            discussion:
                "The project holds copies of the headers or the kit, so it builds anywhere. "
                + "Its README says\nhow to go on.",
            arguments: [
                Argument("id", .text("ID"), "its id for ever, such as com.example.my-plugin")
            ],
            options: [
                Option(
                    "kind", .choice(PluginKind.allCases.map(\.rawValue)), "what it does",
                    standard: "strategy"),
                Option(
                    "language", .choice(PluginLanguage.allCases.map(\.rawValue)),
                    "what it is written in", standard: "c"),
                Option("to", .folder, "the new folder; the last word of the id unless given"),
                Option(
                    "api", .folder, "the PluginAPI folder that is copied from",
                    environment: "RIALTO_PLUGIN_API"),
            ],
            examples: [
                Example(
                    "rialto plugin new com.example.dip --language swift", "a strategy in ./dip")
            ]
        ) { invocation, console in
            guard let kind = PluginKind(rawValue: invocation.required("kind")),
                let language = PluginLanguage(rawValue: invocation.required("language"))
            else { return .calledWrongly }
            let id = try PluginId(invocation.required("id"))
            let source = try PluginSource.find(invocation.text("api"))
            let folder = invocation.text("to") ?? id.name
            let project = PluginProject(id: id, kind: kind, language: language, source: source)
            try project.write(to: folder)
            Facts([
                (.init("id"), .text(id.text)), (.init("kind"), .text(kind.rawValue)),
                (.init("language"), .text(language.rawValue)), (.init("folder"), .text(folder)),
                (.init("next"), .text("cd \(folder) && ./test && ./build")),
            ]).print(to: console)
            return .done
        }
    }
}

/// A plugin's id, and the names that follow from it.
struct PluginId {
    /// Reverse domain name: `com.example.my-plugin`.
    let text: String
    /// Its last word: `my-plugin`.
    let name: String

    /// Longest id that the note holds, in bytes.
    static let sizeMax = 63

    init(_ text: String) throws(HouseMessage) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let isValid = words.allSatisfy { word in
            let letters = Array(word.utf8)
            let isPlain = letters.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
            }
            guard isPlain, let first = letters.first, letters.last != 0x2D else { return false }
            return (0x61...0x7A).contains(first)
        }
        guard words.count >= 2, isValid, text.utf8.count <= Self.sizeMax else {
            throw HouseMessage(
                "plugin id \(text) is not usable, allowed are two or more words of a-z, 0-9 and - "
                    + "joined by dots, at most \(Self.sizeMax) bytes",
                help: "give a name under a domain of yours: com.example.my-plugin",
                cause: .calledWrongly)
        }
        self.text = text
        name = String(words[words.count - 1])
    }

    /// The name for languages without `-`: `my_plugin`.
    var snake: String { String(name.map { $0 == "-" ? "_" : $0 }) }

    /// A Swift module's name made of the whole id: `ComExampleMyPlugin`.
    var module: String {
        text.split { $0 == "." || $0 == "-" }.map { $0.prefix(1).uppercased() + $0.dropFirst() }
            .joined()
    }
}
