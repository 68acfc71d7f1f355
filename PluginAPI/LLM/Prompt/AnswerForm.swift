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
}
