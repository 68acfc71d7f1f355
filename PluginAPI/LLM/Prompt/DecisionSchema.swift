/// The JSON schema of an answer: the strict subset that every provider with schemas knows. All
/// fields are required, nothing else is allowed; ranges stand in the descriptions and are checked
/// by ``DecisionRules``.
public enum DecisionSchema {
    /// The version that answers state.
    public static let version: Int64 = 1

    /// The schema as JSON.
    public static let node: JSONNode = object([
        ("version", .object([.init("type", .text("integer"))])),
        ("as_of", field("string", "as_of of the prompt, unchanged")),
        (
            "decisions",
            .object([.init("type", .text("array")), .init("items", decision)])
        ),
    ])

    /// The schema of opinions, as JSON.
    public static let opinions: JSONNode = object([
        ("as_of", field("string", "as_of of the prompt, unchanged")),
        (
            "opinions",
            .object([.init("type", .text("array")), .init("items", opinion)])
        ),
    ])

    private static let opinion = object([
        ("symbol", field("string", "as in the prompt")),
        ("prob_up", field("number", "probability of a higher price at the horizon, 0 to 1")),
        ("horizon_minutes", field("number", "above 0")),
        ("argument", field("string", "at most 300 characters")),
    ])

    private static let decision = object([
        ("symbol", field("string", "as in the prompt")),
        ("action", words(TradeAction.allCases.map(\.rawValue), "hold is fine")),
        ("size_fraction_of_equity", field("number", "margin as a share of equity, 0 to 1")),
        ("leverage", field("number", "notional over margin, 1 or more")),
        ("entry", nullable("number", "limit price; null is the market")),
        ("stop_loss", nullable("number", "price")),
        ("take_profit", nullable("number", "price")),
        ("invalidation", invalidation),
        ("prob_up", field("number", "probability of a higher price at the horizon, 0 to 1")),
        ("horizon_minutes", field("number", "above 0")),
        ("confidence", field("number", "0 to 1")),
        ("reason", field("string", "at most 300 characters")),
    ])

    private static let invalidation: JSONNode = {
        let plan = object([
            ("kind", words(["close_below", "close_above", "time"], "what ends the idea")),
            ("value", field("number", "price, or minutes for time")),
        ])
        return .object([
            .init("anyOf", .list([plan, .object([.init("type", .text("null"))])]))
        ])
    }()

    private static func field(_ type: String, _ text: String) -> JSONNode {
        .object([.init("type", .text(type)), .init("description", .text(text))])
    }

    private static func nullable(_ type: String, _ text: String) -> JSONNode {
        .object([
            .init("type", .list([.text(type), .text("null")])),
            .init("description", .text(text)),
        ])
    }

    private static func words(_ words: [String], _ text: String) -> JSONNode {
        .object([
            .init("type", .text("string")), .init("enum", .list(words.map(JSONNode.text))),
            .init("description", .text(text)),
        ])
    }

    private static func object(_ fields: [(String, JSONNode)]) -> JSONNode {
        .object([
            .init("type", .text("object")),
            .init("properties", .object(fields.map { JSONNode.Member($0.0, $0.1) })),
            .init("required", .list(fields.map { .text($0.0) })),
            .init("additionalProperties", .flag(false)),
        ])
    }
}
