import RialtoKit
import RialtoLLM

/// One model alone, or a debate: whoever makes decisions of a snapshot.
enum Minds {
    case one(DecisionDesk)
    case debate(DebateDesk)

    /// What a tick or an answer leads to, in one form for both.
    struct Outcome {
        var requests: [DecisionDesk.Request] = []
        var verdicts: [Verdict] = []
        /// Lines of the decision log.
        var lines: [String] = []
    }

    init(_ settings: Settings, seed: UInt64) {
        if let rounds = settings.debateRounds {
            self = .debate(settings.debate(rounds: rounds))
        } else {
            self = .one(settings.desk(seed: seed))
        }
    }

    mutating func tick(
        at time_ns: Int64, snapshot: (Int64, Int64) -> MarketSnapshot
    ) -> Outcome {
        switch self {
        case .one(var desk):
            let outcome = desk.tick(at: time_ns, snapshot: snapshot)
            self = .one(desk)
            return Minds.outcome(outcome, desk.spent)
        case .debate(var desk):
            let outcome = desk.tick(at: time_ns, snapshot: snapshot)
            self = .debate(desk)
            return Minds.outcome(outcome, desk.spent, at: time_ns, [])
        }
    }

    mutating func receive(
        id: UInt64, status: Int32, retryAfter: String?, body: some Sequence<UInt8>,
        at time_ns: Int64, now: MarketSnapshot
    ) -> Outcome {
        switch self {
        case .one(var desk):
            let outcome = desk.receive(
                id: id, status: status, retryAfter: retryAfter, body: body, at: time_ns, now: now)
            self = .one(desk)
            return Minds.outcome(outcome, desk.spent)
        case .debate(var desk):
            let outcome = desk.receive(
                id: id, status: status, body: body, at: time_ns, now: now)
            self = .debate(desk)
            return Minds.outcome(outcome, desk.spent, at: time_ns, now.coins)
        }
    }

    // MARK: the log

    private static func outcome(_ outcome: DecisionDesk.Outcome, _ spent: SpendBook) -> Outcome {
        var made = Outcome()
        made.requests = outcome.request.map { [$0] } ?? []
        made.verdicts = outcome.verdicts
        made.lines = outcome.record.map { [$0.line(adding: total(spent))] } ?? []
        return made
    }

    private static func outcome(
        _ outcome: DebateDesk.Outcome, _ spent: SpendBook, at time_ns: Int64,
        _ coins: [MarketSnapshot.Coin]
    ) -> Outcome {
        var made = Outcome()
        made.requests = outcome.requests
        made.verdicts = outcome.verdicts
        made.lines = outcome.opinions.map { opinion in
            line(
                [
                    .init("time_ns", .integer(time_ns)),
                    .init("asked_ns", .integer(outcome.asked_ns)),
                    .init("role", .text(opinion.role)),
                    .init("round", .integer(opinion.round)),
                    .init("symbol", .text(coins[opinion.opinion.instrument].symbol)),
                    .init("prob_up", .real(opinion.opinion.probabilityUp)),
                    .init("horizon_minutes", .real(opinion.opinion.horizonMinutes)),
                    .init("argument", .text(opinion.opinion.argument)),
                ])
        }
        if let ended = outcome.ended {
            made.lines.append(
                line(
                    [
                        .init("time_ns", .integer(time_ns)),
                        .init("asked_ns", .integer(outcome.asked_ns)),
                        .init("outcome", .text(ended)),
                        .init("decisions", DecisionRecord.decisions(outcome.verdicts)),
                    ] + total(spent)))
        }
        return made
    }

    private static func line(_ members: [JSONNode.Member]) -> String {
        JSONNode.object(members).line
    }

    /// What was used so far, with what is reserved.
    private static func total(_ spent: SpendBook) -> [JSONNode.Member] {
        [
            .init("spent_tokens", .integer(spent.tokens)),
            .init("spent_e12", .integer(spent.money)),
        ]
    }
}
