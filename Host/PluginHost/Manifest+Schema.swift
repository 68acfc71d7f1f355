import RialtoText

extension Manifest {
    /// What a manifest holds, in JSON Schema. It is made by `rialto plugin manifest`, not by hand;
    /// the schema is for readers, and for those who check what they were sent. Members that are not
    /// listed may be there.
    package static var jsonSchema: JSON {
        object(
            [
                ("manifest", constant(1), "version of this format"),
                ("file", text("^[^/]+$"), "file name of the library, in the same folder"),
                ("sha256", text("^[0-9a-f]{64}$"), "of the library"),
                ("abiMajorMin", number, "oldest major of the contract that it speaks"),
                ("abiMajorMax", number, "newest major of the contract that it speaks"),
                ("abiMinor", number, "minor that it needs"),
                ("language", text("."), "such as c, c++, rust, swift"),
                ("compiler", text("."), "its version"),
                ("plugins", list(plugin, least: 1), "what the library offers"),
            ],
            more: [
                .init("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
                .init("title", .text("Rialto plugin manifest")),
            ])
    }

    private static var plugin: JSON {
        object([
            ("id", text("^[a-z0-9]+([.-][a-z0-9]+)+$"), "reverse domain name; never changes"),
            ("kind", choice(PluginKind.allCases.map(\.rawValue)), "what it does"),
            ("version", text("^[0-9]+\\.[0-9]+\\.[0-9]+"), "semantic version"),
            ("name", text("."), "for people"), ("summary", text("."), "one sentence"),
            ("author", text(""), "who wrote it"), ("license", text(""), "SPDX expression"),
            ("parameters", list(parameter, least: 0), "what can be set in a run file"),
        ])
    }

    private static var parameter: JSON {
        object([
            ("id", number, "stable number"),
            ("name", text("^[a-z0-9_]+$"), "as in run files"),
            ("type", choice(ParameterType.allCases.map(\.rawValue)), "of its values"),
            ("unit", text(""), "for people"), ("summary", text(""), "what it does"),
            ("choices", list(text(""), least: 0), "allowed texts; none allows any"),
            ("lowest", text(""), "inclusive"), ("highest", text(""), "inclusive"),
            ("initial", text(""), "the default"),
            ("isLive", flag, "may change while the instance runs"),
            ("isOptimisable", flag, "an optimiser may search it"),
            ("isRequired", flag, "has no default"),
        ])
    }

    // MARK: Words of JSON Schema

    private static var number: JSON {
        .object([.init("type", .text("integer")), .init("minimum", .integer(0))])
    }

    private static var flag: JSON { .object([.init("type", .text("boolean"))]) }

    private static func constant(_ value: Int64) -> JSON {
        .object([.init("const", .integer(value))])
    }

    private static func text(_ pattern: String) -> JSON {
        .object(
            [.init("type", .text("string"))]
                + (pattern.isEmpty ? [] : [.init("pattern", .text(pattern))]))
    }

    private static func choice(_ words: [String]) -> JSON {
        .object([.init("enum", .list(words.map(JSON.text)))])
    }

    private static func list(_ item: JSON, least: Int64) -> JSON {
        .object([
            .init("type", .text("array")), .init("items", item), .init("minItems", .integer(least)),
        ])
    }

    private static func object(
        _ members: [(key: String, shape: JSON, summary: String)], more: [JSON.Member] = []
    ) -> JSON {
        let properties = members.map { member -> JSON.Member in
            guard case .object(let shape) = member.shape else { return .init(member.key, .null) }
            let described = [JSON.Member("description", .text(member.summary))] + shape
            return .init(member.key, .object(described))
        }
        return .object(
            more + [
                .init("type", .text("object")), .init("properties", .object(properties)),
                .init("required", .list(members.map { .text($0.key) })),
            ])
    }
}
