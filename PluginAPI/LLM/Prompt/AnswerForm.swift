/// What an answer must look like: a schema for providers that know schemas, an example for others.
public struct AnswerForm: Hashable, Sendable {
    /// Name of the schema.
    public let name: String
    /// In the strict subset that every provider with schemas knows.
    public let schema: JSONNode
    /// What a provider without schemas is told: its JSON mode wants the word and an example.
    public let example: String

    /// Decisions, as ``AnswerReader`` reads them.
    public static let decisions = AnswerForm(
        name: "decisions", schema: DecisionSchema.node,
        example: """
            Answer with JSON only, such as: {"version":1,"as_of":"2025-01-01T00:00:00Z",\
            "decisions":[{"symbol":"BTC/USDT","action":"hold","size_fraction_of_equity":0,\
            "leverage":1,"entry":null,"stop_loss":null,"take_profit":null,"invalidation":null,\
            "prob_up":0.5,"horizon_minutes":60,"confidence":0.5,"reason":"no edge"}]}
            """)

    /// Opinions of a role, as ``Opinion`` reads them.
    public static let opinions = AnswerForm(
        name: "opinions", schema: DecisionSchema.opinions,
        example: """
            Answer with JSON only, such as: {"as_of":"2025-01-01T00:00:00Z","opinions":[\
            {"symbol":"BTC/USDT","prob_up":0.5,"horizon_minutes":60,"argument":"no edge"}]}
            """)

    /// The form with an example that names nothing that a mask hides.
    func masked(by kind: MaskKind) -> AnswerForm {
        var example = example
        if kind.hidesSymbols {
            example = example.replacing("BTC/USDT", with: SnapshotMask.name(0))
        }
        if kind.hidesDates {
            example = example.replacing("2025-01-01T00:00:00Z", with: "minute-0")
        }
        return AnswerForm(name: name, schema: schema, example: example)
    }
}

/// Its schema is kept as a line of JSON.
extension AnswerForm: Codable {
    private enum CodingKeys: String, CodingKey { case name, schema, example }

    /// Reads it back.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        name = try fields.decode(String.self, forKey: .name)
        schema = try JSONText.strict(fields.decode(String.self, forKey: .schema))
        example = try fields.decode(String.self, forKey: .example)
    }

    /// Writes it down.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(name, forKey: .name)
        try fields.encode(schema.line, forKey: .schema)
        try fields.encode(example, forKey: .example)
    }
}
