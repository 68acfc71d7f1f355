/// Several roles and a judge over one snapshot: each role gives its opinion alone, then after it
/// has heard the others, a fixed number of times; the judge decides. Sans-IO like ``DecisionDesk``.
///
/// The worst case of the whole debate is reserved before its first call. A role that fails is
/// silent in that round; when the judge fails nothing is decided.
public struct DebateDesk: Sendable {
    /// What never changes during a run.
    public struct Settings: Sendable {
        /// Who is asked, and how.
        public var chat: ChatSettings
        /// How the market is shown; its rules hold for the judge.
        public var template: Nof1Template
        /// 1...8.
        public var roles: [DebateRole]
        /// How often each role hears the others, 0...3.
        public var rounds: Int
        /// What calls cost.
        public var prices: PriceTable
        /// What debates may use; the limit of a call is that of one debate.
        public var limits: SpendLimits
        /// Between debates, in nanoseconds, above 0.
        public var interval_ns: Int64
        /// Until a debate is too late, in nanoseconds, above 0.
        public var patience_ns: Int64
        /// What prompts keep to themselves.
        public var mask = MaskKind.none
        /// Draws the names and levels of a mask.
        public var maskSeed: UInt64 = 0

        /// The four standard roles, one round, three minutes for all of it.
        public init(
            chat: ChatSettings, template: Nof1Template, prices: PriceTable, limits: SpendLimits
        ) {
            self.chat = chat
            self.template = template
            self.prices = prices
            self.limits = limits
            roles = DebateRole.standard
            rounds = 1
            interval_ns = 2 * DecisionCycle.standardInterval_ns
            patience_ns = DecisionCycle.standardInterval_ns
        }
    }

    /// What a tick or an answer leads to.
    public struct Outcome: Hashable, Sendable {
        /// To be sent, all at once.
        public var requests: [DecisionDesk.Request] = []
        /// For whoever scores roles.
        public var opinions: [RoleOpinion] = []
        /// Of the judge's decisions.
        public var verdicts: [Verdict] = []
        /// Why a debate ended; nil while it goes on or nothing was due.
        public var ended: String?
        /// When the debate that this is about began, Unix nanoseconds UTC.
        public var asked_ns: Int64 = 0

        /// Nothing.
        public init() {}
    }

    /// A debate under way.
    fileprivate struct Debate: Sendable, Codable {
        /// Most that a call can use.
        struct Worst: Sendable, Codable {
            let tokens: Int64
            let money: TinyMoney
        }

        let turn: DecisionCycle.Turn
        /// As roles and judge are shown it.
        let snapshot: MarketSnapshot
        let asOf_ns: Int64
        let price: TokenPrice
        /// 0 before anybody was heard; after the last round the judge.
        var round = 0
        /// Calls so far.
        var calls: UInt64 = 0
        /// Role of each call that awaits its answer; -1 is the judge.
        var waiting: [UInt64: Int] = [:]
        /// Of each call that awaits its answer.
        var worst: [UInt64: Worst] = [:]
        /// The latest opinions of each role.
        var opinions: [[Opinion]]
        var tokens: Int64 = 0
        var money: TinyMoney = 0
    }

    /// What it knows between two calls; another desk of the same settings goes on with it.
    public struct Memory: Sendable, Codable {
        fileprivate var cycle: DecisionCycle
        fileprivate var debate: Debate?
        fileprivate var spent: SpendBook
    }

    private let settings: Settings
    private let prompts: DebatePrompts
    /// What it knows.
    public private(set) var memory: Memory
    /// What was used so far.
    public var spent: SpendBook { memory.spent }

    public init(settings: Settings) {
        precondition((1...8).contains(settings.roles.count), "there are 1...8 roles")
        precondition((0...3).contains(settings.rounds), "there are 0...3 rounds")
        self.settings = settings
        prompts = DebatePrompts(template: settings.template)
        memory = Memory(
            cycle: DecisionCycle(
                interval_ns: settings.interval_ns, patience_ns: settings.patience_ns,
                retriesMax: 0),
            spent: SpendBook(limits: settings.limits))
    }

    /// Goes on with what another one knew; limits stay its own.
    public mutating func takeOver(_ memory: Memory) {
        self.memory = memory
        self.memory.spent.hold(to: settings.limits)
        let isOurs = memory.debate?.opinions.count == settings.roles.count
        if !isOurs { self.memory.debate = nil }
    }

    /// What is hidden of a snapshot; minute 0 is that of the first debate.
    private func mask(of snapshot: MarketSnapshot) -> SnapshotMask {
        SnapshotMask(
            settings.mask, count: snapshot.coins.count, seed: settings.maskSeed,
            start_ns: memory.cycle.start_ns ?? snapshot.asOf_ns)
    }

    /// Starts a debate when it is time.
    ///
    /// - Parameters:
    ///   - time_ns: Unix nanoseconds UTC; never falls.
    ///   - snapshot: Makes the snapshot of a number of minutes since the start, and of an
    ///     invocation; called only when a debate starts.
    public mutating func tick(
        at time_ns: Int64, snapshot: (Int64, Int64) -> MarketSnapshot
    ) -> Outcome {
        var outcome = Outcome()
        if let debate = memory.debate, time_ns > debate.turn.deadline_ns {
            end("too late", &outcome)
        }
        guard let turn = memory.cycle.begin(at: time_ns) else { return outcome }
        let minutes = (time_ns - (memory.cycle.start_ns ?? time_ns)) / 60_000_000_000
        let shown = snapshot(minutes, turn.invocation)
        guard let price = settings.prices.price(at: time_ns) else {
            return asleep("no price of the model is known", turn, at: time_ns)
        }
        let next = Debate(
            turn: turn, snapshot: mask(of: shown).masked(shown), asOf_ns: shown.asOf_ns,
            price: price,
            opinions: settings.roles.map { _ in [] })
        do throws(SpendRefusal) {
            let worst = worst(of: next)
            try memory.spent.reserve(
                id: UInt64(turn.invocation), tokens: worst.tokens, money: worst.money,
                time_ns: time_ns)
        } catch {
            return asleep(error.reason, turn, at: time_ns)
        }
        memory.debate = next
        outcome.requests = askRoles(at: time_ns)
        return outcome
    }

    /// Takes an answer in; when it was the last of its round the next one starts.
    ///
    /// - Parameters: As those of ``DecisionDesk/receive(id:status:retryAfter:body:at:now:)``.
    public mutating func receive(
        id: UInt64, status: Int32, body: some Sequence<UInt8>, at time_ns: Int64,
        now: MarketSnapshot
    ) -> Outcome {
        var outcome = Outcome()
        guard let role = memory.debate?.waiting.removeValue(forKey: id),
            let turn = memory.debate?.turn, let snapshot = memory.debate?.snapshot
        else { return outcome }
        outcome.asked_ns = turn.start_ns
        let answer = ChatAnswer(provider: settings.chat.provider, status: status, body: body)
        settle(id, answer, status)
        guard time_ns <= turn.deadline_ns else {
            end("too late", &outcome)
            return outcome
        }
        var text = ""
        if case .text(let said) = answer.outcome { text = said }
        guard role >= 0 else {
            judge(text, now, &outcome)
            return outcome
        }
        let said = Opinion.read(text, of: snapshot)
        let round = memory.debate?.round ?? 0
        if !said.isEmpty { memory.debate?.opinions[role] = said }
        let mask = mask(of: now)
        outcome.opinions = said.map {
            RoleOpinion(
                role: settings.roles[role].name, round: round,
                opinion: $0.moved(to: mask.place(shownAt: $0.instrument)))
        }
        guard memory.debate?.waiting.isEmpty == true else { return outcome }
        memory.debate?.round += 1
        outcome.requests =
            round < settings.rounds ? askRoles(at: time_ns) : askJudge(at: time_ns)
        return outcome
    }

    // MARK: calls

    private mutating func askRoles(at time_ns: Int64) -> [DecisionDesk.Request] {
        guard let debate = memory.debate else { return [] }
        return settings.roles.indices.map { role in
            let heard = debate.round == 0 ? [] : heard(by: role, in: debate)
            let prompt = prompts.opinion(
                of: settings.roles[role], on: debate.snapshot, heard: heard)
            return ask(prompt, role: role, at: time_ns)
        }
    }

    private mutating func askJudge(at time_ns: Int64) -> [DecisionDesk.Request] {
        guard let debate = memory.debate else { return [] }
        let heard = heard(by: Int(debate.turn.invocation), in: debate, leavesOut: false)
        let prompt = prompts.judgement(on: debate.snapshot, heard: heard)
        return [ask(prompt, role: -1, at: time_ns)]
    }

    /// The others' opinions, starting with another one for each listener: no role is always first.
    private func heard(by listener: Int, in debate: Debate, leavesOut: Bool = true) -> [Opinion] {
        let count = settings.roles.count
        return (0..<count).map { (listener + $0) % count }
            .filter { !leavesOut || $0 != listener }
            .flatMap { debate.opinions[$0] }
    }

    private mutating func ask(
        _ prompt: Prompt, role: Int, at time_ns: Int64
    ) -> DecisionDesk.Request {
        let call = ChatCall(
            settings: settings.chat, prompt: prompt.masked(by: settings.mask))
        memory.debate?.calls += 1
        let id = UInt64(memory.debate?.turn.invocation ?? 0) << 8 | (memory.debate?.calls ?? 0)
        let tokens = call.promptTokensMax
        memory.debate?.waiting[id] = role
        let money = memory.debate?.price.costMax(
            promptTokens: tokens, tokensMax: settings.chat.tokensMax)
        memory.debate?.worst[id] = Debate.Worst(
            tokens: tokens + settings.chat.tokensMax, money: money ?? 0)
        return DecisionDesk.Request(
            id: id, call: call, notBefore_ns: time_ns,
            deadline_ns: memory.debate?.turn.deadline_ns ?? time_ns)
    }

    // MARK: ends

    private mutating func judge(
        _ text: String, _ now: MarketSnapshot, _ outcome: inout Outcome
    ) {
        var market = now
        market.asOf_ns = memory.debate?.asOf_ns ?? now.asOf_ns
        let said = mask(of: market).unmasked(AnswerReader.read(text), asked: market)
        outcome.verdicts = settings.template.rules.judge(said, against: market)
        end(said.failure ?? "read", &outcome)
    }

    private mutating func end(_ reason: String, _ outcome: inout Outcome) {
        guard let debate = memory.debate else { return }
        memory.debate = nil
        outcome.asked_ns = debate.turn.start_ns
        _ = memory.cycle.take(requestID: debate.turn.requestID, at: debate.turn.start_ns)
        // What was not heard of may have been paid for: it counts as its worst case.
        let unknown = debate.worst.values
        memory.spent.settle(
            id: UInt64(debate.turn.invocation),
            tokens: debate.tokens + unknown.reduce(0) { $0 + $1.tokens },
            money: debate.money + unknown.reduce(0) { $0 + $1.money })
        outcome.ended = reason
    }

    private mutating func asleep(
        _ reason: String, _ turn: DecisionCycle.Turn, at time_ns: Int64
    ) -> Outcome {
        _ = memory.cycle.take(requestID: turn.requestID, at: time_ns)
        var outcome = Outcome()
        outcome.asked_ns = time_ns
        outcome.ended = "asleep: \(reason)"
        return outcome
    }

    // MARK: budget

    /// What a call used is known now, unless its answer does not say.
    private mutating func settle(_ id: UInt64, _ answer: ChatAnswer, _ status: Int32) {
        if let usage = answer.usage {
            memory.debate?.worst[id] = nil
            memory.debate?.tokens += usage.total
            let cost = memory.debate?.price.cost(of: usage) ?? 0
            memory.debate?.money += cost
        } else if status == -1 || (400...499).contains(status) {
            memory.debate?.worst[id] = nil
        }
    }

    /// The most that a debate can use: every call with every argument at its longest.
    private func worst(of debate: Debate) -> (tokens: Int64, money: TinyMoney) {
        let longest = String(repeating: "\u{10FFFF}", count: Opinion.argumentMax)
        let all = settings.roles.flatMap { _ in
            debate.snapshot.coins.indices.map {
                Opinion(
                    instrument: $0, probabilityUp: 1, horizonMinutes: 10_080, argument: longest)
            }
        }
        let brief = settings.roles.map(\.brief).max { $0.utf8.count < $1.utf8.count } ?? ""
        let prompts = [
            prompts.opinion(
                of: DebateRole(name: "", brief: brief), on: debate.snapshot, heard: all),
            prompts.judgement(on: debate.snapshot, heard: all),
        ]
        let sizes = prompts.map { ChatCall(settings: settings.chat, prompt: $0).promptTokensMax }
        let size = sizes.max() ?? 0
        let calls = Int64(settings.roles.count * (settings.rounds + 1) + 1)
        let one = debate.price.costMax(promptTokens: size, tokensMax: settings.chat.tokensMax)
        let (money, overflow) = one.multipliedReportingOverflow(by: calls)
        return ((size + settings.chat.tokensMax) * calls, overflow ? .max : money)
    }
}
