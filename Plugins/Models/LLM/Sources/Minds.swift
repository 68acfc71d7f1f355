import RialtoKit
import RialtoLLM

/// One model alone, or a debate: whoever makes decisions of a snapshot.
struct Minds {
    private enum Desk {
        case one(DecisionDesk)
        case debate(DebateDesk)
    }

    /// What it knows between two calls: of one of the two.
    struct Memory: Codable {
        fileprivate var one: DecisionDesk.Memory?
        fileprivate var debate: DebateDesk.Memory?
    }

    private var desk: Desk
    /// What each line says of the model: how far its knowledge reaches, and what it was not shown.
    private let marks: [JSONNode.Member]

    /// What a tick or an answer leads to, in one form for both.
    struct Outcome {
        var requests: [DecisionDesk.Request] = []
        var verdicts: [Verdict] = []
        /// Lines of the decision log.
        var lines: [String] = []
    }

    init(_ settings: Settings, seed: UInt64) {
        marks = settings.marks
        if let rounds = settings.debateRounds {
            desk = .debate(settings.debate(rounds: rounds, seed: seed))
        } else {
            desk = .one(settings.desk(seed: seed))
        }
    }

    var memory: Memory {
        switch desk {
        case .one(let desk): Memory(one: desk.memory)
        case .debate(let desk): Memory(debate: desk.memory)
        }
    }

    /// Goes on with what another one knew; false when that was no such one.
    mutating func takeOver(_ memory: Memory) -> Bool {
        switch (desk, memory.one, memory.debate) {
        case (.one(var desk), let memory?, nil):
            desk.takeOver(memory)
            self.desk = .one(desk)
        case (.debate(var desk), nil, let memory?):
            desk.takeOver(memory)
            self.desk = .debate(desk)
        default: return false
        }
        return true
    }

    mutating func tick(
        at time_ns: Int64, snapshot: (Int64, Int64) -> MarketSnapshot
    ) -> Outcome {
        switch desk {
        case .one(var desk):
            let outcome = desk.tick(at: time_ns, snapshot: snapshot)
            self.desk = .one(desk)
            return told(outcome, desk.spent)
        case .debate(var desk):
            let outcome = desk.tick(at: time_ns, snapshot: snapshot)
            self.desk = .debate(desk)
            return told(outcome, desk.spent, at: time_ns, [])
        }
    }

    mutating func receive(
        id: UInt64, status: Int32, retryAfter: String?, body: some Sequence<UInt8>,
        at time_ns: Int64, now: MarketSnapshot
    ) -> Outcome {
        switch desk {
        case .one(var desk):
            let outcome = desk.receive(
                id: id, status: status, retryAfter: retryAfter, body: body, at: time_ns, now: now)
            self.desk = .one(desk)
            return told(outcome, desk.spent)
        case .debate(var desk):
            let outcome = desk.receive(
                id: id, status: status, body: body, at: time_ns, now: now)
            self.desk = .debate(desk)
            return told(outcome, desk.spent, at: time_ns, now.coins)
        }
    }

    // MARK: the log

    private func told(_ outcome: DecisionDesk.Outcome, _ spent: SpendBook) -> Outcome {
        var made = Outcome()
        made.requests = outcome.request.map { [$0] } ?? []
        made.verdicts = outcome.verdicts
        made.lines = outcome.record.map { [$0.line(adding: Minds.total(spent) + marks)] } ?? []
        return made
    }

    private func told(
        _ outcome: DebateDesk.Outcome, _ spent: SpendBook, at time_ns: Int64,
        _ coins: [MarketSnapshot.Coin]
    ) -> Outcome {
        var made = Outcome()
        made.requests = outcome.requests
        made.verdicts = outcome.verdicts
        made.lines = outcome.opinions.map { opinion in
            Minds.line(
                [
                    .init("time_ns", .integer(time_ns)),
                    .init("asked_ns", .integer(outcome.asked_ns)),
                    .init("role", .text(opinion.role)),
                    .init("round", .integer(opinion.round)),
                    .init("symbol", .text(coins[opinion.opinion.instrument].symbol)),
                    .init("prob_up", .real(opinion.opinion.probabilityUp)),
                    .init("horizon_minutes", .real(opinion.opinion.horizonMinutes)),
                    .init("argument", .text(opinion.opinion.argument)),
                ] + marks)
        }
        if let ended = outcome.ended {
            made.lines.append(
                Minds.line(
                    [
                        .init("time_ns", .integer(time_ns)),
                        .init("asked_ns", .integer(outcome.asked_ns)),
                        .init("outcome", .text(ended)),
                        .init("decisions", DecisionRecord.decisions(outcome.verdicts)),
                    ] + Minds.total(spent) + marks))
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
