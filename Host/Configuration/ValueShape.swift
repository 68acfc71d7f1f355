import RialtoText

/// What a value may look like, as far as a program can be told without reading the file: editors
/// check and complete with it.
package indirect enum ValueShape: Hashable, Sendable {
    /// Any text of 1...`limit` bytes.
    case text(limit: Int)
    /// Text that a regular expression describes.
    case pattern(String)
    case flag
    case integer(ClosedRange<Int64>)
    /// An exact number, with its bounds as they are written; no `to` is no upper bound.
    case decimal(from: String, to: String?, decimals: Int)
    /// An opinion above one number and at most another.
    case number(above: Double, to: Double)
    case choice([String])
    case list(ValueShape, ClosedRange<Int>)
    case mapping([FieldNote])
    /// Names that only a plugin knows, with scalars.
    case names

    /// The shape in JSON Schema, 2020-12. A scalar may be written with or without quotes.
    package var schema: JSON {
        switch self {
        case .text(let limit):
            .object([
                .init("type", .list(["string", "number", "boolean"].map(JSON.text))),
                .init("minLength", .integer(1)), .init("maxLength", .integer(Int64(limit))),
            ])
        case .pattern(let pattern):
            .object([
                .init("type", .list(["string", "number"].map(JSON.text))),
                .init("pattern", .text(pattern)),
            ])
        case .flag: .object([.init("enum", .list([true, false].map(JSON.flag) + Self.flags))])
        case .integer(let range):
            Self.either(.integer(range), Self.digits(isSigned: range.lowerBound < 0) + "$")
        case .decimal(let from, let to, let decimals):
            Self.either(
                .init(from: from, to: to),
                Self.digits(isSigned: from.hasPrefix("-"))
                    + (decimals == 0 ? "$" : "(\\.[0-9]{1,\(decimals)})?$"))
        case .number(let low, let high):
            Self.either(.init(above: low, to: high), "^-?[0-9]+(\\.[0-9]+)?$")
        case .choice(let words): .object([.init("enum", .list(words.map(JSON.text)))])
        case .list(let item, let count):
            .object([
                .init("type", .text("array")), .init("items", item.schema),
                .init("minItems", .integer(Int64(count.lowerBound))),
                .init("maxItems", .integer(Int64(count.upperBound))),
            ])
        case .mapping(let notes): Self.object(notes)
        case .names:
            .object([
                .init("type", .text("object")),
                .init(
                    "additionalProperties",
                    .object([
                        .init("type", .list(["string", "number", "boolean"].map(JSON.text)))
                    ])),
            ])
        }
    }

    private static func digits(isSigned: Bool) -> String { isSigned ? "^-?[0-9]+" : "^[0-9]+" }

    private static let flags = [JSON.text("true"), JSON.text("false")]

    /// A number in bounds, or the same as text.
    private static func either(_ number: NumberShape, _ pattern: String) -> JSON {
        .object([
            .init(
                "anyOf",
                .list([
                    .object(number.members),
                    .object([.init("type", .text("string")), .init("pattern", .text(pattern))]),
                ]))
        ])
    }

    /// A mapping with these keys and no others.
    private static func object(_ notes: [FieldNote]) -> JSON {
        let properties = notes.map { note -> JSON.Member in
            guard case .object(let shape) = note.shape.schema else { return .init(note.key, .null) }
            let standard = note.standard.isEmpty ? "" : "; default \(note.standard)"
            let text = "\(note.summary) (\(note.kind)\(standard))"
            return .init(note.key, .object([.init("description", .text(text))] + shape))
        }
        let required = notes.filter(\.isRequired).map { JSON.text($0.key) }
        return .object(
            [
                .init("type", .text("object")), .init("properties", .object(properties)),
                .init("additionalProperties", .flag(false)),
            ] + (required.isEmpty ? [] : [.init("required", .list(required))]))
    }
}

/// Bounds of a number in JSON Schema.
private struct NumberShape {
    let members: [JSON.Member]

    static func integer(_ range: ClosedRange<Int64>) -> NumberShape {
        let least = [
            JSON.Member("type", .text("integer")),
            JSON.Member("minimum", .integer(range.lowerBound)),
        ]
        // Readers that count in doubles would round the largest number up.
        let most = JSON.Member("maximum", .integer(range.upperBound))
        return NumberShape(members: range.upperBound == .max ? least : least + [most])
    }

    private init(members: [JSON.Member]) { self.members = members }

    init(from: String, to: String?) {
        members =
            [.init("type", .text("number"))]
            + [("minimum", Double(from)), ("maximum", to.flatMap { Double($0) })].compactMap {
                key, value in value.map { JSON.Member(key, .number($0)) }
            }
    }

    init(above low: Double, to high: Double) {
        members = [
            .init("type", .text("number")), .init("exclusiveMinimum", .number(low)),
            .init("maximum", .number(high)),
        ]
    }
}

extension RunFile {
    /// Every key of a run file, in JSON Schema.
    package static var jsonSchema: JSON {
        guard case .object(let members) = ValueShape.mapping(notes).schema else { return .null }
        return .object(
            [
                .init("$schema", .text("https://json-schema.org/draft/2020-12/schema")),
                .init("title", .text("Rialto run file")),
            ] + members)
    }
}
