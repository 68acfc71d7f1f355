/// One line of the decision log: what was asked, what came back and what became of it.
public struct DecisionRecord: Hashable, Sendable {
    /// When it was decided, Unix nanoseconds UTC.
    public var time_ns: Int64
    /// The question.
    public var turn: DecisionCycle.Turn
    /// Name and version of the template.
    public var template: String
    /// Of the prompt, see ``TextDigest``.
    public var promptDigest: String
    /// What came back.
    public var outcome: String
    /// As the provider counted; nil when it did not say.
    public var usage: ChatUsage?
    /// In units of 10^-12.
    public var cost: TinyMoney
    /// What was repaired in the answer.
    public var repairs: Set<JSONRepair>
    /// Parts that could not be read.
    public var unreadable: [String]
    /// One for each decision.
    public var verdicts: [Verdict]

    public init(
        time_ns: Int64, turn: DecisionCycle.Turn, prompt: Prompt, outcome: String,
        usage: ChatUsage?, cost: TinyMoney, answer: ReadAnswer?, verdicts: [Verdict]
    ) {
        self.time_ns = time_ns
        self.turn = turn
        template = prompt.template
        promptDigest = TextDigest.hex(of: prompt.system + "\u{0}" + prompt.user)
        self.outcome = outcome
        self.usage = usage
        self.cost = cost
        repairs = answer?.repairs ?? []
        unreadable = answer?.unreadable ?? []
        self.verdicts = verdicts
    }

    /// The record as JSON on one line; equal records have equal lines.
    public var line: String { line(adding: []) }

    /// As ``line``, with further members at the end.
    public func line(adding more: [JSONNode.Member]) -> String {
        let members: [JSONNode.Member] = [
            .init("time_ns", .integer(time_ns)),
            .init("asked_ns", .integer(turn.start_ns)),
            .init("invocation", .integer(turn.invocation)),
            .init("attempt", .integer(turn.attempt)),
            .init("template", .text(template)),
            .init("prompt", .text(promptDigest)),
            .init("outcome", .text(outcome)),
            .init("tokens", usage.map { .integer($0.total) } ?? .null),
            .init("cost_e12", .integer(cost)),
            .init("repairs", .list(repairs.map(\.rawValue).sorted().map(JSONNode.text))),
            .init("unreadable", .list(unreadable.map(JSONNode.text))),
            .init("decisions", DecisionRecord.decisions(verdicts)),
        ]
        return JSONNode.object(members + more).line
    }

    /// Decisions and what became of each, as a line holds them.
    public static func decisions(_ verdicts: [Verdict]) -> JSONNode {
        .list(verdicts.map(node))
    }

    private static func node(_ verdict: Verdict) -> JSONNode {
        let decision = verdict.decision
        return .object([
            .init("symbol", .text(decision.symbol)),
            .init("action", .text(decision.action.rawValue)),
            .init("size_fraction", .real(verdict.sizeFraction)),
            .init("leverage", .real(decision.leverage)),
            .init("stop_loss", .real(decision.stopLoss)),
            .init("take_profit", .real(decision.takeProfit)),
            .init("prob_up", .real(decision.probabilityUp)),
            .init("horizon_minutes", .real(decision.horizonMinutes)),
            .init("confidence", .real(decision.confidence)),
            .init("reason", .text(String(decision.reason.prefix(300)))),
            .init("clamped", .list(verdict.clamped.map(JSONNode.text))),
            .init("refused", .optional(verdict.refusal)),
        ])
    }
}

/// A digest of text that is the same on every machine: FNV-1a of 64 bits. It names prompts in
/// logs; it proves nothing against somebody who wants a collision.
public enum TextDigest {
    /// 16 hexadecimal digits.
    public static func hex(of text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
